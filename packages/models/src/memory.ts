import { AtollError } from '@atoll/errors/error';
import type { Grid, Vec3 } from '@atoll/volume/volume';
import { eachAxis, sizeOf } from './block.ts';
import type { ModelDescription } from './description.ts';
import { patchShape } from './predict.ts';
import { networkShape } from './prepared.ts';

/** A finer grid than this would not be an image of a head but a slip of a spacing. */
const mostNetworkVoxels = 2 ** 28;
/** The runtime, the code, and what the images are read into. */
const usualBytes = 300 * 2 ** 20;

/**
 * What a run holds at its peak, in bytes: images and logits on both grids, and one patch in the network. What a network
 * needs for a patch within itself it alone knows; it is found out by running it.
 */
export function memoryNeeded(model: ModelDescription, dwi: Grid): number {
  const patch = patchShape(model);
  const network = networkShape(dwi, model);
  const padded: Vec3 = eachAxis((axis) => Math.max(network[axis], patch[axis]));
  const [inputs, outputs] = [model.inputs.length, model.output.channels];
  const onNetwork = 4 * sizeOf(padded) * (2 * inputs + outputs + 2);
  const onImage = 4 * sizeOf(dwi.shape) * (2 * inputs + outputs + 6);
  return usualBytes + onNetwork + onImage + 8 * sizeOf(patch) * (inputs + outputs);
}

/**
 * @param freeBytes of the machine
 * @throws AtollError ENGINE_OUT_OF_MEMORY that says what would fit
 */
export function checkMemory(model: ModelDescription, dwi: Grid, freeBytes: number): void {
  const needed = memoryNeeded(model, dwi);
  const shape = networkShape(dwi, model);
  if (needed <= freeBytes && sizeOf(shape) <= mostNetworkVoxels) return;
  const share = Math.cbrt(Math.min(1, freeBytes / needed, mostNetworkVoxels / sizeOf(shape)));
  const fitting = dwi.shape.map((length) => Math.floor(length * share)).join(' × ');
  throw new AtollError(
    'ENGINE_OUT_OF_MEMORY',
    `At ${model.spacingMm.join(' × ')} mm this DWI has ${shape.join(' × ')} voxels, for which the model needs ${gigabytes(needed)} GB; ${gigabytes(freeBytes)} GB are free. About ${fitting} voxels of this DWI would fit.`,
  );
}

const gigabytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
