import type { Segmentation, Study } from '@atoll/engines/engine';
import { transformPoint } from '@atoll/volume/affine';
import { fromCanonical, toCanonical } from '@atoll/volume/orientation';
import type { Affine, Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { coarseGrid, infarct, obliqueGrid, plainHead } from '../test/plain-head.ts';
import { infarctNetwork, smallDescription } from '../test/small-model.ts';
import { type GivenDescription, parseDescription } from './description.ts';
import type { Network } from './predict.ts';
import { segmentByModel } from './segment-model.ts';

/** What `infarctNetwork` computes, without a runtime: engine.test.ts has the two as one. */
const open = async (): Promise<Network> => ({
  run: async (patch) => {
    const voxels = patch.length / infarctNetwork.inputs;
    return Float32Array.from({ length: infarctNetwork.outputs.length * voxels }, (_, at) => {
      const { weights, constant } = infarctNetwork.outputs[Math.floor(at / voxels)];
      const voxel = at % voxels;
      return weights.reduce(
        (sum, weight, channel) => sum + weight * patch[channel * voxels + voxel],
        constant,
      );
    });
  },
  release: async () => undefined,
});

function segment(
  study: Study,
  description: Partial<GivenDescription> = {},
  network: () => Promise<Network> = open,
): Promise<Segmentation> {
  const folds = [{ file: 'fold_0.onnx', sha256: '0'.repeat(64) }];
  const model = parseDescription({ ...smallDescription, folds, ...description });
  return segmentByModel(study, model, { folds: 1, open: network }, () => undefined);
}

/** Where a mask's middle lies in the world. */
function centreOf({ shape, affine, data }: Mask): Vec3 {
  const sum = [0, 0, 0];
  let count = 0;
  for (let at = 0; at < data.length; at++) {
    if (data[at] === 0) continue;
    const k = Math.floor(at / (shape[0] * shape[1]));
    const j = Math.floor(at / shape[0]) % shape[1];
    transformPoint(affine, [at % shape[0], j, k]).forEach((mm, axis) => {
      sum[axis] += mm;
    });
    count++;
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

function dice(one: Mask, other: Mask): number {
  let [both, all] = [0, 0];
  for (let at = 0; at < one.data.length; at++) {
    both += one.data[at] * other.data[at];
    all += one.data[at] + other.data[at];
  }
  return (2 * both) / all;
}

/** The same places stored in another order of axes and directions, by a grid whose canonical order is the given one. */
function storedAs<Data extends Uint8Array | Float32Array>(
  volume: Volume<Data>,
  order: Vec3,
  flips: readonly boolean[],
): Volume<Data> {
  const canonical = toCanonical(volume);
  const shape: Vec3 = [canonical.shape[order[0]], canonical.shape[order[1]], canonical.shape[order[2]]];
  const row = (world: 0 | 1 | 2) => {
    const steps = [0, 1, 2].map((axis) => canonical.affine[world][order[axis]] * (flips[axis] ? -1 : 1));
    const origin = [0, 1, 2].reduce(
      (sum, axis) => sum + (flips[axis] ? canonical.affine[world][order[axis]] * (shape[axis] - 1) : 0),
      canonical.affine[world][3],
    );
    return [steps[0], steps[1], steps[2], origin] as const;
  };
  const affine: Affine = [row(0), row(1), row(2)];
  return fromCanonical(canonical.data, { shape, affine });
}

const near = (found: Vec3, expected: Vec3) => Math.hypot(...found.map((mm, axis) => mm - expected[axis]));

describe('the mask of a model', () => {
  it.each<[string, Grid]>([
    ['whose first axis runs to the left', coarseGrid],
    ['that is turned against the scanner', obliqueGrid],
  ])('marks the infarct where it is in a head %s', async (_what, grid) => {
    const head = plainHead(grid);
    const { mask, probability } = await segment(head);
    expect(near(centreOf(mask), infarct.centreMm)).toBeLessThan(4);
    expect(dice(mask, head.truth)).toBeGreaterThan(0.75);
    expect(probability?.data.length).toBe(mask.data.length);
    for (let at = 0; at < mask.data.length; at++) {
      if (mask.data[at] !== (probability!.data[at] > 0.5 ? 1 : 0))
        throw new Error('Mask and probability differ.');
    }
  });

  it.each<[string, Vec3, readonly boolean[], Partial<GivenDescription>]>([
    ['in sagittal slices', [1, 2, 0], [true, false, true], {}],
    ['in coronal slices, for a model that wants RAS', [0, 2, 1], [true, true, false], { orientation: 'RAS' }],
    [
      'upside down, for a network of x, y, z',
      [0, 1, 2],
      [false, true, true],
      { axes: ['x', 'y', 'z'], orientation: 'LPS', spacingMm: [4, 4, 5], patch: [16, 16, 8], mirrorAxes: [] },
    ],
  ])('gives the same lesion of a DWI stored %s', async (_what, order, flips, description) => {
    const head = plainHead(coarseGrid);
    const stored = { dwi: storedAs(head.dwi, order, flips), adc: storedAs(head.adc, order, flips) };
    const truth = storedAs(head.truth, order, flips);
    const { mask } = await segment(stored, description);
    expect(mask.shape).toEqual(stored.dwi.shape);
    expect(near(centreOf(mask), infarct.centreMm)).toBeLessThan(4);
    expect(dice(mask, truth)).toBeGreaterThan(0.75);
  });

  it.each<[string, Vec3, readonly boolean[]]>([
    ['to the right, front and top', [0, 1, 2], [false, false, false]],
    ['to the left and back, in coronal slices', [0, 2, 1], [true, false, true]],
  ])(
    'shows the network the direction that it was trained on, of a DWI that runs %s',
    async (_what, order, flips) => {
      const head = plainHead(coarseGrid);
      const stored = { dwi: storedAs(head.dwi, order, flips), adc: storedAs(head.adc, order, flips) };
      // One patch holds the whole head; what is high along the network's first axis is marked.
      const patch: Vec3 = [60, 48, 40];
      const highEnd = async (): Promise<Network> => ({
        run: async (given) => {
          const voxels = given.length / 2;
          return Float32Array.from({ length: given.length }, (_, at) =>
            at >= voxels && Math.floor((at - voxels) / (patch[1] * patch[2])) >= patch[0] / 2 ? 5 : 0,
          );
        },
        release: async () => undefined,
      });
      for (const [orientation, axes, world, sign] of [
        ['LPS', ['x', 'y', 'z'], 0, -1],
        ['RAS', ['x', 'y', 'z'], 0, 1],
        ['LPS', ['z', 'y', 'x'], 2, 1],
        ['LAI', ['z', 'y', 'x'], 2, -1],
        ['LPS', ['y', 'x', 'z'], 1, -1],
      ] as const) {
        const description = {
          orientation,
          axes: [...axes],
          spacingMm: [4, 4, 4],
          patch: [...patch],
          mirrorAxes: [],
        };
        const { mask } = await segment(stored, { ...description, cropToNonzero: false }, highEnd);
        expect(sign * centreOf(mask)[world], `${orientation} ${axes}`).toBeGreaterThan(20);
      }
    },
  );

  it.each<[string, GivenDescription['output'], number | null]>([
    ['of two classes', { kind: 'softmax', channels: 2, marked: [1] }, 0.5],
    ['with a threshold of its own', { kind: 'softmax', channels: 2, marked: [1], threshold: 0.3 }, 0.3],
    ['that gives probabilities', { kind: 'sigmoid', channels: 2, marked: [1] }, 0.5],
    ['of three classes, which no threshold tells apart', { kind: 'softmax', channels: 3, marked: [1] }, null],
  ])('names the threshold of its map: of a network %s', async (_what, output, expected) => {
    const three = async (): Promise<Network> => ({
      run: async (patch) => new Float32Array((patch.length / 2) * output.channels),
      release: async () => undefined,
    });
    const network = output.channels === 3 ? three : open;
    const { mask, probability, probabilityThreshold } = await segment(
      plainHead(coarseGrid),
      { output },
      network,
    );
    expect(probabilityThreshold).toBe(expected);
    if (expected === null) return;
    expect(mask.data).toEqual(Uint8Array.from(probability!.data, (value) => (value > expected ? 1 : 0)));
  });

  it('takes an ADC on another grid by its place, and says so', async () => {
    const head = plainHead(coarseGrid);
    const { adc } = plainHead(obliqueGrid);
    const { mask, warnings } = await segment({ dwi: head.dwi, adc });
    expect(near(centreOf(mask), infarct.centreMm)).toBeLessThan(4);
    expect(warnings.map(({ code }) => code)).toContain('ADC_RESAMPLED');
  });

  it('runs networks of slices', async () => {
    const head = plainHead(coarseGrid);
    const patch = [16, 16];
    const description = { spacingMm: [4, 4], patch, mirrorAxes: [0, 1] };
    const { mask } = await segment(head, description);
    expect(dice(mask, head.truth)).toBeGreaterThan(0.75);
  });
});
