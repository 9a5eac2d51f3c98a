import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { type Block, eachVoxelOf } from '../../test/block.ts';
import { describePieces, type Piece } from './pieces.ts';
import type { Scores } from './scores.ts';

const shape: Vec3 = [40, 40, 12];
const voxels = shape[0] * shape[1] * shape[2];

/** Tissue around the piece, or a part of it. */
type Tissue = Block & { readonly around?: true };

/** The piece that some blocks make up, later ones over earlier ones, in healthy tissue of 2 mm voxels. */
function pieceOf(...blocks: readonly Tissue[]): Piece {
  const adc = new Float32Array(voxels).fill(820);
  const z = new Float32Array(voxels);
  const mask = new Uint8Array(voxels);
  for (const block of blocks)
    eachVoxelOf(block, shape, (at) => {
      adc[at] = block.adc;
      z[at] = block.z;
      if (block.around !== true) mask[at] = 1;
    });
  const flat = new Float32Array(voxels);
  const scores: Scores = { z, asymmetry: z, score: z, wide: z, excess: flat, sigma: 0.1 };
  const ground = { shape, spacingMm: [2, 2, 2] as Vec3, brain: new Uint8Array(voxels).fill(1), adc };
  const surroundings = { depthMm: flat, pileUp: new Uint8Array(voxels) };
  const { all, count } = describePieces(ground, mask, scores, surroundings);
  expect(count).toBe(1);
  return all[0];
}

const speck: Block = { from: [18, 18, 5], size: [4, 4, 2], adc: 500, z: 5 };

describe('what a piece is judged by', () => {
  it('is its contrast to the tissue around', () => {
    expect(pieceOf(speck)).toMatchObject({ adc50: 500, adcContrast: 320, z50: 5, zContrast: 5 });
  });

  it('is whether a part of what is around looks like it, though most does not', () => {
    const alone = pieceOf(speck);
    expect([alone.zAround75, alone.adcAround25]).toEqual([0, 820]);
    // As in cortex beside bone: bright and lower in ADC on one side, from a few millimetres on.
    const beside: Tissue = { from: [21, 0, 0], size: [19, 40, 12], adc: 690, z: 2.5, around: true };
    const there = pieceOf(beside, speck);
    expect([there.zAround75, there.adcAround25]).toEqual([2.5, 690]);
    expect([there.zContrast, there.adcContrast]).toEqual([alone.zContrast, alone.adcContrast]);
  });

  it('is the ADC of its brighter half, which is the infarct where CSF has a part in the rest', () => {
    const slice = (k: number, adc: number, z: number): Block => ({
      from: [18, 18, k],
      size: [4, 4, 1],
      adc,
      z,
    });
    const piece = pieceOf(slice(4, 900, 2), slice(5, 500, 5), slice(6, 700, 4));
    expect(piece).toMatchObject({ voxels: 48, z50: 4, adc50: 700, adcOfBrighter: 500 });
  });
});
