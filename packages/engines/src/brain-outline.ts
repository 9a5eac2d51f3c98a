import { AtollError } from '@atoll/errors/error';
import { sameGrid, voxelVolumeMl } from '@atoll/volume/affine';
import type { NiftiHeader } from '@atoll/volume/nifti-header';
import type { Mask } from '@atoll/volume/volume';
import { maskFileOf } from './mask-file.ts';
import type { BrainOutline } from './report.ts';
import { sha256 } from './sha256.ts';

/**
 * The brain of a segmentation as a file on the DWI's grid, and what the report says of it.
 * @throws AtollError ENGINE_FAILED when it lies on another grid.
 */
export async function packBrain(
  brain: Mask,
  header: NiftiHeader,
): Promise<{ readonly file: Uint8Array; readonly report: BrainOutline }> {
  if (!sameGrid(brain, header)) {
    throw new AtollError('ENGINE_FAILED', 'The engine’s brain mask is not on the grid of the DWI.');
  }
  const file = maskFileOf(brain, header);
  const voxels = brain.data.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
  return { file, report: { volumeMl: voxels * voxelVolumeMl(brain.affine), sha256: await sha256(file) } };
}
