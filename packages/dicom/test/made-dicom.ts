/** An element: its tag (group, element), its type, and a text or numbers in the form of that type. */
type Element = readonly [
  group: number,
  element: number,
  vr: string,
  value: string | readonly number[] | Uint8Array,
];

export type MadeImage = {
  readonly series: string;
  readonly seriesNumber?: number;
  readonly description?: string;
  readonly modality?: string;
  readonly imageType?: string;
  readonly bValue?: number;
  readonly instance?: number;
  /** Centre of the slice's first pixel, DICOM's mm. */
  readonly position?: readonly [number, number, number];
  /** One value for all pixels of the 16 × 16, or each. */
  readonly pixels?: number | readonly number[];
  /** Another size than the pixels have. */
  readonly rows?: number;
  readonly columns?: number;
  readonly manufacturer?: string;
  /** Put before the pixels, in the order of their tags. */
  readonly further?: readonly Element[];
};

const explicitLittleEndian = '1.2.840.10008.1.2.1';
export const patientName = 'MUSTERMANN^ERIKA';

/** A small MR image as a scanner may write it (classic, Explicit VR little-endian), a patient's name included. */
export function madeDicom(image: MadeImage): Uint8Array {
  const meta = join(metaElements().map(encode));
  const head = encode([0x0002, 0x0000, 'UL', uint32(meta.length)]);
  const preamble = new Uint8Array(132);
  preamble.set(new TextEncoder().encode('DICM'), 128);
  return join([preamble, head, meta, bareDicom(image)]);
}

/** The same without preamble and meta header. */
export function bareDicom(image: MadeImage): Uint8Array {
  return join(elements(image).map(encode));
}

function metaElements(): Element[] {
  return [
    [0x0002, 0x0002, 'UI', '1.2.840.10008.5.1.4.1.1.4'],
    [0x0002, 0x0003, 'UI', '1.2.3.4'],
    [0x0002, 0x0010, 'UI', explicitLittleEndian],
  ];
}

function elements(image: MadeImage): Element[] {
  const { series, seriesNumber = 1, instance = 1, position = [-120, -120, 0], pixels = 100 } = image;
  const values = typeof pixels === 'number' ? new Array<number>(256).fill(pixels) : pixels;
  const all: Element[] = [
    [0x0008, 0x0008, 'CS', image.imageType ?? 'ORIGINAL\\PRIMARY\\DIFFUSION'],
    [0x0008, 0x0016, 'UI', '1.2.840.10008.5.1.4.1.1.4'],
    [0x0008, 0x0018, 'UI', `${series}.${instance}`],
    [0x0008, 0x0060, 'CS', image.modality ?? 'MR'],
    [0x0008, 0x0070, 'LO', image.manufacturer ?? 'SIEMENS'],
    [0x0008, 0x103e, 'LO', image.description ?? 'ep2d_diff'],
    [0x0010, 0x0010, 'PN', patientName],
    [0x0018, 0x0050, 'DS', '5'],
    [0x0018, 0x0081, 'DS', '80'],
    ...(image.bValue === undefined
      ? []
      : ([[0x0018, 0x9087, 'FD', float64(image.bValue)]] satisfies Element[])),
    [0x0020, 0x000d, 'UI', '1.2.3.9'],
    [0x0020, 0x000e, 'UI', series],
    [0x0020, 0x0011, 'IS', `${seriesNumber}`],
    [0x0020, 0x0013, 'IS', `${instance}`],
    [0x0020, 0x0032, 'DS', position.join('\\')],
    [0x0020, 0x0037, 'DS', '1\\0\\0\\0\\1\\0'],
    [0x0028, 0x0002, 'US', uint16([1])],
    [0x0028, 0x0010, 'US', uint16([image.rows ?? 16])],
    [0x0028, 0x0011, 'US', uint16([image.columns ?? 16])],
    [0x0028, 0x0030, 'DS', '15\\15'],
    [0x0028, 0x0100, 'US', uint16([16])],
    [0x0028, 0x0101, 'US', uint16([16])],
    [0x0028, 0x0102, 'US', uint16([15])],
    [0x0028, 0x0103, 'US', uint16([0])],
    ...(image.further ?? []),
    [0x7fe0, 0x0010, 'OW', uint16(values)],
  ];
  return all;
}

