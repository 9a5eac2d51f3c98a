/** Probabilities are told apart to this many steps; finer ones change the area by less than its third digit. */
const steps = 10_000;

/**
 * Area under the curve of precision over recall, voxel by voxel, for a map of probabilities: the mean of the precision
 * at each step of recall (average precision), without interpolation.
 * @param probability 0–1
 * @returns null where the reference marks nothing, for then there is no recall
 */
export function precisionRecallArea(probability: Float32Array, reference: Uint8Array): number | null {
  const all = new Float64Array(steps + 1);
  const hits = new Float64Array(steps + 1);
  let total = 0;
  for (let at = 0; at < reference.length; at++) {
    const step = Math.max(0, Math.min(steps, Math.round(probability[at] * steps)));
    all[step]++;
    if (reference[at] === 0) continue;
    hits[step]++;
    total++;
  }
  if (total === 0) return null;
  let [area, marked, right] = [0, 0, 0];
  for (let step = steps; step >= 0; step--) {
    if (all[step] === 0) continue;
    marked += all[step];
    right += hits[step];
    area += (hits[step] / total) * (right / marked);
  }
  return area;
}
