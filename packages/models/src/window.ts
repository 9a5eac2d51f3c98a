import type { Vec3 } from '@atoll/volume/volume';
import { eachAxis, sizeOf } from './block.ts';
import { roundHalfToEven } from './resampling.ts';

export type Stepping = 'even' | 'fixed';

/** Where patches begin along one axis that is at least as long as they are. */
function startsAlong(length: number, patch: number, step: number, stepping: Stepping): number[] {
  const room = length - patch;
  if (stepping === 'fixed') {
    const interval = Math.max(1, Math.floor(patch * step));
    const count = Math.ceil(room / interval) + 1;
    return Array.from({ length: count }, (_, i) => Math.min(i * interval, room));
  }
  const count = Math.ceil(room / (patch * step)) + 1;
  return Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : roundHalfToEven((room / (count - 1)) * i),
  );
}

/** The first voxel of every patch, in the order in which nnU-Net goes through them. */
export function patchStarts(shape: Vec3, patch: Vec3, step: number, stepping: Stepping): Vec3[] {
  const along = (axis: 0 | 1 | 2) => startsAlong(shape[axis], patch[axis], step, stepping);
  return along(0).flatMap((i) => along(1).flatMap((j) => along(2).map((k): Vec3 => [i, j, k])));
}

/** The shape in which a patch fits, and how many zeros come before the image on each axis. */
export function paddedFor(shape: Vec3, patch: Vec3): { padded: Vec3; before: Vec3 } {
  const padded = eachAxis((axis) => Math.max(shape[axis], patch[axis]));
  return { padded, before: eachAxis((axis) => Math.floor((padded[axis] - shape[axis]) / 2)) };
}

/** What nnU-Net's weights of 16 bits cannot be smaller than without being zero. */
const leastWeight = 2 ** -24;

/** How much each voxel of a patch counts: a Gaussian of an eighth of each edge, 10 at its middle, never zero. */
export function patchWeights(patch: Vec3, gaussian: boolean): Float32Array {
  const weights = new Float32Array(sizeOf(patch)).fill(1);
  if (!gaussian) return weights;
  const along = (length: number) => {
    const sigma = length / 8;
    const reach = Math.floor(4 * sigma + 0.5);
    return Array.from({ length }, (_, i) => {
      const distance = Math.abs(i - Math.floor(length / 2));
      return distance > reach ? 0 : Math.exp(-0.5 * (distance / sigma) ** 2);
    });
  };
  const [a, b, c] = [along(patch[0]), along(patch[1]), along(patch[2])];
  let at = 0;
  for (const i of a)
    for (const j of b) for (const k of c) weights[at++] = Math.max(leastWeight, 10 * i * j * k);
  return weights;
}

/** All combinations of axes, none of them first. */
export function mirrorings(axes: readonly number[]): number[][] {
  return Array.from({ length: 2 ** axes.length }, (_, set) => axes.filter((_axis, at) => (set >> at) & 1));
}
