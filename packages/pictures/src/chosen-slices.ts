import type { Mask } from '@atoll/volume/volume';

/**
 * Marked voxels in each axial slice of a mask.
 * @param mask in canonical order.
 */
export function areaOfSlices({ data, shape: [nx, ny, nz] }: Mask): number[] {
  return Array.from({ length: nz }, (_, k) => {
    let count = 0;
    for (let at = nx * ny * k; at < nx * ny * (k + 1); at++) count += data[at];
    return count;
  });
}

/** The slice on which most is marked, the lowest of several; null where nothing is. */
export function largestSlice(areas: readonly number[]): number | null {
  const largest = areas.reduce((best, area, k) => (area > areas[best] ? k : best), 0);
  return (areas[largest] ?? 0) > 0 ? largest : null;
}

/** Of the largest slice's area, for a slice to be chosen for the spread. */
const leastShare = 0.05;

/**
 * Slices that show a mask, from below: the one on which most is marked, those that are asked for, and others spread over
 * all that are marked.
 * @param areas marked voxels by slice.
 * @param wanted slices to be among them, the most important first.
 * @param most how many at most.
 */
export function slicesToShow(areas: readonly number[], wanted: readonly number[], most: number): number[] {
  const largest = largestSlice(areas);
  if (largest === null) return [];
  // The last voxels of a large infarct show nothing; where all is small, each slice counts.
  const marked = areas.flatMap((area, k) => (area > leastShare * areas[largest] ? [k] : []));
  // At least one in three is for the spread, so that emboli of one region do not take all.
  const chosen = new Set(
    [largest, ...wanted.filter((k) => areas[k] > 0)].slice(0, Math.ceil((2 * most) / 3)),
  );
  const rest = new Set(marked);
  for (;;) {
    for (const k of chosen) rest.delete(k);
    if (chosen.size >= most || rest.size === 0) return [...chosen].sort((a, b) => a - b);
    const distance = (k: number) => Math.min(...[...chosen].map((other) => Math.abs(other - k)));
    chosen.add([...rest].reduce((best, k) => (distance(k) > distance(best) ? k : best)));
  }
}

/** Where nothing is marked: slices at a quarter, a half and three quarters of the part of the head that has a signal. */
export function slicesOfHead(signal: readonly number[]): number[] {
  const strongest = Math.max(...signal);
  const inside = signal.flatMap((value, k) => (value > 0.2 * strongest ? [k] : []));
  const all = inside.length > 0 ? inside : signal.map((_, k) => k);
  const at = (share: number) => all[Math.round(share * (all.length - 1))];
  return [...new Set([at(0.3), at(0.5), at(0.7)])];
}
