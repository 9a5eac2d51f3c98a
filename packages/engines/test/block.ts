import type { Vec3 } from '@atoll/volume/volume';

/** A cuboid of tissue, in voxels. */
export type Block = {
  readonly from: Vec3;
  readonly size: Vec3;
  /** 10⁻⁶ mm²/s. */
  readonly adc: number;
  readonly z: number;
};

/** Calls `visit` with the place of each voxel of a block in a grid. */
export function eachVoxelOf({ from, size }: Block, shape: Vec3, visit: (at: number) => void): void {
  for (let k = from[2]; k < from[2] + size[2]; k++)
    for (let j = from[1]; j < from[1] + size[1]; j++)
      for (let i = from[0]; i < from[0] + size[0]; i++) visit(i + shape[0] * (j + shape[1] * k));
}
