import { type Alignment, type Contrast, likeness, type Points, unmoved } from './alignment.ts';
import type { Vec3 } from './volume.ts';

export type Found = Alignment & { readonly likeness: number };

export const flips: readonly Alignment['flip'][] = [false, true].flatMap((x) =>
  [false, true].flatMap((y) => [false, true].map((z) => [x, y, z] as const)),
);

/**
 * Where two images fit best, over all mirrorings and all whole-voxel shifts up to `reach` along each axis. The best
 * place of each mirroring comes out, best first.
 */
export function searchEverywhere(points: Points, other: Contrast, reach: Vec3): Found[] {
  return flips
    .map((flip) => bestOf(points, other, flip, [0, 0, 0], reach))
    .sort((a, b) => b.likeness - a.likeness);
}

/** Goes from voxel to better neighbour until there is none, at most `steps` times. */
export function climb(points: Points, other: Contrast, { flip, shift }: Alignment, steps = 6): Found {
  let best: Found = { flip, shift, likeness: likeness(points, other, { flip, shift }) };
  for (let step = 0; step < steps; step++) {
    const next = bestOf(points, other, flip, best.shift, [1, 1, 1]);
    if (next.likeness <= best.likeness) break;
    best = next;
  }
  return best;
}

/** The best likeness with one axis mirrored, over shifts along it up to `reach`. */
export function bestMirrored(points: Points, other: Contrast, axis: number, reach: number): number {
  let best = 0;
  for (let step = -reach; step <= reach; step++) {
    const shift: Vec3 = [axis === 0 ? step : 0, axis === 1 ? step : 0, axis === 2 ? step : 0];
    best = Math.max(best, likeness(points, other, { flip: [axis === 0, axis === 1, axis === 2], shift }));
  }
  return best;
}

/** The best of the next places around one: a step or two along an axis. */
export function bestNearby(points: Points, other: Contrast, reach: number): Found {
  let best: Found = { ...unmoved, likeness: Number.NEGATIVE_INFINITY };
  for (const axis of [0, 1, 2])
    for (let step = -reach; step <= reach; step++) {
      const shift: Vec3 = [axis === 0 ? step : 0, axis === 1 ? step : 0, axis === 2 ? step : 0];
      const found = likeness(points, other, { flip: unmoved.flip, shift });
      if (found > best.likeness) best = { flip: unmoved.flip, shift, likeness: found };
    }
  return best;
}

function bestOf(points: Points, other: Contrast, flip: Alignment['flip'], around: Vec3, reach: Vec3): Found {
  let best: Found = { flip, shift: around, likeness: Number.NEGATIVE_INFINITY };
  for (let z = -reach[2]; z <= reach[2]; z++)
    for (let y = -reach[1]; y <= reach[1]; y++)
      for (let x = -reach[0]; x <= reach[0]; x++) {
        const shift: Vec3 = [around[0] + x, around[1] + y, around[2] + z];
        const found = likeness(points, other, { flip, shift });
        if (found > best.likeness) best = { flip, shift, likeness: found };
      }
  return best;
}
