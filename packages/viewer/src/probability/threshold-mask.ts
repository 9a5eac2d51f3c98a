import { voxelVolumeMl } from '@atoll/volume/affine';
import type { Mask, Volume } from '@atoll/volume/volume';

/** What has a probability above a threshold, on the grid of the map, and its volume. */
export type ThresholdMask = { readonly threshold: number; readonly mask: Mask; readonly volumeMl: number };

/** @param map probabilities, 0–1; NaN is not above anything. */
export function maskAbove({ shape, affine, data: map }: Volume, threshold: number): ThresholdMask {
  const data = new Uint8Array(map.length);
  let marked = 0;
  for (let at = 0; at < map.length; at++) {
    if (!(map[at] > threshold)) continue;
    data[at] = 1;
    marked++;
  }
  return { threshold, mask: { shape, affine, data }, volumeMl: marked * voxelVolumeMl(affine) };
}
