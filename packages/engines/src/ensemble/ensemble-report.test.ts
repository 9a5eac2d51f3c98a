import { scaling } from '@atoll/volume/affine';
import { numberLesions } from '@atoll/volume/numbered-lesions';
import type { Grid, Mask } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import type { Joined } from '../engine.ts';
import { reportEnsemble } from './ensemble-report.ts';
import type { JoinRule } from './join-rules.ts';
import { joinedMask, joinMasks } from './joined-masks.ts';
import { leftOutOf } from './left-out.ts';
import { piecesBeyond } from './pieces-beyond.ts';

/** 2 mm voxels whose first axis runs to the patient's left; the mid-plane is at voxel 20. */
const grid: Grid = {
  shape: [41, 20, 20],
  affine: [
    [-2, 0, 0, 40],
    [0, 2, 0, 0],
    [0, 0, 2, 0],
  ],
};
const voxels = 41 * 20 * 20;

/** Marks boxes: from and to (included) along each axis. */
function boxes(...list: readonly (readonly [number, number, number, number, number, number])[]): Mask {
  const data = new Uint8Array(voxels);
  for (const [x0, x1, y0, y1, z0, z1] of list)
    for (let z = z0; z <= z1; z++)
      for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) data[x + 41 * (y + 20 * z)] = 1;
  return { ...grid, data };
}
const brain = boxes([0, 40, 0, 19, 0, 19]);
const adc = { ...grid, data: new Float32Array(voxels).fill(0.8) };
const shared = [4, 13, 4, 13, 4, 13] as const;

function join(rule: JoinRule, masks: readonly Mask[]) {
  const { votes, isMarked } = joinMasks(masks, rule);
  const parts = masks.map((mask, part) => ({
    engine: `engine-${part}`,
    engineVersion: '1',
    title: `Engine ${part}`,
    preset: 'usual',
    options: [],
    parameters: {},
    elapsedSeconds: 1,
    mask,
    performance: null,
  }));
  const joined: Joined = { rule, parts, votes, isMarked };
  const mask = joinedMask(joinMasks(masks, rule), masks[0]);
  return { joined, mask };
}

function report(rule: JoinRule, masks: readonly Mask[]) {
  const { joined, mask } = join(rule, masks);
  return reportEnsemble(joined, { mask, adc, brain, numbered: numberLesions(mask) });
}

describe('how the engines of an ensemble agree', () => {
  it('is told by volumes, Dice, votes on each lesion, and places that one alone marked', () => {
    // Both mark a cube of 8 mL on the patient's right; one a small lesion more on the left, the other nothing.
    const [one, other] = [boxes(shared, [30, 32, 8, 10, 8, 10]), boxes(shared)];
    const found = report('union', [one, other]);
    expect(found.parts).toMatchObject([
      { engine: 'engine-0', overlay: 'part-engine-0', lesionCount: 2, diceWithMask: 1 },
      { engine: 'engine-1', lesionCount: 1, aloneMl: 0 },
    ]);
    expect(found.parts[0].volumeMl).toBeCloseTo(8.216, 9);
    expect(found.parts[0].aloneMl).toBeCloseTo(0.216, 9);
    expect(found.dice).toEqual([{ engines: ['engine-0', 'engine-1'], dice: 2000 / 2027 }]);
    expect(found.votesMl).toEqual([expect.closeTo(0.216, 9), expect.closeTo(8, 9)]);
    expect(found.lesionVotes).toEqual([
      {
        lesionId: 1,
        shares: [
          { engine: 'engine-0', share: 1 },
          { engine: 'engine-1', share: 1 },
        ],
      },
      {
        lesionId: 2,
        shares: [
          { engine: 'engine-0', share: 1 },
          { engine: 'engine-1', share: 0 },
        ],
      },
    ]);
    expect(found.disagreements).toMatchObject([
      { engine: 'engine-0', side: 'left', isApart: true, isInMask: true, centroidMm: [-22, 18, 18] },
    ]);
    expect(report('majority', [one, other]).disagreements[0].isInMask).toBe(false);
  });

  it('passes over rims, and lists what reaches beyond them', () => {
    const rim = boxes([3, 14, 3, 14, 3, 14]);
    expect(report('union', [rim, boxes(shared)]).disagreements).toEqual([]);
    expect(report('union', [rim, boxes(shared)]).votesMl[0]).toBeGreaterThan(5);
    // An arm of eight voxels, 16 mm, out of the cube.
    const arm = boxes(shared, [14, 21, 8, 10, 8, 10]);
    const [beyond, ...more] = report('union', [arm, boxes(shared)]).disagreements;
    expect(more).toEqual([]);
    expect(beyond).toMatchObject({ engine: 'engine-0', isApart: false });
    // All of the arm, for it is the rim of nothing.
    expect(beyond.volumeMl).toBeCloseTo(8 * 9 * 0.008, 1);
  });

  it('takes a neighbouring slice for a rim where slices are thicker than the tolerance', () => {
    const thick: Grid = { shape: [41, 20, 20], affine: scaling([-2, 2, 8]) };
    const own = boxes([4, 13, 4, 13, 8, 8]).data;
    expect(piecesBeyond(own, boxes([4, 13, 4, 13, 7, 7]).data, thick).count).toBe(0);
    expect(piecesBeyond(own, boxes([4, 13, 4, 13, 6, 6]).data, thick).isApart).toEqual([false, true]);
  });

  it('lists the largest of many, and counts the rest', () => {
    const specks = boxes(
      ...Array.from({ length: 150 }, (_, n) => {
        const [x, y, z] = [2 * (n % 15), 2 * Math.floor(n / 15), 4];
        return [x, x, y, y, z, z] as const;
      }),
    );
    const { disagreements, unlisted } = report('union', [specks, boxes()]);
    expect(disagreements).toHaveLength(100);
    expect(unlisted).toEqual({ count: 50, volumeMl: expect.closeTo(0.4, 9) });
  });
});

