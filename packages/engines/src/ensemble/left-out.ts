import { voxelVolumeMl } from '@atoll/volume/affine';
import type { Mask } from '@atoll/volume/volume';
import { whereChosen } from '@atoll/volume/votes';
import type { Joined } from '../engine.ts';
import { piecesBeyond } from './pieces-beyond.ts';

/** A piece of this size is worth a look by itself, and smaller ones where all of them together are as large as this. */
const leastMl = { alone: 0.7, together: 2 };
/** The largest of many small ones. */
const mostPieces = 50;

/** What engines of an ensemble mark and the joined mask does not hold, beyond a rim. */
export type LeftOut = {
  /** Shares no voxel with the joined mask. */
  readonly mask: Mask;
  /** Ids and titles of those that mark a voxel, by its place in the grid. */
  readonly markedBy: (at: number) => readonly { readonly engine: string; readonly title: string }[];
};

/** @returns null where nothing is left out that is worth a look. Of an empty mask all is. */
export function leftOutOf({ parts, votes, isMarked }: Joined, { shape, affine }: Mask): LeftOut | null {
  const { patterns } = votes;
  const outside = whereChosen(
    patterns,
    isMarked.map((marked, pattern) => pattern !== 0 && !marked),
  );
  const inside = whereChosen(patterns, isMarked);
  const { labels, count, sizes } = piecesBeyond(outside, inside, { shape, affine });
  const voxelMl = voxelVolumeMl(affine);
  const togetherMl = sizes.reduce((sum, size) => sum + size, 0) * voxelMl;
  const allCount = togetherMl >= leastMl.together || !inside.includes(1);
  const kept = Array.from({ length: count }, (_, n) => n + 1)
    .filter((label) => allCount || sizes[label] * voxelMl >= leastMl.alone)
    .sort((a, b) => sizes[b] - sizes[a] || a - b)
    .slice(0, mostPieces);
  if (kept.length === 0) return null;
  const isKept = Array.from({ length: count + 1 }, (_, label) => kept.includes(label));
  return {
    mask: { shape, affine, data: Uint8Array.from(labels, (label) => (isKept[label] ? 1 : 0)) },
    markedBy: (at) => parts.filter((_, part) => ((patterns[at] >> part) & 1) === 1),
  };
}
