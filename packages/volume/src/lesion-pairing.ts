import { labelComponents } from './components.ts';
import type { Mask } from './volume.ts';

/** How lesions of a prediction were paired with those of a reference, each with one at most. */
export type LesionPairing = {
  readonly matched: number;
  readonly predicted: number;
  readonly reference: number;
  /** 2·matched / (predicted + reference); 1 where there is no lesion in either. */
  readonly f1: number;
};

/**
 * Pairs 26-connected lesions one to one where their intersection over union reaches a limit, the best pairs first, as
 * instance-wise evaluations count. At a limit over 1/2 no lesion has two partners; below, the better one is taken.
 * @param prediction on the reference's own grid, voxel for voxel
 * @param leastIou 0–1
 */
export function pairLesions(prediction: Mask, reference: Mask, leastIou = 0.25): LesionPairing {
  const found = labelComponents(prediction.data, prediction.shape, 26);
  const actual = labelComponents(reference.data, reference.shape, 26);
  const shared = new Map<number, number>();
  for (let at = 0; at < actual.labels.length; at++) {
    if (actual.labels[at] === 0 || found.labels[at] === 0) continue;
    const pair = actual.labels[at] * (found.count + 1) + found.labels[at];
    shared.set(pair, (shared.get(pair) ?? 0) + 1);
  }
  const pairs = [...shared]
    .map(([pair, both]) => {
      const one = Math.floor(pair / (found.count + 1));
      const other = pair % (found.count + 1);
      return { one, other, iou: both / (actual.sizes[one] + found.sizes[other] - both) };
    })
    .filter(({ iou }) => iou >= leastIou)
    .sort((a, b) => b.iou - a.iou || a.one - b.one || a.other - b.other);
  const taken = { one: new Set<number>(), other: new Set<number>() };
  for (const { one, other } of pairs) {
    if (taken.one.has(one) || taken.other.has(other)) continue;
    taken.one.add(one);
    taken.other.add(other);
  }
  const matched = taken.one.size;
  const lesions = found.count + actual.count;
  return {
    matched,
    predicted: found.count,
    reference: actual.count,
    f1: lesions === 0 ? 1 : (2 * matched) / lesions,
  };
}
