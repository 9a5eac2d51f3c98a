import { AtollError } from '@atoll/errors/error';
import type { Vec3 } from '@atoll/volume/volume';
import { type Block, cropBlock, eachAxis, padBlock, sizeOf, stridesOf } from './block.ts';
import type { ModelDescription } from './description.ts';
import { mirrorings, paddedFor, patchStarts, patchWeights } from './window.ts';

/** A network with the weights of one fold: a patch of all channels in, logits of all outputs out. */
export type Network = {
  /** @param patch channels after one another, each a block of the shape. @returns the same of the outputs. */
  run(patch: Float32Array, shape: Vec3): Promise<Float32Array>;
  release(): Promise<void>;
};

export type Prediction = {
  readonly model: Pick<
    ModelDescription,
    'inputs' | 'patch' | 'step' | 'steps' | 'gaussian' | 'mirrorAxes' | 'output'
  >;
  readonly folds: number;
  /** Loads the weights of a fold; one is held at a time. */
  readonly open: (fold: number) => Promise<Network>;
  /** Called after each run of a network. */
  readonly onRun: (done: number, all: number) => void;
};

/** A network of slices is one whose patches are a voxel thick. */
export function patchShape({ patch }: Pick<ModelDescription, 'patch'>): Vec3 {
  return patch.length === 2 ? [1, patch[0], patch[1]] : [patch[0], patch[1], patch[2]];
}

/**
 * Logits of each output channel over the whole image: the mean over folds and mirrorings, and over overlapping patches
 * by their weights. Takes (outputs + channels + 1) values of 32 bits a voxel.
 * @throws AtollError MODEL_OUTPUT_INVALID where the network gives no numbers, or not as many as it should
 */
export async function predictLogits(channels: readonly Block[], prediction: Prediction): Promise<Block[]> {
  const { model, folds, open, onRun } = prediction;
  const { shape } = channels[0];
  const patch = patchShape(model);
  const { padded, before } = paddedFor(shape, patch);
  const images = channels.map((channel) => padBlock(channel, padded, before).data);
  const starts = patchStarts(padded, patch, model.step, model.steps);
  const weights = patchWeights(patch, model.gaussian);
  // Axes of a network of slices are counted without the one across them.
  const mirrored = mirrorings(model.mirrorAxes.map((axis) => axis + 3 - model.patch.length));
  const outputs = model.output.channels;
  const sums = Array.from({ length: outputs }, () => new Float32Array(sizeOf(padded)));
  const total = new Float32Array(sizeOf(padded));
  const voxels = sizeOf(patch);
  const runs = folds * starts.length * mirrored.length;
  let done = 0;
  for (let fold = 0; fold < folds; fold++) {
    const network = await open(fold);
    try {
      for (const start of starts) {
        const place = placeOf(padded, patch, start);
        for (const axes of mirrored) {
          const walk = mirroredWalk(patch, axes);
          const input = new Float32Array(images.length * voxels);
          images.forEach((image, channel) => {
            place((from, to) => {
              input[channel * voxels + walk(to)] = image[from];
            });
          });
          const answer = await network.run(input, patch);
          if (answer.length !== outputs * voxels) {
            throw new AtollError(
              'MODEL_OUTPUT_INVALID',
              `The network gave ${answer.length} values for a patch; ${outputs} channels of ${voxels} were expected.`,
            );
          }
          // A sum tells of any of its parts, and costs less than asking each.
          if (!Number.isFinite(answer.reduce((all, value) => all + value, 0))) {
            throw new AtollError(
              'MODEL_OUTPUT_INVALID',
              'The network gave values that are not numbers (NaN or infinite).',
            );
          }
          sums.forEach((sum, channel) => {
            place((to, from) => {
              sum[to] += answer[channel * voxels + walk(from)] * weights[from];
            });
          });
          done++;
          onRun(done, runs);
        }
        if (fold === 0) {
          place((to, from) => {
            total[to] += weights[from];
          });
        }
      }
    } finally {
      await network.release();
    }
  }
  const share = folds * mirrored.length;
  const end = eachAxis((axis) => before[axis] + shape[axis]);
  return sums.map((sum) => {
    for (let at = 0; at < sum.length; at++) sum[at] /= total[at] * share;
    return cropBlock({ shape: padded, data: sum }, { start: before, end });
  });
}

/** Calls with each voxel of a patch: where it is in the image, and where in the patch. */
function placeOf(image: Vec3, patch: Vec3, start: Vec3) {
  const [s0, s1] = stridesOf(image);
  return (each: (inImage: number, inPatch: number) => void) => {
    let at = 0;
    for (let i = 0; i < patch[0]; i++)
      for (let j = 0; j < patch[1]; j++) {
        const row = (start[0] + i) * s0 + (start[1] + j) * s1 + start[2];
        for (let k = 0; k < patch[2]; k++, at++) each(row + k, at);
      }
  };
}

/** Where a voxel of a patch lies when the patch is mirrored along some axes. */
function mirroredWalk(patch: Vec3, axes: readonly number[]): (at: number) => number {
  if (axes.length === 0) return (at) => at;
  const strides = stridesOf(patch);
  const table = new Int32Array(sizeOf(patch));
  let at = 0;
  const along = (axis: 0 | 1 | 2, index: number) =>
    (axes.includes(axis) ? patch[axis] - 1 - index : index) * strides[axis];
  for (let i = 0; i < patch[0]; i++)
    for (let j = 0; j < patch[1]; j++)
      for (let k = 0; k < patch[2]; k++) table[at++] = along(0, i) + along(1, j) + along(2, k);
  return (voxel) => table[voxel];
}