describe('what engines mark and the joined mask does not hold', () => {
  it('is worth a look from a size on, and all of it where the mask is empty', () => {
    const withSmall = boxes(shared, [30, 32, 8, 10, 8, 10]);
    const withLarge = boxes(shared, [30, 34, 8, 12, 8, 12]);
    const look = (rule: JoinRule, masks: readonly Mask[]) => {
      const { joined, mask } = join(rule, masks);
      const left = leftOutOf(joined, mask);
      return left === null ? null : left.mask.data.reduce((sum, value) => sum + value, 0);
    };
    expect(look('majority', [withSmall, boxes(shared)])).toBeNull();
    expect(look('majority', [withLarge, boxes(shared)])).toBe(125);
    expect(look('union', [withLarge, boxes(shared)])).toBeNull();
    expect(look('majority', [boxes([30, 32, 8, 10, 8, 10]), boxes()])).toBe(27);
    expect(look('majority', [boxes(), boxes()])).toBeNull();
  });

  it('is told from ties of four, and by whom', () => {
    const lesion = boxes(shared);
    const { joined, mask } = join('majority', [lesion, lesion, boxes(), boxes()]);
    const left = leftOutOf(joined, mask);
    const at = 8 + 41 * (8 + 20 * 8);
    expect(left?.mask.data[at]).toBe(1);
    expect(left?.markedBy(at).map(({ engine }) => engine)).toEqual(['engine-0', 'engine-1']);
  });

  it('is told apart where engines marked it side by side, and is one place where their outlines share a voxel', () => {
    const infarct = [4, 12, 4, 12, 4, 12] as const;
    const beside = [13, 20, 4, 12, 4, 12] as const;
    const overlapping = [12, 20, 4, 12, 4, 12] as const;
    const placesOf = (...each: readonly (readonly [number, number, number, number, number, number])[]) => {
      // Of four, two are outvoted.
      const { joined, mask } = join('majority', [...each.map((box) => boxes(box)), boxes(), boxes()]);
      return leftOutOf(joined, mask)?.volumesMl.map((volumeMl) => Math.round(volumeMl / 0.008));
    };
    expect(placesOf(infarct, beside)).toEqual([9 * 9 * 9, 8 * 9 * 9]);
    expect(placesOf(infarct, overlapping)).toEqual([17 * 9 * 9]);
    // A crumb at the edge of a place is a part of it.
    expect(placesOf(infarct, [13, 13, 4, 6, 4, 6])).toEqual([9 * 9 * 9 + 9]);
  });
});
