/** Writes small networks as ONNX, for tests: the little of onnx.proto3 that they need. */

type Bytes = readonly number[];

const varint = (value: number): Bytes => {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
};
const whole = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)];
const part = (field: number, content: Bytes): Bytes => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...content,
];
const text = (field: number, content: string): Bytes => part(field, [...new TextEncoder().encode(content)]);

function valueInfo(name: string, shape: readonly (number | string)[]): Bytes {
  const dimensions = shape.flatMap((length) =>
    part(1, typeof length === 'number' ? whole(1, length) : text(2, length)),
  );
  return [...text(1, name), ...part(2, part(1, [...whole(1, 1), ...part(2, dimensions)]))];
}

function weights(name: string, shape: readonly number[], values: readonly number[]): Bytes {
  const raw = [...new Uint8Array(Float32Array.from(values).buffer)];
  return [...shape.flatMap((length) => whole(1, length)), ...whole(2, 1), ...text(8, name), ...part(9, raw)];
}

const node = (type: string, inputs: readonly string[], output: string, domain = ''): Bytes => [
  ...inputs.flatMap((name) => text(1, name)),
  ...text(2, output),
  ...text(4, type),
  ...(domain === '' ? [] : text(7, domain)),
];

export type WrittenNetwork = {
  /** Of the patch: two axes or three; null leaves them open. */
  readonly patch: readonly (number | null)[];
  readonly inputs: number;
  /** Logits: a weight for each input channel, and a constant, for each output channel. */
  readonly outputs: readonly { readonly weights: readonly number[]; readonly constant: number }[];
  readonly opset?: number;
  /** So many channels in between, which need memory. */
  readonly between?: number;
  /** The same work over and over, where a patch shall take long. */
  readonly repeats?: number;
  /** An operation of nobody's, in a domain of its own or among ONNX's. */
  readonly strange?: { readonly type: string; readonly domain: string };
};

/** A network that weighs each voxel's channels: one convolution of a single voxel. */
export function writeOnnx({
  patch,
  inputs,
  outputs,
  opset = 17,
  repeats = 0,
  between,
  strange,
}: WrittenNetwork): Uint8Array {
  const lengths = patch.map((length, axis) => length ?? `axis${axis}`);
  const single = patch.map(() => 1);
  const kernel = [outputs.length, inputs, ...single];
  const start = repeats === 0 ? 'image' : `image${repeats}`;
  // To so many channels and back: what the kernel weighs is the image still.
  const [there, back] = [between ?? 0, inputs].map((to, at) => [
    to,
    at === 0 ? inputs : (between ?? 0),
    ...single,
  ]);
  const isSame = (shape: readonly number[]) =>
    Array.from({ length: shape[0] * shape[1] }, (_, at) =>
      Math.floor(at / shape[1]) === at % shape[1] ? 1 : 0,
    );
  const graph = [
    ...Array.from({ length: repeats }, (_, at) =>
      part(1, node('Erf', [at === 0 ? 'image' : `image${at}`], `image${at + 1}`)),
    ).flat(),
    ...(between === undefined
      ? []
      : [
          ...part(1, node('Conv', [start, 'there'], 'wide')),
          ...part(1, node('Erf', ['wide'], 'curved')),
          ...part(1, node('Conv', ['curved', 'back'], 'narrow')),
        ]),
    ...part(
      1,
      node(
        'Conv',
        [between === undefined ? start : 'narrow', 'kernel', 'constant'],
        strange === undefined ? 'logits' : 'before',
      ),
    ),
    ...(strange === undefined ? [] : part(1, node(strange.type, ['before'], 'logits', strange.domain))),
    ...text(2, 'graph'),
    ...part(
      5,
      weights(
        'kernel',
        kernel,
        outputs.flatMap((output) => output.weights),
      ),
    ),
    ...part(
      5,
      weights(
        'constant',
        [outputs.length],
        outputs.map(({ constant }) => constant),
      ),
    ),
    ...(between === undefined
      ? []
      : [
          ...part(5, weights('there', there, isSame(there))),
          ...part(5, weights('back', back, isSame(back))),
        ]),
    ...part(11, valueInfo('image', [1, inputs, ...lengths])),
    ...part(12, valueInfo('logits', [1, outputs.length, ...lengths])),
  ];
  const domains = [...new Set(['', ...(strange === undefined ? [] : [strange.domain])])];
  return Uint8Array.from([
    ...whole(1, 8),
    ...part(7, graph),
    ...domains.flatMap((domain) => part(8, [...text(1, domain), ...whole(2, opset)])),
  ]);
}
