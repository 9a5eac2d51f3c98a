import type { Directionality, Triple } from './diffusion-header.ts';
import type { DicomFileHeader, SlicePlace } from './triage.ts';

/** A slice with the place that its header names. */
type Slice<T> = { readonly file: T; readonly header: DicomFileHeader; readonly place: SlicePlace };

/** One volume of a series: its slices by place, from the lowest along their normal. */
export type Stack<T> = {
  readonly slices: readonly Slice<T>[];
  readonly bValue: number | null;
  readonly direction: Triple | null;
  readonly directionality: Directionality | null;
  /** What the scanner made: an ADC map among the images, phase, or images. */
  readonly kind: 'adc' | 'phase' | 'image';
  /** Which of the orientations in the series, from 0. */
  readonly orientation: number;
  /** Millimetres along the normal, ascending, one a slice. */
  readonly heightsMm: readonly number[];
};

/** Slices turned by less than this are meant to be parallel; scanners and archives round their cosines. */
const parallelDegrees = 1;

/** Two slices nearer than this are at one place. */
const samePlaceMm = 0.05;

/**
 * The volumes of a series of single slices, by what each header says: b-value, gradient direction, echo, kind of
 * image, orientation and position; instance numbers only tell repeats at one place apart. null where a file does not
 * say where it lies (or holds several slices), or where only some name a b-value.
 */
export function stacksOf<T>(files: readonly T[], headers: readonly DicomFileHeader[]): Stack<T>[] | null {
  const slices: Slice<T>[] = [];
  for (const [at, header] of headers.entries()) {
    if (header.place === null) return null;
    slices.push({ file: files[at], header, place: header.place });
  }
  const images = headers.filter((header) => kindOf(header) === 'image');
  const known = images.filter(({ bValue }) => bValue !== null).length;
  if (known > 0 && known < images.length) return null;
  const orientations: SlicePlace[] = [];
  const groups = new Map<string, { orientation: number; slices: Slice<T>[] }>();
  for (const slice of slices) {
    let orientation = orientations.findIndex((each) => areParallel(each, slice.place));
    if (orientation < 0) orientation = orientations.push(slice.place) - 1;
    const key = `${orientation} ${keyOf(slice.header)}`;
    const group = groups.get(key) ?? { orientation, slices: [] };
    group.slices.push(slice);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((group) =>
    repeatsOf(group.slices, orientations[group.orientation]).map((repeat) =>
      asStack(repeat, orientations[group.orientation], group.orientation),
    ),
  );
}

/** The unit normal of a slice, LPS. */
export function normalOf({ alongRow: [a, b, c], downColumn: [d, e, f] }: SlicePlace): Triple {
  const [x, y, z] = [b * f - c * e, c * d - a * f, a * e - b * d];
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function dot([a, b, c]: Triple, [d, e, f]: Triple): number {
  return a * d + b * e + c * f;
}

function kindOf({ ownTypes }: DicomFileHeader): Stack<unknown>['kind'] {
  const words = ownTypes.map((type) => type.toUpperCase());
  if (words.some((word) => /^(ADC|ADC_UNSPECIFIED|M?D?ADC MAP)$/.test(word))) return 'adc';
  return words.some((word) => /^(P|PHASE|PHASE MAP|REAL|IMAGINARY|R|I)$/.test(word)) ? 'phase' : 'image';
}

function keyOf(header: DicomFileHeader): string {
  const { bValue, direction, directionality, echoTimeMs } = header;
  // What a b-value is apart by rounding alone is one; directions are unit vectors.
  const b = bValue === null ? '' : bValue < 1 ? '0' : Math.round(bValue);
  const along = b === '0' || directionality === 'isotropic' ? '' : (direction ?? []).map((x) => x.toFixed(3));
  const trace = header.ownTypes.some((type) => /^(TRACEW?|ISOTROPIC)$/i.test(type)) ? 'trace' : '';
  return [kindOf(header), b, along, directionality ?? '', trace, echoTimeMs?.toFixed(2) ?? ''].join(' ');
}

function areParallel(one: SlicePlace, other: SlicePlace): boolean {
  const least = Math.cos((parallelDegrees * Math.PI) / 180);
  return dot(one.alongRow, other.alongRow) > least && dot(one.downColumn, other.downColumn) > least;
}

/** Slices of one kind that lie at one place are repeats: the first of each place, the second of each, and so on. */
function repeatsOf<T>(slices: readonly Slice<T>[], place: SlicePlace): Slice<T>[][] {
  const normal = normalOf(place);
  const height = (slice: Slice<T>) => dot(slice.place.position, normal);
  const sorted = slices.toSorted(
    (a, b) => height(a) - height(b) || (a.header.instanceNumber ?? 0) - (b.header.instanceNumber ?? 0),
  );
  const repeats: Slice<T>[][] = [];
  let last = Number.NaN;
  let atThisPlace: Slice<T>[] = [];
  const flush = () => {
    const byInstance = atThisPlace.sort(
      (a, b) => (a.header.instanceNumber ?? 0) - (b.header.instanceNumber ?? 0),
    );
    for (const [repeat, slice] of byInstance.entries()) {
      repeats[repeat] ??= [];
      repeats[repeat].push(slice);
    }
    atThisPlace = [];
  };
  for (const slice of sorted) {
    if (Math.abs(height(slice) - last) > samePlaceMm) flush();
    last = height(slice);
    atThisPlace.push(slice);
  }
  flush();
  return repeats;
}

function asStack<T>(slices: readonly Slice<T>[], place: SlicePlace, orientation: number): Stack<T> {
  const normal = normalOf(place);
  const { header } = slices[0];
  return {
    slices,
    bValue: header.bValue,
    direction: header.direction,
    directionality: header.directionality,
    kind: kindOf(header),
    orientation,
    heightsMm: slices.map((slice) => dot(slice.place.position, normal)),
  };
}
