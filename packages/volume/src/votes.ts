import { AtollError } from '@atoll/errors/error';
import { sameGrid } from './affine.ts';
import type { Mask } from './volume.ts';

/** As many readers as a pattern has bits. */
const mostReaders = 16;

/**
 * Who marked each voxel, of several masks on one grid: bit n of a voxel's pattern is set where mask n marks it. With R
 * masks there are 2^R patterns, so that what follows from who marked a voxel is worked out once for each of them.
 */
export type Votes = {
  readonly readers: number;
  /** For each voxel. */
  readonly patterns: Uint16Array;
  /** How many voxels have each pattern; 2^readers of them. */
  readonly counts: Float64Array;
};

/** @throws AtollError IMAGE_GRIDS_DIFFER unless all masks lie on one grid, voxel for voxel */
export function votesOf(masks: readonly Mask[]): Votes {
  if (masks.length === 0 || masks.length > mostReaders) {
    throw new Error(`Votes of ${masks.length} masks; 1 to ${mostReaders} can be counted.`);
  }
  if (masks.some((mask) => !sameGrid(mask, masks[0]))) throw new AtollError('IMAGE_GRIDS_DIFFER');
  const patterns = new Uint16Array(masks[0].data.length);
  for (const [reader, { data }] of masks.entries()) {
    const bit = 1 << reader;
    for (let at = 0; at < data.length; at++) if (data[at] !== 0) patterns[at] |= bit;
  }
  return { readers: masks.length, patterns, counts: countPatterns(patterns, masks.length) };
}

/** How many voxels have each pattern. @param within counts those where it is not 0 alone; all unless given. */
export function countPatterns(
  patterns: Uint16Array,
  readers: number,
  within: Uint8Array | null = null,
): Float64Array {
  const counts = new Float64Array(2 ** readers);
  for (let at = 0; at < patterns.length; at++) {
    if (within === null || within[at] !== 0) counts[patterns[at]]++;
  }
  return counts;
}

/** Whether a reader marks voxels of a pattern. */
export function isMarkedBy(pattern: number, reader: number): boolean {
  return ((pattern >> reader) & 1) === 1;
}

/** How many readers a pattern stands for. */
export function votesIn(pattern: number): number {
  let votes = 0;
  for (let rest = pattern; rest !== 0; rest &= rest - 1) votes++;
  return votes;
}

/** More than half of the readers. A tie is no majority: of two, both; of four, three. */
export function isMajority(pattern: number, readers: number): boolean {
  return 2 * votesIn(pattern) > readers;
}

/** 1 where a voxel's pattern is one of those that are chosen, 0 elsewhere. */
export function whereChosen(patterns: Uint16Array, chosen: readonly boolean[]): Uint8Array<ArrayBuffer> {
  const values = Uint8Array.from(chosen, (each) => (each ? 1 : 0));
  return byPattern(patterns, values, new Uint8Array(patterns.length));
}

/** 1 where the pattern of a voxel's votes is one of those that are wanted, 0 elsewhere. */
export function whereVoted(
  { patterns, counts }: Pick<Votes, 'patterns' | 'counts'>,
  isWanted: (pattern: number) => boolean,
): Uint8Array<ArrayBuffer> {
  return whereChosen(
    patterns,
    Array.from(counts, (_, pattern) => isWanted(pattern)),
  );
}

/** Each voxel's value by its pattern, written into `out`: by a plain loop, for images have millions of voxels. */
export function byPattern<Data extends Uint8Array | Float32Array>(
  patterns: Uint16Array,
  values: Uint8Array | Float64Array,
  out: Data,
): Data {
  for (let at = 0; at < out.length; at++) out[at] = values[patterns[at]];
  return out;
}

/** Dice of two of the readers; 1 where both marked nothing. */
export function diceOf({ counts }: Pick<Votes, 'counts'>, one: number, other: number): number {
  let [first, second, both] = [0, 0, 0];
  for (const [pattern, count] of counts.entries()) {
    const [byOne, byOther] = [(pattern >> one) & 1, (pattern >> other) & 1];
    first += byOne * count;
    second += byOther * count;
    both += byOne * byOther * count;
  }
  return first + second === 0 ? 1 : (2 * both) / (first + second);
}
