import { labelComponents } from '@atoll/volume/components';
import { quantile } from '@atoll/volume/histogram';
import { isAtSurface } from '@atoll/volume/surface';
import { voxelMlOf, type Work } from './ground.ts';
import { gather } from './labels.ts';

/**
 * Large lesions without what only smoothing has made bright. It carries the brightness of a large lesion into the sulci
 * and the tissue around; so a voxel at its surface stays only if it is bright without it, or as bright as a faint lesion's
 * rim. A speck is left as it is: one voxel of it is too noisy to judge alone.
 * @param mask whole lesions, in the work grid; a new one is returned where there is a large one.
 * @param brightness z of the image that is hardly smoothed; asked for only where there is a large lesion.
 */
export function sharpenLarge(
  { shape, spacingMm, parameters }: Work,
  mask: Uint8Array,
  brightness: () => Float32Array,
): Uint8Array {
  const { labels, sizes, count } = labelComponents(mask, shape, 26);
  const voxelMl = voxelMlOf(spacingMm);
  const isLarge = sizes.map((size) => (size * voxelMl >= parameters.largeMl ? 1 : 0));
  if (!isLarge.includes(1)) return mask;
  const z = brightness();
  const least = gather(mask, labels, count, z).map((values) =>
    Math.min(parameters.rimZ, parameters.rimShare * quantile(values, 0.5, true)),
  );
  const out = mask.slice();
  for (let at = 0; at < out.length; at++)
    if (isLarge[labels[at]] !== 0 && z[at] < least[labels[at]] && isAtSurface(mask, shape, at, 'inside'))
      out[at] = 0;
  return out;
}
