import { DicomSlice, type Lps, type SlicePlace, unit } from './dicom-edit.ts';

export type Side = 'left' | 'right';

export type Painted = {
  /** The files, in their order, with the lesion in their pixels. */
  readonly files: Uint8Array[];
  /** Its centre in NIfTI's world mm (RAS+: +x to the patient's right), and its radius. */
  readonly centreMm: readonly [number, number, number];
  readonly radiusMm: number;
};

/** Where from the middle of the head: this far to the side, to the front and up; in white matter. */
const offsetMm = { lateral: 30, anterior: 5, superior: 12 };

/** A fresh infarct is somewhat bright without diffusion weighting and very bright with it: its ADC falls by a third. */
const brighter = { b0: 1.15, dwi: 1.7 };

/**
 * Paints a ball-shaped infarct into a diffusion series of classic DICOM images: pixels within it are brightened by
 * b-value, on the patient's side that is asked for. The files given stay as they are.
 */
export function paintLesion(files: readonly Uint8Array[], side: Side, radiusMm = 14): Painted {
  const slices = files.map((bytes) => new DicomSlice(Uint8Array.from(bytes)));
  const [x, y, z] = middleOfHead(slices);
  // LPS: +x is the patient's left, +y is behind.
  const centre: Lps = [
    x + (side === 'left' ? offsetMm.lateral : -offsetMm.lateral),
    y - offsetMm.anterior,
    z + offsetMm.superior,
  ];
  for (const { bValue, pixels, place } of slices) {
    const factor = bValue >= 500 ? brighter.dwi : brighter.b0;
    eachPixel(place, boxAround(place, centre, radiusMm), (at, point) => {
      if (Math.hypot(...subtract(point, centre)) > radiusMm) return;
      pixels.setUint16(2 * at, Math.round(pixels.getUint16(2 * at, true) * factor), true);
    });
  }
  return {
    files: slices.map(({ bytes }) => bytes),
    centreMm: [-centre[0], -centre[1], centre[2]],
    radiusMm,
  };
}

/**
 * The same patient at the same place, stored the other way round: each row runs from the other side. Left stays left,
 * while the first index axis of what is made of the files changes its direction.
 */
export function storedFromOtherSide(files: readonly Uint8Array[]): Uint8Array[] {
  return files.map((bytes) => {
    const slice = new DicomSlice(Uint8Array.from(bytes));
    const { rows, columns, position, alongRow, downColumn } = slice.place;
    const { pixels } = slice;
    for (let row = 0; row < rows; row++) {
      const values = Array.from({ length: columns }, (_, c) =>
        pixels.getUint16(2 * (row * columns + c), true),
      );
      for (const [c, value] of values.reverse().entries()) {
        pixels.setUint16(2 * (row * columns + c), value, true);
      }
    }
    const last = columns - 1;
    return slice.moved({
      position: add(position, scale(alongRow, last)),
      rowDirection: scale(unit(alongRow), -1),
      columnDirection: unit(downColumn),
    });
  });
}

/** The patient turned about an axis through the origin, as a tilted head lies in the scanner: an oblique grid. */
export function turned(files: readonly Uint8Array[], axis: 'x' | 'y' | 'z', degrees: number): Uint8Array[] {
  const turn = rotation(axis, (degrees * Math.PI) / 180);
  return files.map((bytes) => {
    const slice = new DicomSlice(bytes);
    const { position, alongRow, downColumn } = slice.place;
    return slice.moved({
      position: turn(position),
      rowDirection: turn(unit(alongRow)),
      columnDirection: turn(unit(downColumn)),
    });
  });
}

/** A point in NIfTI's world mm after the same turn. */
export function turnedPoint(
  [x, y, z]: readonly [number, number, number],
  axis: 'x' | 'y' | 'z',
  degrees: number,
): [number, number, number] {
  const [l, p, s] = rotation(axis, (degrees * Math.PI) / 180)([-x, -y, z]);
  return [-l, -p, s];
}

function rotation(axis: 'x' | 'y' | 'z', angle: number): (point: Lps) => Lps {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return ([x, y, z]) => {
    if (axis === 'x') return [x, c * y - s * z, s * y + c * z];
    if (axis === 'y') return [c * x + s * z, y, -s * x + c * z];
    return [c * x - s * y, s * x + c * y, z];
  };
}

/** The centre of gravity of the signal without diffusion weighting. */
function middleOfHead(slices: readonly DicomSlice[]): Lps {
  let total = 0;
  let sum: Lps = [0, 0, 0];
  for (const slice of slices) {
    if (slice.bValue >= 500) continue;
    const { pixels, place } = slice;
    eachPixel(place, whole(place), (at, point) => {
      const value = pixels.getUint16(2 * at, true);
      total += value;
      sum = add(sum, scale(point, value));
    });
  }
  if (total === 0) throw new Error('The series holds no image without diffusion weighting.');
  return scale(sum, 1 / total);
}

/** Rows and columns from and up to. */
type Box = { readonly rows: readonly [number, number]; readonly columns: readonly [number, number] };

function whole({ rows, columns }: SlicePlace): Box {
  return { rows: [0, rows - 1], columns: [0, columns - 1] };
}

/** The pixels of a slice that may lie within `radius` of a point. */
function boxAround(
  { rows, columns, position, alongRow, downColumn }: SlicePlace,
  point: Lps,
  radius: number,
): Box {
  const way = subtract(point, position);
  const span = (step: Lps, count: number): [number, number] => {
    const length = Math.hypot(...step);
    const middle = dot(way, step) / length ** 2;
    const reach = radius / length;
    return [Math.max(0, Math.floor(middle - reach)), Math.min(count - 1, Math.ceil(middle + reach))];
  };
  return { rows: span(downColumn, rows), columns: span(alongRow, columns) };
}

function eachPixel(
  { columns, position, alongRow, downColumn }: SlicePlace,
  box: Box,
  visit: (at: number, point: Lps) => void,
): void {
  for (let row = box.rows[0]; row <= box.rows[1]; row++) {
    const start = add(position, scale(downColumn, row));
    for (let column = box.columns[0]; column <= box.columns[1]; column++) {
      visit(row * columns + column, add(start, scale(alongRow, column)));
    }
  }
}

function dot(a: Lps, b: Lps): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function add(a: Lps, b: Lps): Lps {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function subtract(a: Lps, b: Lps): Lps {
  return add(a, scale(b, -1));
}

function scale([x, y, z]: Lps, factor: number): Lps {
  return [x * factor, y * factor, z * factor];
}
