import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { type Block, eachVoxelOf } from '../../test/block.ts';
import { blockCount, blocksOf } from './blocks.ts';
import { withoutBlurredEdge } from './blurred-edge.ts';

const shape: Vec3 = [20, 20, 6];
const voxels = shape[0] * shape[1] * shape[2];

type Tissue = Omit<Block, 'z'> & { readonly dwi: number };

/** What is left of a stripped brain (signal 200, ADC 800) with some of it another tissue; 0 outside. */
function left(...others: readonly Tissue[]): Uint8Array {
  const [dwi, adc] = [new Float32Array(voxels), new Float32Array(voxels)];
  const head: Tissue = { from: [4, 4, 1], size: [12, 12, 4], dwi: 200, adc: 800 };
  for (const block of [head, ...others])
    eachVoxelOf({ ...block, z: 0 }, shape, (at) => {
      dwi[at] = block.dwi;
      adc[at] = block.adc;
    });
  const brain = dwi.map((value) => (value > 0 ? 1 : 0));
  const blocks = blocksOf(shape, [1.5, 1.5, 3], 3);
  const healthySignal = new Float32Array(blockCount(blocks)).fill(200);
  const healthy = { healthyAdc: 800, healthySignal };
  return withoutBlurredEdge(Uint8Array.from(brain), { dwi, adc, shape }, healthy, blocks);
}

const volume = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);
const whole = 12 * 12 * 4;
/** One layer of the brain's side: 48 voxels. */
const side = { from: [4, 4, 1], size: [1, 12, 4] } as const satisfies Partial<Block>;

describe('the edge of a brain that was resampled after it had been stripped', () => {
  it('is taken off where signal and ADC fade out together', () => {
    expect(volume(left())).toBe(whole);
    expect(volume(left({ ...side, dwi: 20, adc: 80 }))).toBe(whole - 48);
  });

  it('is no deeper than interpolation reaches', () => {
    const deep: Tissue = { from: [4, 8, 2], size: [5, 4, 2], dwi: 20, adc: 80 };
    expect(volume(left(deep))).toBe(whole - 2 * 4 * 2);
  });

  it('leaves CSF and an infarct at the surface where they are', () => {
    expect(volume(left({ ...side, dwi: 50, adc: 2600 }))).toBe(whole);
    expect(volume(left({ ...side, dwi: 420, adc: 350 }))).toBe(whole);
  });

  it('leaves what is dark within, as a haemorrhage is', () => {
    expect(volume(left({ from: [9, 9, 2], size: [3, 3, 2], dwi: 20, adc: 80 }))).toBe(whole);
  });
});
