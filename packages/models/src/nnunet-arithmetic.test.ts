import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cropBlock } from './block.ts';
import { boxOf, nonzeroMask } from './nonzero.ts';
import { normalise } from './normalisation.ts';
import { resampleBlock, resampledShape } from './resampling.ts';
import { patchStarts, patchWeights } from './window.ts';

const triple = z.tuple([z.number(), z.number(), z.number()]);
const order = z.union([z.literal(0), z.literal(1), z.literal(3)]);
const list = z.array(z.number());
const Known = z.object({
  resampling: z.array(
    z.object({
      shape: triple,
      old: triple,
      new: triple,
      order,
      orderZ: order,
      separateZ: z.boolean().nullable(),
      data: list,
      target: triple,
      result: list,
    }),
  ),
  normalising: z.object({
    image: list,
    other: list,
    shape: triple,
    box: z.tuple([list, list, list]),
    mask: list,
    properties: z.object({
      mean: z.number(),
      std: z.number(),
      percentile_00_5: z.number(),
      percentile_99_5: z.number(),
    }),
    zScore: list,
    zScoreWithinMask: list,
    clip: list,
    rescale: list,
  }),
  windows: z.object({
    steps: z.array(
      z.object({ image: triple, patch: triple, step: z.number(), starts: z.tuple([list, list, list]) }),
    ),
    gaussians: z.array(z.object({ patch: triple, weights: list })),
  }),
});
/** Computed by nnunetv2 itself: training/nnunet/known_values.py. */
const known = Known.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../test/known-values.json'), 'utf8')),
);

const largest = (found: ArrayLike<number>, expected: readonly number[]) => {
  expect(found.length).toBe(expected.length);
  return expected.reduce((most, value, at) => Math.max(most, Math.abs(value - found[at])), 0);
};

describe('the arithmetic of nnU-Net v2, as the package itself computes it', () => {
  it.each(known.resampling)('resamples $shape from $old to $new mm by orders $order and $orderZ', (given) => {
    const resizing = { from: given.old, to: given.new, aligned: 'faces', ...given } as const;
    expect(resampledShape(given.shape, resizing)).toEqual(given.target);
    const block = { shape: given.shape, data: Float32Array.from(given.data) };
    const { data } = resampleBlock(block, given.target, resizing);
    // Values of a few hundred, in 32 bits.
    expect(largest(data, given.result)).toBeLessThan(2e-4);
  });

  const { image, other, shape, box, mask, properties, ...schemes } = known.normalising;
  const channels = [image, other].map((values) => ({ shape, data: Float32Array.from(values) }));
  const found = boxOf(nonzeroMask(channels), shape);
  if (found === null) throw new Error('The image is not empty.');
  const inside = Uint8Array.from(
    cropBlock({ shape, data: Float32Array.from(nonzeroMask(channels)) }, found).data,
  );

  it('crops to what is not zero in any channel, holes included', () => {
    expect([0, 1, 2].map((axis) => [found.start[axis], found.end[axis]])).toEqual(box);
    expect([...inside]).toEqual(mask);
  });

  it.each([
    ['zScore', { scheme: 'z-score', withinMask: false }],
    ['zScoreWithinMask', { scheme: 'z-score', withinMask: true }],
    [
      'clip',
      {
        scheme: 'clip',
        low: properties.percentile_00_5,
        high: properties.percentile_99_5,
        mean: properties.mean,
        standardDeviation: properties.std,
      },
    ],
    ['rescale', { scheme: 'rescale-to-0-1' }],
  ] as const)('normalises by %s', (name, scheme) => {
    const { data } = cropBlock(channels[0], found);
    normalise(data, inside, scheme);
    expect(largest(data, schemes[name])).toBeLessThan(1e-5);
  });

  it.each(known.windows.steps)(
    'sets patches of $patch on $image, $step apart',
    ({ image: size, patch, step, starts }) => {
      const all = starts[0].flatMap((i) => starts[1].flatMap((j) => starts[2].map((k): Vec3 => [i, j, k])));
      expect(patchStarts(size, patch, step, 'even')).toEqual(all);
    },
  );

  it.each(known.windows.gaussians)('weighs a patch of $patch', ({ patch, weights }) => {
    expect(largest(patchWeights(patch, true), weights)).toBeLessThan(1e-5);
  });
});
