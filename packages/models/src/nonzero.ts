import { labelComponents } from '@atoll/volume/components';
import { boundingBox } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import type { Block, BlockBox } from './block.ts';

/**
 * Where any channel is not zero, with holes filled: zeros that no path of zeros (by faces) joins to the image's edge.
 * After nnU-Net's create_nonzero_mask.
 */
export function nonzeroMask(channels: readonly Block[]): Uint8Array {
  const { shape } = channels[0];
  const zero = new Uint8Array(channels[0].data.length).fill(1);
  for (const { data } of channels) for (let at = 0; at < zero.length; at++) if (data[at] !== 0) zero[at] = 0;
  // Components only know neighbours, to which the order of the axes is all the same.
  const [n0, n1, n2] = shape;
  const { labels, count } = labelComponents(zero, [n2, n1, n0], 6);
  const open = new Uint8Array(count + 1);
  let at = 0;
  for (let i = 0; i < n0; i++)
    for (let j = 0; j < n1; j++)
      for (let k = 0; k < n2; k++, at++) {
        const isEdge = i === 0 || j === 0 || k === 0 || i === n0 - 1 || j === n1 - 1 || k === n2 - 1;
        if (isEdge) open[labels[at]] = 1;
      }
  open[0] = 0;
  const mask = zero;
  for (let voxel = 0; voxel < mask.length; voxel++) mask[voxel] = 1 - open[labels[voxel]];
  return mask;
}

/** The smallest box around what a mask holds; null where it holds nothing. */
export function boxOf(mask: Uint8Array, [n0, n1, n2]: Vec3): BlockBox | null {
  const box = boundingBox(mask, [n2, n1, n0]);
  if (box === null) return null;
  const { low, high } = box;
  return { start: [low[2], low[1], low[0]], end: [high[2] + 1, high[1] + 1, high[0] + 1] };
}
