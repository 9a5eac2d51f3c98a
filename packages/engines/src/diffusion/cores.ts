import { quantile } from '@atoll/volume/histogram';
import { valuesAt } from './labels.ts';
import type { Pieces } from './pieces.ts';
import type { Grown } from './seeds.ts';

/** The part of a piece that is brightest: its z is the measure of its core. */
const brightest = 0.95;

/** The rim of a core is so much fainter, as a part of the same: more would be the faint tissue that it was cut from. */
const rim = 0.15;

/**
 * What of some pieces is at least so bright (z) as a `share` of their brightest twentieth.
 * @param of 1 for each label of a piece whose core is wanted; an entry per label.
 */
export function coresOf({ all, members }: Pieces, of: Uint8Array, z: Float32Array, share: number): Grown {
  const mask = new Uint8Array(z.length);
  const edge = new Float32Array(z.length);
  for (const { label } of all) {
    if (of[label] === 0) continue;
    const peak = quantile(valuesAt(z, members[label]), brightest, true);
    for (const at of members[label]) {
      if (z[at] < share * peak) continue;
      mask[at] = 1;
      edge[at] = (share - rim) * peak;
    }
  }
  return { mask, edge };
}
