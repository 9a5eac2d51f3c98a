import { AtollError } from '@atoll/errors/error';

/** What an ONNX file says of itself. */
export type OnnxFacts = {
  readonly irVersion: number;
  /** Of each set of operations, by its domain; '' is ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>;
  /** What has to be given, weights apart. */
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
  /** Some weights are in files beside it. */
  readonly hasExternalData: boolean;
};

/** `shape` has null where a length is left open. */
type OnnxTensor = { readonly name: string; readonly shape: readonly (number | null)[] };

/** Numbers of the fields in onnx.proto3. */
const model = { irVersion: 1, graph: 7, opsetImport: 8 };
const opset = { domain: 1, version: 2 };
const graph = { initializer: 5, input: 11, output: 12 };
const tensor = { name: 8, dataLocation: 14 };
const valueInfo = { name: 1, type: 2 };
const typeOf = { tensor: 1 };
const tensorType = { shape: 2 };
const shape = { dimension: 1 };
const dimension = { value: 1 };

const mostInputs = 16;
const mostDimensions = 8;

/**
 * Reads the little of an ONNX file that tells whether it can be the network of a description, before any of it is run.
 * @throws AtollError MODEL_INVALID when it is no ONNX file
 */
export function readOnnx(bytes: Uint8Array): OnnxFacts {
  try {
    return factsOf(new Message(bytes));
  } catch (cause) {
    if (cause instanceof AtollError) throw cause;
    throw new AtollError('MODEL_INVALID', 'The file is not an ONNX model.', { cause });
  }
}

function factsOf(file: Message): OnnxFacts {
  let irVersion = 0;
  const opsets = new Map<string, number>();
  let inputs: OnnxTensor[] = [];
  let outputs: OnnxTensor[] = [];
  let hasExternalData = false;
  for (const field of file.fields()) {
    if (field.number === model.irVersion) irVersion = field.value;
    if (field.number === model.opsetImport) {
      const entry = { domain: '', version: 0 };
      for (const { number, value, text } of field.message().fields()) {
        if (number === opset.domain) entry.domain = text();
        if (number === opset.version) entry.version = value;
      }
      opsets.set(entry.domain === 'ai.onnx' ? '' : entry.domain, entry.version);
    }
    if (field.number !== model.graph) continue;
    const weights = new Set<string>();
    for (const part of field.message().fields()) {
      if (part.number === graph.input) inputs.push(tensorOf(part.message()));
      if (part.number === graph.output) outputs.push(tensorOf(part.message()));
      if (inputs.length + outputs.length > 10_000) throw new Error('too many tensors');
      if (part.number !== graph.initializer) continue;
      for (const { number, value, text } of part.message().fields()) {
        if (number === tensor.name) weights.add(text());
        if (number === tensor.dataLocation && value === 1) hasExternalData = true;
      }
    }
    // Old exports list weights among the inputs.
    inputs = inputs.filter(({ name }) => !weights.has(name)).slice(0, mostInputs);
    outputs = outputs.slice(0, mostInputs);
  }
  if (irVersion === 0 || opsets.size === 0 || inputs.length === 0 || outputs.length === 0) {
    throw new AtollError(
      'MODEL_INVALID',
      'The file is not an ONNX model: it has no graph with inputs and outputs.',
    );
  }
  return { irVersion, opsets, inputs, outputs, hasExternalData };
}

function tensorOf(info: Message): OnnxTensor {
  let name = '';
  const lengths: (number | null)[] = [];
  for (const field of info.fields()) {
    if (field.number === valueInfo.name) name = field.text();
    if (field.number !== valueInfo.type) continue;
    for (const kind of field.message().fields()) {
      if (kind.number !== typeOf.tensor) continue;
      for (const part of kind.message().fields()) {
        if (part.number !== tensorType.shape) continue;
        for (const each of part.message().fields()) {
          if (each.number !== shape.dimension || lengths.length >= mostDimensions) continue;
          const value = each
            .message()
            .fields()
            .find(({ number }) => number === dimension.value)?.value;
          lengths.push(value === undefined || value <= 0 ? null : value);
        }
      }
    }
  }
  return { name, shape: lengths };
}

type Field = {
  readonly number: number;
  /** Of a number; 0 for others. */
  readonly value: number;
  readonly message: () => Message;
  readonly text: () => string;
};

/** Protocol buffers as they lie in a file. Source: protobuf.dev, Encoding. */
class Message {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  fields(): Field[] {
    const fields: Field[] = [];
    this.#at = 0;
    while (this.#at < this.#bytes.length) fields.push(this.#field());
    return fields;
  }

  #field(): Field {
    const key = this.#varint();
    const number = Math.floor(key / 8);
    let value = 0;
    let content: Uint8Array = new Uint8Array(0);
    if (key % 8 === 0) value = this.#varint();
    else if (key % 8 === 1) this.#skip(8);
    else if (key % 8 === 5) this.#skip(4);
    else if (key % 8 === 2) {
      const length = this.#varint();
      const start = this.#at;
      this.#skip(length);
      content = this.#bytes.subarray(start, this.#at);
    } else throw new Error('no such kind of field');
    return {
      number,
      value,
      message: () => new Message(content),
      text: () => new TextDecoder().decode(content.subarray(0, 1000)),
    };
  }

  #skip(length: number): void {
    this.#at += length;
    if (!(this.#at <= this.#bytes.length)) throw new Error('the file ends within a field');
  }

  #varint(): number {
    let value = 0;
    for (let shift = 1; shift < 2 ** 70; shift *= 128) {
      if (this.#at >= this.#bytes.length) throw new Error('the file ends within a number');
      const byte = this.#bytes[this.#at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
    throw new Error('a number of too many digits');
  }
}
