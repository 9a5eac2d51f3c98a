import { describe, expect, it } from 'vitest';
import { scaling } from './affine.ts';
import { diceOf, isMajority, votesIn, votesOf, whereChosen } from './votes.ts';

const grid = { shape: [4, 1, 1], affine: scaling([2, 2, 2]) } as const;
const mask = (...data: number[]) => ({ ...grid, data: Uint8Array.from(data) });

describe('votes of several masks', () => {
  it('say who marked each voxel, and how many voxels have each pattern', () => {
    const { patterns, counts } = votesOf([mask(1, 1, 0, 0), mask(0, 1, 0, 0), mask(0, 1, 1, 0)]);
    expect([...patterns]).toEqual([0b001, 0b111, 0b100, 0]);
    expect([...counts]).toEqual([1, 1, 0, 0, 1, 0, 0, 1]);
    expect([...patterns].map(votesIn)).toEqual([1, 3, 1, 0]);
  });

  it('make a majority by more than half of the readers: a tie is none', () => {
    expect([0b01, 0b10, 0b11].map((pattern) => isMajority(pattern, 2))).toEqual([false, false, true]);
    expect([0b011, 0b001].map((pattern) => isMajority(pattern, 3))).toEqual([true, false]);
    expect([0b0011, 0b0111].map((pattern) => isMajority(pattern, 4))).toEqual([false, true]);
    expect(isMajority(0b1, 1)).toBe(true);
  });

  it('become a mask of the patterns that count', () => {
    const { patterns } = votesOf([mask(1, 1, 0, 0), mask(0, 1, 1, 0)]);
    expect([...whereChosen(patterns, [false, false, false, true])]).toEqual([0, 1, 0, 0]);
    expect([...whereChosen(patterns, [false, true, true, true])]).toEqual([1, 1, 1, 0]);
  });

  it('give the Dice of each two', () => {
    const votes = votesOf([mask(1, 1, 0, 0), mask(0, 1, 1, 0), mask(0, 0, 0, 0)]);
    expect(diceOf(votes, 0, 1)).toBe(0.5);
    expect(diceOf(votes, 0, 2)).toBe(0);
    expect(diceOf(votesOf([mask(0, 0, 0, 0), mask(0, 0, 0, 0)]), 0, 1)).toBe(1);
  });

  it('are refused where the masks lie on other grids', () => {
    const elsewhere = { ...mask(1, 0, 0, 0), affine: scaling([2.5, 2, 2]) };
    expect(() => votesOf([mask(1, 0, 0, 0), elsewhere])).toThrow('grid');
  });
});
