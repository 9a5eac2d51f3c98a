import { spacingMm } from './affine.ts';
import { squaredDistanceTo } from './distance.ts';
import { isAtSurface } from './surface.ts';
import type { Mask, Vec3 } from './volume.ts';

/**
 * Distances in mm between the surfaces of two masks on one grid: from each surface voxel of either to the nearest
 * surface voxel of the other, all in one set. A surface voxel is one inside the mask with one of its six
 * neighbours outside; beyond the grid counts as outside. Both figures are of the whole set, like hd95 and assd of
 * MedPy 0.5 (DeepMind's surface-distance takes the larger of two one-way percentiles instead). null when a mask
 * is empty.
 */
export function surfaceDistances(
  prediction: Mask,
  reference: Mask,
): { readonly hausdorff95Mm: number; readonly averageMm: number } | null {
  const { shape, affine } = reference;
  const surfaces = [surface(prediction.data, shape), surface(reference.data, shape)];
  const counts = surfaces.map((voxels) => voxels.reduce((sum, inside) => sum + inside, 0));
  if (counts.includes(0)) return null;
  const spacing = spacingMm(affine);
  const distances = new Float64Array(counts[0] + counts[1]);
  let next = 0;
  for (const [from, to] of [surfaces, [...surfaces].reverse()]) {
    const squared = squaredDistanceTo(to, shape, spacing);
    for (let at = 0; at < from.length; at++) if (from[at] !== 0) distances[next++] = Math.sqrt(squared[at]);
  }
  distances.sort();
  const averageMm = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  return { hausdorff95Mm: percentile(distances, 0.95), averageMm };
}

function surface(mask: Uint8Array, shape: Vec3): Uint8Array {
  return mask.map((value, at) => (value !== 0 && isAtSurface(mask, shape, at) ? 1 : 0));
}

/** Linear interpolation between the two nearest ranks, as NumPy does by default. */
function percentile(sorted: Float64Array, fraction: number): number {
  const rank = fraction * (sorted.length - 1);
  const below = Math.floor(rank);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (rank - below);
}
