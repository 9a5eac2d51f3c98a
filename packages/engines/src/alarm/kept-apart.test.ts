import { scaling } from '@atoll/volume/affine';
import { labelComponents } from '@atoll/volume/components';
import type { Mask, Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { keptApart } from './kept-apart.ts';

const shape: Vec3 = [40, 12, 12];

/** Values of slabs, each from and to (included) along the first axis. */
function slabs(...list: readonly { readonly value: number; readonly from: number; readonly to: number }[]) {
  const values = new Int32Array(shape[0] * shape[1] * shape[2]);
  for (const { value, from, to } of list)
    for (let at = 0; at < values.length; at++) {
      const x = at % shape[0];
      if (x >= from && x <= to) values[at] = value;
    }
  return values;
}
const candidates = (...list: readonly { readonly from: number; readonly to: number }[]): Mask => {
  const marked = slabs(...list.map((each) => ({ ...each, value: 1 })));
  return { shape, affine: scaling([2, 2, 2]), data: Uint8Array.from(marked) };
};
/** Where the pieces of a mask begin and end along the first axis. */
function extents({ data }: Mask): readonly (readonly [number, number])[] {
  const { labels, count } = labelComponents(data, shape, 26);
  return Array.from({ length: count }, (_, n) => {
    const along = [...labels.keys()].filter((at) => labels[at] === n + 1).map((at) => at % shape[0]);
    return [Math.min(...along), Math.max(...along)] as const;
  });
}

describe('candidates and pieces that others name', () => {
  it('are parted by a gap of one voxel, taken from the larger of two that touch', () => {
    const pieces = slabs({ value: 1, from: 2, to: 9 }, { value: 2, from: 10, to: 29 });
    expect(extents(keptApart(candidates(), pieces))).toEqual([
      [2, 9],
      [11, 29],
    ]);
  });

  it('are left as they are where they do not touch', () => {
    const pieces = slabs({ value: 1, from: 2, to: 9 }, { value: 2, from: 11, to: 29 });
    expect(extents(keptApart(candidates({ from: 33, to: 35 }), pieces))).toEqual([
      [2, 9],
      [11, 29],
      [33, 35],
    ]);
  });

  it('are parted where a candidate joins two, which is divided between them', () => {
    const pieces = slabs({ value: 1, from: 2, to: 9 }, { value: 2, from: 20, to: 29 });
    // Ten voxels between them: five for each, and the gap from the larger.
    expect(extents(keptApart(candidates({ from: 8, to: 21 }), pieces))).toEqual([
      [2, 14],
      [16, 29],
    ]);
  });

  it('lose no crumbs to the gap: what it cuts off is left out', () => {
    // Of the larger, one layer of voxels would be left behind the smaller.
    const pieces = slabs({ value: 1, from: 12, to: 30 }, { value: 2, from: 4, to: 9 });
    for (let at = 0; at < pieces.length; at++) if (at % shape[0] === 2 || at % shape[0] === 3) pieces[at] = 1;
    const corner = (at: number) => Math.floor(at / shape[0]) % shape[1] < 2;
    for (let at = 0; at < pieces.length; at++) if (at % shape[0] === 2 && !corner(at)) pieces[at] = 0;
    expect(extents(keptApart(candidates(), pieces))).toEqual([
      [4, 9],
      [12, 30],
    ]);
  });
});
