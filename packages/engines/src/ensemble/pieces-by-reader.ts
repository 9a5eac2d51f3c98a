import { voxelVolumeMl } from '@atoll/volume/affine';
import { labelComponents } from '@atoll/volume/components';
import { eachNeighbour } from '@atoll/volume/neighbours';
import type { Grid, Vec3 } from '@atoll/volume/volume';
import { crumbMl } from '../alarm/kept-apart.ts';

/** `labels`: 0 outside, 1…count inside, in storage order; `sizes[label]` in voxels. */
export type ReaderPieces = {
  readonly labels: Int32Array;
  readonly count: number;
  readonly sizes: Int32Array;
};

/**
 * Pieces of what engines marked, told apart by who marked them: an infarct that one marked, and fluid beside it that
 * another marked, are two places and not one. What several marked is one place as soon as their outlines share a voxel.
 * @param within 1 for the voxels to be divided, each marked by somebody
 * @param patterns bit n is set where reader n marked the voxel
 */
export function piecesByReader(
  within: Uint8Array,
  patterns: Uint16Array,
  readers: number,
  { shape, affine }: Grid,
): ReaderPieces {
  const sets = new Sets();
  const labels = new Int32Array(within.length);
  for (let reader = 0; reader < readers; reader++) {
    const own = within.map((value, at) => value & ((patterns[at] >> reader) & 1));
    const found = labelComponents(own, shape, 26);
    const first = sets.add(found.count);
    for (let at = 0; at < own.length; at++) {
      if (own[at] === 0) continue;
      const set = first + found.labels[at] - 1;
      if (labels[at] === 0) labels[at] = set;
      else sets.unite(labels[at], set);
    }
  }
  const pieces = numbered(labels, sets);
  return withCrumbsJoined(pieces, shape, crumbMl / voxelVolumeMl(affine));
}

/**
 * Gives each crumb to the largest of the pieces that it touches: beside what another engine marked it is no place of its
 * own, but an uneven edge of that one. One that touches none stays by itself.
 */
function withCrumbsJoined(pieces: ReaderPieces, shape: Vec3, leastVoxels: number): ReaderPieces {
  const { labels, count, sizes } = pieces;
  const largest = new Int32Array(count + 1);
  for (let at = 0; at < labels.length; at++) {
    const own = labels[at];
    if (own === 0 || sizes[own] >= leastVoxels) continue;
    eachNeighbour(at, shape, (neighbour) => {
      const other = labels[neighbour];
      if (other !== own && sizes[other] > sizes[largest[own]]) largest[own] = other;
    });
  }
  if (!largest.some((label) => label !== 0)) return pieces;
  const sets = new Sets();
  sets.add(count);
  for (let label = 1; label <= count; label++) if (largest[label] !== 0) sets.unite(label, largest[label]);
  return numbered(labels, sets);
}

/** Labels of the same set become one; numbered anew in storage order, and in place. */
function numbered(labels: Int32Array, sets: Sets): ReaderPieces {
  const numberOf = new Map<number, number>();
  const sizes = [0];
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0) continue;
    const set = sets.of(labels[at]);
    const number = numberOf.get(set) ?? sizes.push(0) - 1;
    numberOf.set(set, number);
    labels[at] = number;
    sizes[number]++;
  }
  return { labels, count: sizes.length - 1, sizes: Int32Array.from(sizes) };
}

/** Disjoint sets of numbers from 1 on. */
class Sets {
  readonly #parent = [0];

  /** @returns the first of the numbers that are added */
  add(count: number): number {
    const first = this.#parent.length;
    for (let n = 0; n < count; n++) this.#parent.push(first + n);
    return first;
  }

  of(number: number): number {
    let root = number;
    while (this.#parent[root] !== root) root = this.#parent[root];
    for (let at = number; at !== root; ) [at, this.#parent[at]] = [this.#parent[at], root];
    return root;
  }

  unite(one: number, other: number): void {
    const [a, b] = [this.of(one), this.of(other)];
    if (a !== b) this.#parent[Math.max(a, b)] = Math.min(a, b);
  }
}
