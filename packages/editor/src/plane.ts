import { orientationOf } from '@atoll/volume/orientation';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';

export type AnatomicalPlane = 'axial' | 'coronal' | 'sagittal';

/** An index axis of the grid. */
export type Axis = 0 | 1 | 2;

const across = { sagittal: 0, coronal: 1, axial: 2 } as const;

/**
 * The index axis that a plane's slices follow one another along: slices are the grid's own, also where it is oblique,
 * and are called by the anatomical plane that they are closest to.
 */
export function axisAcross(affine: Affine, plane: AnatomicalPlane): Axis {
  return asAxis(orientationOf(affine).axis[across[plane]]);
}

/** The two index axes within slices across `axis`. */
export function axesWithin(axis: Axis): readonly [Axis, Axis] {
  return axis === 0 ? [1, 2] : axis === 1 ? [0, 2] : [0, 1];
}

export function asAxis(n: number): Axis {
  return n === 0 ? 0 : n === 1 ? 1 : 2;
}

/** How far apart in the array neighbours along an axis are. */
export function strideOf([nx, ny]: Vec3, axis: Axis): number {
  return axis === 0 ? 1 : axis === 1 ? nx : nx * ny;
}

/** One slice of an array, row by row along the first axis within it. */
export function sliceOf(
  data: Uint8Array,
  { shape }: Pick<Grid, 'shape'>,
  axis: Axis,
  slice: number,
): Uint8Array {
  const [u, v] = axesWithin(axis);
  const out = new Uint8Array(shape[u] * shape[v]);
  const [su, sv] = [strideOf(shape, u), strideOf(shape, v)];
  const start = slice * strideOf(shape, axis);
  for (let b = 0, n = 0; b < shape[v]; b++)
    for (let a = 0, at = start + b * sv; a < shape[u]; a++, at += su) out[n++] = data[at];
  return out;
}
