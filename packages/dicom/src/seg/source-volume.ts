import { AtollError } from '@atoll/errors/error';
import { type Marking, maskUnder, type Placement, placeSlice } from './placement.ts';
import type { SourceSlice } from './source-slice.ts';

/** A slice of the volume that is referred to, with what is marked in it. */
export type MarkedSlice = {
  readonly slice: SourceSlice;
  readonly placement: Placement;
  /** Row by row, 1 where marked. */
  readonly pixels: Uint8Array;
  readonly marked: number;
};

/**
 * One volume of one series under a mask, each position once, ordered along the normal of the slices. Of several
 * series on the mask's grid it is the trace or the highest b-value rather than b0, and b0 rather than an ADC
 * map; of several volumes of a series likewise, and of equals the first.
 * @throws AtollError SEG_SOURCE_MISSING, SEG_SOURCE_AMBIGUOUS, SEG_GRID_DIFFERS
 */
export function chooseVolume(mask: Marking, slices: readonly SourceSlice[]): readonly MarkedSlice[] {
  if (slices.length === 0) throw new AtollError('SEG_SOURCE_MISSING');
  const series = Map.groupBy(slices, ({ seriesUid, rows, columns }) => `${seriesUid} ${rows} ${columns}`);
  // No methods of iterators: this runs in browsers that have none.
  const volumes = [...series.values()]
    .map((each) => volumeOf(mask, each))
    .filter((volume) => volume.length > 0);
  if (volumes.length === 0) throw gridsDiffer(noneFits(slices));
  let marked = 0;
  for (const value of mask.data) if (value > 0) marked++;
  const whole = volumes.filter((volume) => volume.reduce((sum, slice) => sum + slice.marked, 0) === marked);
  if (whole.length === 0) {
    throw gridsDiffer('Part of the mask lies on none of the slices of the DICOM series.');
  }
  // Two examinations of one prescription may lie on one grid: which patient would it be?
  if (new Set(whole.map(([{ slice }]) => slice.studyUid)).size > 1)
    throw new AtollError('SEG_SOURCE_AMBIGUOUS');
  return whole.reduce((best, other) =>
    preference(other[0].slice) > preference(best[0].slice) ? other : best,
  );
}

function noneFits(slices: readonly SourceSlice[]): string {
  if (slices.every(({ isMosaic }) => isMosaic)) {
    return 'The DICOM series consists of mosaic images, and a segmentation cannot refer to their individual slices.';
  }
  return `None of the ${slices.length} DICOM slices matches the grid of the mask.`;
}

function gridsDiffer(detail: string): AtollError {
  return new AtollError('SEG_GRID_DIFFERS', detail);
}

function volumeOf(mask: Marking, series: readonly SourceSlice[]): MarkedSlice[] {
  const best = new Map<string, { slice: SourceSlice; placement: Placement }>();
  for (const slice of series) {
    const placement = slice.isMosaic ? null : placeSlice(slice, mask);
    if (placement === null) continue;
    const place = `${placement.first} ${placement.columnStep} ${placement.rowStep}`;
    const rival = best.get(place);
    if (rival === undefined || isBetter(slice, rival.slice)) best.set(place, { slice, placement });
  }
  return [...best.values()]
    .sort((one, other) => alongNormal(one.slice) - alongNormal(other.slice))
    .map(({ slice, placement }) => {
      const pixels = maskUnder(slice, placement, mask);
      return { slice, placement, pixels, marked: pixels.reduce((sum, pixel) => sum + pixel, 0) };
    });
}

function isBetter(slice: SourceSlice, rival: SourceSlice): boolean {
  const difference = preference(slice) - preference(rival);
  if (difference !== 0) return difference > 0;
  const order = slice.instanceNumber - rival.instanceNumber;
  return order !== 0 ? order < 0 : (slice.frameNumber ?? 0) < (rival.frameNumber ?? 0);
}

/** How fit a slice is to stand for the DWI: by kind first, then by b-value. */
function preference({ diffusion: { kind, bValue } }: SourceSlice): number {
  if (kind === 'map') return -1;
  return (bValue ?? 0) + (kind === 'trace' && (bValue ?? 1000) > 0 ? 1e6 : 0);
}

/** How far along its normal a slice lies, in mm. */
function alongNormal({ plane: [x, y, z] }: SourceSlice): number {
  return x[2] * x[3] + y[2] * y[3] + z[2] * z[3];
}
