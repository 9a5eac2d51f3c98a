import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { type Block, eachVoxelOf } from '../../test/block.ts';
import type { Work } from './ground.ts';
import { presets } from './parameters.ts';
import { sharpenLarge } from './sharpen.ts';

const shape: Vec3 = [24, 24, 12];
const voxels = shape[0] * shape[1] * shape[2];
const work: Work = {
  shape,
  spacingMm: [2, 2, 2],
  brain: new Uint8Array(voxels).fill(1),
  adc: new Float32Array(voxels),
  parameters: presets.balanced,
};
const volume = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);
const place = ({ from, size }: Pick<Block, 'from' | 'size'>, to: Float32Array | Uint8Array, value: number) =>
  eachVoxelOf({ from, size, adc: 0, z: 0 }, shape, (at) => {
    to[at] = value;
  });

/** How much is left of a lesion of which the inner part is bright without smoothing, and all with it. */
function left(lesion: Pick<Block, 'from' | 'size'>, bright: Pick<Block, 'from' | 'size'>): number {
  const [mask, z] = [new Uint8Array(voxels), new Float32Array(voxels)];
  place(lesion, mask, 1);
  place(bright, z, 5);
  return volume(sharpenLarge(work, mask, () => z));
}

describe('the outline of a large lesion', () => {
  const large = { from: [4, 4, 2], size: [14, 14, 8] } as const;

  it('loses the layer that only smoothing has made bright', () => {
    expect(left(large, { from: [5, 5, 3], size: [12, 12, 6] })).toBe(12 * 12 * 6);
    expect(left(large, large)).toBe(14 * 14 * 8);
  });

  it('loses no more than that layer, for there is tissue in a lesion that is not bright', () => {
    const side = { from: [4, 4, 2], size: [11, 14, 8] } as const;
    expect(left(large, side)).toBe(11 * 14 * 8 + 2 * 12 * 6);
  });

  it('may be as faint as a rim where the lesion itself is faint', () => {
    const [mask, z] = [new Uint8Array(voxels), new Float32Array(voxels)];
    place(large, mask, 1);
    place(large, z, 1.3);
    place({ from: [5, 5, 3], size: [12, 12, 6] }, z, 2);
    expect(volume(sharpenLarge(work, mask, () => z))).toBe(14 * 14 * 8);
    place({ from: [5, 5, 3], size: [12, 12, 6] }, z, 5);
    expect(volume(sharpenLarge(work, mask, () => z))).toBe(12 * 12 * 6);
  });

  it('is no matter of a speck, and the image is not smoothed again for one', () => {
    const mask = new Uint8Array(voxels);
    place({ from: [4, 4, 3], size: [4, 4, 4] }, mask, 1);
    const asked = () => {
      throw new Error('Nobody asked for this.');
    };
    expect(sharpenLarge(work, mask, asked)).toEqual(mask);
  });

  it('goes on beyond the edge of the image', () => {
    const whole = { from: [0, 0, 0], size: [24, 24, 12] } as const;
    expect(left(whole, { from: [0, 0, 0], size: [20, 24, 12] })).toBe(voxels);
  });
});
