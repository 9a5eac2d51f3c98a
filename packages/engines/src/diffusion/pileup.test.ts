import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { findPileUp } from './pileup.ts';

const shape: Vec3 = [20, 20, 8];
const voxels = 20 * 20 * 8;
const sigma = 0.1;

/** A bright block of 6 × 6 × 3 voxels of 2 mm (0.86 mL): signal without diffusion weighting × 2.7, DWI × 2.5. */
function pileUpOf(adcOfBlock: number) {
  const adc = new Float32Array(voxels).fill(820);
  const z = new Float32Array(voxels);
  const excess = new Float32Array(voxels);
  for (let at = 0; at < voxels; at++) {
    const [i, j, k] = [at % 20, Math.floor(at / 20) % 20, Math.floor(at / 400)];
    if (i < 7 || i > 12 || j < 7 || j > 12 || k < 3 || k > 5) continue;
    adc[at] = adcOfBlock;
    z[at] = Math.log(2.5) / sigma;
    excess[at] = 1;
  }
  const brain = new Uint8Array(voxels).fill(1);
  const rest = { asymmetry: z, score: z, wide: z };
  return findPileUp({ shape, spacingMm: [2, 2, 2], brain, adc }, { ...rest, z, excess, sigma });
}

describe('piled-up signal', () => {
  it('is bright with the ADC of healthy tissue or a higher one', () => {
    const found = pileUpOf(960);
    expect(found.volumeMl).toBeCloseTo(0.864, 3);
    expect(found.near).toContain(1);
  });

  it('is not an infarct that T2 makes brighter still, with an ADC of nine tenths', () => {
    const found = pileUpOf(740);
    expect(found.volumeMl).toBe(0);
    expect(found.near).not.toContain(1);
    expect(found.around).not.toContain(1);
  });
});
