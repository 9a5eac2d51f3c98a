import { spacingMm } from '@atoll/volume/affine';
import type { Grid, Volume } from '@atoll/volume/volume';

/** Of the brightest tissue: what is over it is head, noise in air is below. */
const headLevel = 0.15;
const marginMm = 8;
/** Marked voxels in a row or a column for it to be head. */
const least = 3;

/**
 * The part of a canonical grid that holds the head, across and up the axial slices; all slices. What lies around it would
 * make a picture's head small.
 * @param image in canonical order.
 */
export function headExtent({ data, shape, affine }: Volume, brightest: number): Grid {
  const [nx, ny, nz] = shape;
  const [columns, rows] = [new Uint32Array(nx), new Uint32Array(ny)];
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        if (!(data[at] > headLevel * brightest)) continue;
        columns[i]++;
        rows[j]++;
      }
  const spacing = spacingMm(affine);
  const [x0, x1] = ends(columns, marginMm / spacing[0]);
  const [y0, y1] = ends(rows, marginMm / spacing[1]);
  const [a, b, c] = affine.map(
    (row) => [row[0], row[1], row[2], row[3] + row[0] * x0 + row[1] * y0] as const,
  );
  return { shape: [x1 - x0 + 1, y1 - y0 + 1, nz], affine: [a, b, c] };
}

/** First and last place with enough in it, and a margin; all where there is none. */
function ends(counts: Uint32Array, margin: number): [number, number] {
  const first = counts.findIndex((count) => count >= least);
  const last = counts.findLastIndex((count) => count >= least);
  if (first < 0) return [0, counts.length - 1];
  return [Math.max(0, Math.floor(first - margin)), Math.min(counts.length - 1, Math.ceil(last + margin))];
}
