import { labelComponents } from './components.ts';
import type { Mask } from './volume.ts';

/** The lesions of a mask, numbered from 1. `sizes[number]` in voxels. */
export type NumberedLesions = {
  /** For each voxel the number of its lesion; 0 outside. */
  readonly numbers: Int32Array;
  readonly count: number;
  readonly sizes: Int32Array;
};

/** Numbers the 26-connected components of a mask, the largest first; equals in storage order. */
export function numberLesions(mask: Mask): NumberedLesions {
  const { labels, count, sizes } = labelComponents(mask.data, mask.shape, 26);
  const order = Array.from({ length: count }, (_, n) => n + 1).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const numberOf = new Int32Array(count + 1);
  for (const [n, label] of order.entries()) numberOf[label] = n + 1;
  for (let at = 0; at < labels.length; at++) if (labels[at] !== 0) labels[at] = numberOf[labels[at]];
  return { numbers: labels, count, sizes: Int32Array.of(0, ...order.map((label) => sizes[label])) };
}
