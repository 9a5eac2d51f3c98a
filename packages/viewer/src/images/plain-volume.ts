import { brightestOf } from '@atoll/pictures/grey-range';
import { invert, transformPoint } from '@atoll/volume/affine';
import { readNifti } from '@atoll/volume/nifti-read';
import type { Grid, Mask, Vec3, Volume, VoxelArray } from '@atoll/volume/volume';

/** An image to be drawn in grey; `brightest` is the 98th percentile of what is not 0. */
export type Base = Volume & { readonly brightest: number };

export async function readBase(bytes: Uint8Array): Promise<Base> {
  const { shape, affine, data } = await readNifti(bytes);
  return { shape, affine, data, brightest: brightestOf(data) };
}

/** Values as they are, 0–255; of a mask 0 and 1. */
export async function readCounts(bytes: Uint8Array): Promise<Mask> {
  const { shape, affine, data } = await readNifti(bytes);
  return {
    shape,
    affine,
    data: Uint8Array.from(data, (value) => Math.min(255, Math.max(0, Math.round(value)))),
  };
}

export function centreMm({ shape, affine }: Grid): Vec3 {
  return transformPoint(affine, [(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2]);
}

/** The centre of the voxel in the middle, where a cursor begins: half-way between two slices it would be in neither. */
export function middleVoxelMm({ shape, affine }: Grid): Vec3 {
  return transformPoint(affine, [
    Math.floor(shape[0] / 2),
    Math.floor(shape[1] / 2),
    Math.floor(shape[2] / 2),
  ]);
}

/** Value of the voxel at a place; 0 outside. */
export function valueAt({ shape, affine, data }: Volume<VoxelArray>, mm: Vec3): number {
  const [i, j, k] = transformPoint(invert(affine), mm).map(Math.round);
  if (i < 0 || j < 0 || k < 0 || i >= shape[0] || j >= shape[1] || k >= shape[2]) return 0;
  return data[i + shape[0] * (j + shape[1] * k)];
}
