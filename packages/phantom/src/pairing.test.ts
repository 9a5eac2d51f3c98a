import { judgePairing } from '@atoll/volume/pairing';
import type { Volume, VoxelArray } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { makePhantom } from './phantom.ts';
import { phantomCases } from './specs.ts';

/** Making one takes seconds: an oblique grid and one whose first axis goes to the left. */
const chosen = phantomCases.filter(({ id }) => ['phantom-oblique-right', 'phantom-large-left'].includes(id));

describe('the DWI and ADC of a phantom', () => {
  it.each(chosen)('are taken for a pair, in either order: $id', ({ spec }) => {
    const { dwi, adc } = makePhantom(spec);
    expect(judgePairing(floats(dwi), floats(adc)).relation).toBe('as-given');
    expect(judgePairing(floats(adc), floats(dwi)).relation).toBe('swapped');
  });
});

function floats(volume: Volume<VoxelArray>): Volume {
  return { ...volume, data: Float32Array.from(volume.data) };
}