function encode([group, element, vr, value]: Element): Uint8Array {
  const bytes = typeof value === 'string' ? padded(value, vr) : Uint8Array.from(value);
  const long = vr === 'OW' || vr === 'SQ';
  const head = new Uint8Array(long ? 12 : 8);
  const view = new DataView(head.buffer);
  view.setUint16(0, group, true);
  view.setUint16(2, element, true);
  head.set(new TextEncoder().encode(vr), 4);
  if (long) view.setUint32(8, bytes.length, true);
  else view.setUint16(6, bytes.length, true);
  return join([head, bytes]);
}

function padded(text: string, vr: string): Uint8Array {
  const pad = vr === 'UI' ? '\0' : ' ';
  return new TextEncoder().encode(text.length % 2 === 0 ? text : text + pad);
}

function uint16(values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer);
}

function uint32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function float64(value: number): Uint8Array {
  return new Uint8Array(Float64Array.of(value).buffer);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/**
 * The same slices as {@link madeSeries} makes, as scanners of United Imaging write them: all of a volume as tiles of one
 * image, the b-value in (0065,1009), their number in (0065,1050) and the place of each in (0065,1051).
 */
export function madeUihMosaics(image: MadeImage, bValues: readonly number[], slices = 4): Uint8Array[] {
  const across = Math.ceil(Math.sqrt(slices));
  const width = 16 * across;
  return bValues.map((bValue, volume) => {
    const pixels = new Array<number>(width * width).fill(0);
    for (let slice = 0; slice < slices; slice++) {
      const first = 16 * (slice % across) + width * 16 * Math.floor(slice / across);
      for (const [at, value] of slicePixels(bValue, slice).entries()) {
        pixels[first + (at % 16) + width * Math.floor(at / 16)] = value;
      }
    }
    const places = Array.from({ length: slices }, (_, slice) => {
      const position = [-120, -120, 5 * slice].join('\\');
      return item([
        [0x0020, 0x0032, 'DS', position],
        [0x0020, 0x0037, 'DS', '1\\0\\0\\0\\1\\0'],
      ]);
    });
    return madeDicom({
      ...image,
      manufacturer: 'UIH',
      instance: volume + 1,
      rows: width,
      columns: width,
      pixels,
      further: [
        [0x0065, 0x0010, 'LO', 'Image Private Header'],
        [0x0065, 0x1009, 'FD', float64(bValue)],
        [0x0065, 0x1050, 'DS', `${slices}`],
        [0x0065, 0x1051, 'SQ', join(places)],
      ],
    });
  });
}

function item(elements: readonly Element[]): Uint8Array {
  const content = join(elements.map(encode));
  const head = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0);
  new DataView(head.buffer).setUint32(4, content.length, true);
  return join([head, content]);
}

/** Brighter in its left half (the patient's right); the slices differ. */
function slicePixels(bValue: number, slice: number): number[] {
  return Array.from({ length: 256 }, (_unused, at) =>
    Math.round((at % 16 < 8 ? 200 : 100) * (1 + 0.1 * slice) * Math.exp(-bValue * 0.0008)),
  );
}

/** A series of `slices` slices for each b-value, 5 mm apart; brighter in its left half (the patient's right). */
export function madeSeries(image: MadeImage, bValues: readonly number[], slices = 3): Uint8Array[] {
  return bValues.flatMap((bValue, volume) =>
    Array.from({ length: slices }, (_, slice) =>
      madeDicom({
        ...image,
        bValue,
        instance: volume * slices + slice + 1,
        position: [-120, -120, 5 * slice],
        pixels: slicePixels(bValue, slice),
      }),
    ),
  );
}
