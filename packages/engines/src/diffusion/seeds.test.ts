import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { type Block, eachVoxelOf } from '../../test/block.ts';
import type { Work } from './ground.ts';
import { presets } from './parameters.ts';
import type { Scores } from './scores.ts';
import { findSeeds, growSeeds } from './seeds.ts';

const shape: Vec3 = [24, 24, 8];
const voxels = shape[0] * shape[1] * shape[2];

/** What grows in healthy tissue with blocks in it; `wide` is the score of the neighbourhood. */
function grown(blocks: readonly (Block & { readonly wide: number })[]) {
  const [z, wide] = [new Float32Array(voxels), new Float32Array(voxels)];
  const adc = new Float32Array(voxels).fill(820);
  for (const block of blocks)
    eachVoxelOf(block, shape, (at) => {
      z[at] = block.z;
      adc[at] = block.adc;
      wide[at] = block.wide;
    });
  const score = z.map((value, at) => value + (820 - adc[at]) / 100);
  const scores: Scores = { z, asymmetry: z, score, wide, excess: new Float32Array(voxels), sigma: 0.1 };
  const brain = new Uint8Array(voxels).fill(1);
  const work: Work = { shape, spacingMm: [2, 2, 2], brain, adc, parameters: presets.balanced };
  return growSeeds(work, scores, findSeeds(work, scores, brain));
}

const volume = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);
const core = { from: [8, 8, 2], size: [4, 4, 4], adc: 500, z: 2.6 } as const;

describe('growing lesions from seeds', () => {
  it('lets a wide lesion keep tissue of less than half its brightness, for the neighbourhood vouches for it', () => {
    const beside = { from: [12, 8, 2], size: [4, 4, 4], adc: 700, z: 1.3 } as const;
    const kept = (wide: number) =>
      volume(
        grown([
          { ...core, wide: 2 },
          { ...beside, wide },
        ]).mask,
      );
    expect(kept(1.6)).toBe(128);
    expect(kept(1)).toBe(64);
  });

  it('asks of the edge of a speck, which only blur has made, more of its brightness than of that of a wide lesion', () => {
    const edgeOf = (wide: number) => Math.max(...grown([{ ...core, wide }]).edge);
    const { rimShare, wideRimShare } = presets.balanced;
    expect(edgeOf(0.5)).toBeCloseTo(rimShare * core.z, 5);
    expect(edgeOf(2)).toBeCloseTo(wideRimShare * core.z, 5);
  });

  it('grows nothing without a seed', () => {
    expect(volume(grown([{ ...core, adc: 900, wide: 0 }]).mask)).toBe(0);
  });
});
