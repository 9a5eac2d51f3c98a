import { voxelVolumeMl } from '@atoll/volume/affine';
import type { Mask } from '@atoll/volume/volume';
import { isMarkedBy, whereChosen, whereVoted } from '@atoll/volume/votes';
import type { Joined } from '../engine.ts';
import { piecesBeyond } from './pieces-beyond.ts';
import { piecesByReader } from './pieces-by-reader.ts';

/**
 * A piece of this size is worth a look by itself; smaller ones where all of them together are as large as this, down to a
 * crumb, of which only an empty mask has any to spare.
 */
const leastMl = { alone: 0.7, together: 2, ofMany: 0.1 };
/** The largest of many small ones. */
const mostPieces = 50;

/** What engines of an ensemble mark and the joined mask does not hold, beyond a rim. */
export type LeftOut = {
  /** Shares no voxel with the joined mask. */
  readonly mask: Mask;
  /** For each voxel the number of its place, 0 outside. Places of different engines may touch, and share no voxel. */
  readonly places: Int32Array;
  /** Of the places, from number 1 on. */
  readonly volumesMl: readonly number[];
  /** Ids and titles of those that mark a voxel, by its place in the grid. */
  readonly markedBy: (at: number) => readonly { readonly engine: string; readonly title: string }[];
};

/** @returns null where nothing is left out that is worth a look. Of an empty mask all is. */
export function leftOutOf({ parts, votes, isMarked }: Joined, { shape, affine }: Mask): LeftOut | null {
  const { patterns } = votes;
  const outside = whereVoted(votes, (pattern) => pattern !== 0 && !isMarked[pattern]);
  const inside = whereChosen(patterns, isMarked);
  const beyond = piecesBeyond(outside, inside, { shape, affine });
  const within = Uint8Array.from(beyond.labels, (label) => Math.min(label, 1));
  const { labels, count, sizes } = piecesByReader(within, patterns, votes.readers, { shape, affine });
  const voxelMl = voxelVolumeMl(affine);
  const togetherMl = sizes.reduce((sum, size) => sum + size, 0) * voxelMl;
  const least = togetherMl >= leastMl.together ? leastMl.ofMany : leastMl.alone;
  const leastVoxels = inside.includes(1) ? least / voxelMl : 0;
  const kept = Array.from({ length: count }, (_, n) => n + 1)
    .filter((label) => sizes[label] >= leastVoxels)
    .sort((a, b) => sizes[b] - sizes[a] || a - b)
    .slice(0, mostPieces);
  if (kept.length === 0) return null;
  const numberOf = new Int32Array(count + 1);
  for (const [n, label] of kept.entries()) numberOf[label] = n + 1;
  const data = new Uint8Array(labels.length);
  for (let at = 0; at < data.length; at++) {
    labels[at] = numberOf[labels[at]];
    if (labels[at] !== 0) data[at] = 1;
  }
  return {
    mask: { shape, affine, data },
    places: labels,
    volumesMl: kept.map((label) => sizes[label] * voxelMl),
    markedBy: (at) => parts.filter((_, part) => isMarkedBy(patterns[at], part)),
  };
}
