import { spacingMm } from '@atoll/volume/affine';
import { labelComponents } from '@atoll/volume/components';
import { squaredDistanceTo } from '@atoll/volume/distance';
import { boundingBox, cropMask, dilate, expandBox, pasteMask, sizeOf } from '@atoll/volume/morphology';
import { eachNeighbour } from '@atoll/volume/neighbours';
import type { Grid, Vec3 } from '@atoll/volume/volume';

/** Two outlines of one lesion differ by this much, and by a slice where slices are thicker. */
const toleranceMm = 5;

/** 26-connected pieces of what one marks and another does not. */
export type Pieces = {
  /** For each voxel the number of its piece; 0 outside, and in rims. */
  readonly labels: Int32Array;
  readonly count: number;
  /** By label; the first is nothing. */
  readonly sizes: Int32Array;
  /** By label: does it lie by itself, or does it go on from something that the other marks, too? */
  readonly isApart: readonly boolean[];
};

/**
 * What of `own` is more than another outline of the same lesion: pieces that touch nothing of `other`, and where they
 * touch it, what reaches beyond it by more than a tolerance. Rims are left out.
 * @param own shares no voxel with `other`
 */
export function piecesBeyond(own: Uint8Array, other: Uint8Array, { shape, affine }: Grid): Pieces {
  const spacing = spacingMm(affine);
  const tolerance = Math.max(toleranceMm, ...spacing.map((edge) => 1.01 * edge));
  const box = boundingBox(own, shape);
  if (box === null) {
    return { labels: new Int32Array(own.length), count: 0, sizes: new Int32Array(1), isApart: [false] };
  }
  // All that matters lies within the tolerance, and a voxel more, of what is marked here.
  const work = expandBox(box, shape, spacing, 2 * tolerance);
  const size = sizeOf(work);
  const [ownPart, otherPart] = [cropMask(own, shape, work), cropMask(other, shape, work)];
  const whole = labelComponents(ownPart, size, 26);
  const touches = touching(whole.labels, whole.count, otherPart, size);
  const distance = squaredDistanceTo(otherPart, size, spacing);
  const beyond = ownPart.map((value, at) =>
    value !== 0 && touches[whole.labels[at]] && distance[at] > tolerance * tolerance ? 1 : 0,
  );
  // Back to where they come from, so that a piece is not told by its tip alone.
  const grown = dilate(beyond, size, spacing, tolerance);
  const kept = ownPart.map((value, at) =>
    value !== 0 && (!touches[whole.labels[at]] || grown[at] !== 0) ? 1 : 0,
  );
  const found = labelComponents(kept, size, 26);
  const isApart = Array.from({ length: found.count + 1 }, () => false);
  for (let at = 0; at < kept.length; at++)
    if (found.labels[at] !== 0) isApart[found.labels[at]] = !touches[whole.labels[at]];
  const labels = new Int32Array(own.length);
  pasteMask(found.labels, labels, shape, work);
  return { ...found, labels, isApart };
}

/** By label, whether a voxel of it has one of the other's among its 26 neighbours. */
function touching(labels: Int32Array, count: number, other: Uint8Array, shape: Vec3): boolean[] {
  const out = Array.from({ length: count + 1 }, () => false);
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0 || out[labels[at]]) continue;
    eachNeighbour(at, shape, (neighbour) => {
      if (other[neighbour] !== 0) out[labels[at]] = true;
    });
  }
  return out;
}
