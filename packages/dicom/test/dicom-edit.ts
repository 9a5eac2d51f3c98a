import dicomParser from 'dicom-parser';

/** Where the pixels of one classic DICOM image lie, in DICOM's millimetres (LPS: +x to the patient's left). */
export type SlicePlace = {
  readonly rows: number;
  readonly columns: number;
  readonly position: Lps;
  /** Steps in mm from one column to the next, and from one row to the next. */
  readonly alongRow: Lps;
  readonly downColumn: Lps;
};

export type Lps = readonly [number, number, number];

const position = 'x00200032';
const orientation = 'x00200037';

/** The little of a classic, uncompressed image (Explicit VR little-endian) that tests look at and change. */
export class DicomSlice {
  readonly bytes: Uint8Array;
  readonly #dataSet: ReturnType<typeof dicomParser.parseDicom>;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#dataSet = dicomParser.parseDicom(bytes);
    if (this.#dataSet.string('x00020010') !== '1.2.840.10008.1.2.1') {
      throw new Error('Only uncompressed images in Explicit VR little-endian can be edited.');
    }
  }

  get bValue(): number {
    const standard = this.#dataSet.double('x00189087');
    return standard ?? this.#dataSet.float('x20011003') ?? Number.NaN;
  }

  get place(): SlicePlace {
    const [rows, columns] = [this.#dataSet.uint16('x00280010') ?? 0, this.#dataSet.uint16('x00280011') ?? 0];
    const [betweenRows, betweenColumns] = this.#numbers('x00280030');
    const [rx, ry, rz, cx, cy, cz] = this.#numbers(orientation);
    const [x, y, z] = this.#numbers(position);
    return {
      rows,
      columns,
      position: [x, y, z],
      alongRow: [rx * betweenColumns, ry * betweenColumns, rz * betweenColumns],
      downColumn: [cx * betweenRows, cy * betweenRows, cz * betweenRows],
    };
  }

  /** The pixels themselves: writing to them changes the file. */
  get pixels(): DataView {
    const { dataOffset, length } = this.#dataSet.elements.x7fe00010;
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + dataOffset, length);
  }

  /** The image at another place: `rowDirection` and `columnDirection` are unit vectors. */
  moved(to: { position: Lps; rowDirection: Lps; columnDirection: Lps }): Uint8Array {
    const text = (numbers: readonly number[]) => numbers.map((n) => n.toFixed(8)).join('\\');
    return this.#replaced([
      [position, text(to.position)],
      [orientation, text([...to.rowDirection, ...to.columnDirection])],
    ]);
  }

  #numbers(tag: string): number[] {
    return (this.#dataSet.string(tag) ?? '').split('\\').map(Number);
  }

  /** With other texts in elements that are there; their lengths (16 bits, before the value) change with them. */
  #replaced(changes: readonly (readonly [tag: string, text: string])[]): Uint8Array {
    const parts: Uint8Array[] = [];
    let done = 0;
    for (const [tag, text] of changes) {
      const { dataOffset, length } = this.#dataSet.elements[tag];
      const value = new TextEncoder().encode(text.length % 2 === 0 ? text : `${text} `);
      const lengthField = new Uint8Array(2);
      new DataView(lengthField.buffer).setUint16(0, value.length, true);
      parts.push(this.bytes.subarray(done, dataOffset - 2), lengthField, value);
      done = dataOffset + length;
    }
    parts.push(this.bytes.subarray(done));
    return Buffer.concat(parts);
  }
}

/** The direction of a step. */
export function unit([x, y, z]: Lps): Lps {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
