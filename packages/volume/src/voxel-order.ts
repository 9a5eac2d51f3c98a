import { compose, invert, transformPoint } from './affine.ts';
import type { Grid, Mask, Vec3 } from './volume.ts';

/** How far, in voxels, a centre may lie from that of the other grid: programs round an affine when they save it. */
const toleranceVoxels = 0.05;

/**
 * A mask in the order of a grid, where its voxels are those of the grid, with axes in another order or the other way
 * round; nothing is interpolated. null where it lies on another grid.
 */
export function inOrderOf(image: Mask, grid: Grid): Mask | null {
  const [nx, ny, nz] = grid.shape;
  if (image.data.length !== nx * ny * nz) return null;
  const toImage = compose(invert(image.affine), grid.affine);
  const start = transformPoint(toImage, [0, 0, 0]).map(Math.round);
  const strides = [1, image.shape[0], image.shape[0] * image.shape[1]];
  const steps = [0, 1, 2].map((axis) => [0, 1, 2].map((row) => Math.round(toImage[row][axis])));
  if (!isPermutation(steps)) return null;
  for (const corner of cornersOf(grid.shape)) {
    const exact = transformPoint(toImage, corner);
    for (const row of [0, 1, 2] as const) {
      const whole = start[row] + steps.reduce((sum, step, axis) => sum + step[row] * corner[axis], 0);
      if (whole < 0 || whole >= image.shape[row]) return null;
      if (!(Math.abs(exact[row] - whole) <= toleranceVoxels)) return null;
    }
  }
  const stride = steps.map((step) => step.reduce((sum, n, row) => sum + n * strides[row], 0));
  const first = start.reduce((sum, place, row) => sum + place * strides[row], 0);
  const data = new Uint8Array(image.data.length);
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0, from = first + j * stride[1] + k * stride[2]; i < nx; i++, from += stride[0])
        data[at++] = image.data[from];
  return { shape: grid.shape, affine: grid.affine, data };
}

/** Does each axis run along one of the other's, and no two along the same? */
function isPermutation(steps: readonly (readonly number[])[]): boolean {
  const along = steps.map((step) => step.findIndex((n) => n !== 0));
  const isStraight = steps.every((step) => step.reduce((sum, n) => sum + Math.abs(n), 0) === 1);
  return isStraight && new Set(along).size === 3;
}

function cornersOf([nx, ny, nz]: Vec3): Vec3[] {
  return [0, nx - 1].flatMap((i) => [0, ny - 1].flatMap((j) => [0, nz - 1].map((k): Vec3 => [i, j, k])));
}
