import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { type Block, eachVoxelOf } from '../../test/block.ts';
import type { Work } from './ground.ts';
import { findLesions } from './lesions.ts';
import { type Parameters, presets } from './parameters.ts';
import type { Scores } from './scores.ts';

const shape: Vec3 = [48, 48, 20];
const voxels = shape[0] * shape[1] * shape[2];

type Tissue = Block & { readonly pileUp?: boolean };

/**
 * What is marked in healthy tissue of 2 mm voxels, uneven as tissue is, with blocks in it, each brighter and lower in ADC
 * than what it lies in.
 */
function markedIn(blocks: readonly Tissue[], parameters: Parameters = presets.balanced) {
  const z = Float32Array.from({ length: voxels }, (_, at) => 0.7 * (-1) ** at);
  const adc = z.map((value) => 820 - 50 * value);
  const pileUp = new Uint8Array(voxels);
  for (const block of blocks)
    eachVoxelOf(block, shape, (at) => {
      adc[at] = block.adc;
      z[at] = block.z;
      pileUp[at] = block.pileUp === true ? 1 : 0;
    });
  const brain = new Uint8Array(voxels).fill(1);
  const score = z.map((value, at) => value + (820 - adc[at]) / 100);
  const scores: Scores = {
    z,
    asymmetry: z,
    score,
    wide: score.map((value) => value / 3),
    excess: z.map((value) => value / 10),
    sigma: 0.1,
  };
  const work: Work = { shape, spacingMm: [2, 2, 2], brain, adc, parameters };
  const terrain = { allowed: brain, depthMm: new Float32Array(voxels).fill(20), pileUp };
  return findLesions(work, scores, terrain).mask;
}

function volume(mask: Uint8Array): number {
  return mask.reduce((sum, value) => sum + value, 0);
}

/** 36 voxels, 0.29 mL. */
const infarct: Block = { from: [20, 20, 8], size: [4, 3, 3], adc: 480, z: 6 };
/** Large, faint, with a nearly normal ADC: as a coil's bright spot or cortex. */
const faint: Block = { from: [17, 17, 7], size: [10, 10, 6], adc: 745, z: 2 };

describe('finding lesions', () => {
  it('finds a small infarct in healthy tissue', () => {
    expect(volume(markedIn([infarct]))).toBe(36);
  });

  it('finds no infarct in tissue that is merely faintly bright', () => {
    expect(volume(markedIn([faint]))).toBe(0);
  });

  it('finds a small infarct that lies in faintly bright tissue, and leaves that tissue out', () => {
    const mask = markedIn([faint, infarct]);
    expect(volume(mask)).toBe(36);
    expect(mask).toEqual(markedIn([infarct]));
  });

  it('marks of a doubtful lesion its bright core alone, and all of one that is beyond doubt', () => {
    const around: Block = { from: [18, 18, 7], size: [7, 7, 4], adc: 640, z: 2.5 };
    const { balanced } = presets;
    const taken = { ...balanced, leastLikelihood: 0 };
    const marked = (doubtfulLikelihood: number) =>
      volume(markedIn([around, infarct], { ...taken, doubtfulLikelihood }));
    expect(marked(0)).toBe(7 * 7 * 4);
    expect(marked(1)).toBe(36);
    expect(volume(markedIn([infarct], { ...balanced, doubtfulLikelihood: 1 }))).toBe(36);
  });

  it('takes no core of piled-up signal for an infarct', () => {
    const core: Tissue = { ...infarct, adc: 660, pileUp: true };
    const piledUp: Tissue = { ...faint, adc: 780, z: 3, pileUp: true };
    expect(volume(markedIn([piledUp, core]))).toBe(0);
  });

  it('cuts off the faint tissue that an infarct ran into, but for its own edge', () => {
    const bright: Block = { from: [20, 20, 8], size: [4, 4, 4], adc: 480, z: 6 };
    const arm: Block = { from: [24, 20, 8], size: [5, 3, 3], adc: 780, z: 2 };
    expect(volume(markedIn([arm]))).toBe(0);
    // Of the arm a layer stays, which is the blurred edge of any infarct.
    expect(volume(markedIn([bright, arm]))).toBe(64 + 9);
  });

  it('keeps the fainter part of an unevenly bright infarct', () => {
    const bright: Block = { from: [12, 20, 8], size: [6, 8, 6], adc: 480, z: 7 };
    const fainter: Block = { from: [18, 20, 8], size: [12, 8, 6], adc: 560, z: 4 };
    expect(volume(markedIn([bright, fainter]))).toBe(18 * 8 * 6);
  });

  it('keeps a huge infarct whole that is evenly faint but for a few brighter voxels', () => {
    const huge: Block = { from: [10, 8, 5], size: [26, 24, 8], adc: 695, z: 1.9 };
    const brighter: Block = { from: [20, 18, 6], size: [8, 8, 5], adc: 695, z: 3.2 };
    expect(volume(markedIn([huge, brighter]))).toBe(26 * 24 * 8);
  });
});
