import { invert, transformPoint } from '@atoll/volume/affine';
import { labelComponents } from '@atoll/volume/components';
import type { Mask, Vec3 } from '@atoll/volume/volume';
import { runsOfMask, type VoxelRuns } from './voxel-runs.ts';

/** The 26-connected piece of a mask that a place lies in (world mm, RAS+); nothing where it lies in none. */
export function pieceAt({ shape, affine, data }: Mask, mm: Vec3): VoxelRuns {
  const [i, j, k] = transformPoint(invert(affine), mm).map(Math.round);
  const isIn = i >= 0 && j >= 0 && k >= 0 && i < shape[0] && j < shape[1] && k < shape[2];
  const { labels } = labelComponents(data, shape, 26);
  const label = isIn ? labels[i + shape[0] * (j + shape[1] * k)] : 0;
  return runsOfMask(Uint8Array.from(labels, (each) => (label !== 0 && each === label ? 1 : 0)));
}
