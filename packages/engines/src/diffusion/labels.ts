/** Values of the voxels that are in the mask, by label; the entry of label 0 stays empty. */
export function gather(
  mask: Uint8Array,
  labels: Int32Array,
  count: number,
  values: Float32Array,
): Float32Array<ArrayBuffer>[] {
  const sizes = new Int32Array(count + 1);
  for (let at = 0; at < labels.length; at++) if (labels[at] !== 0 && mask[at] !== 0) sizes[labels[at]]++;
  const groups = Array.from(sizes, (size) => new Float32Array(size));
  sizes.fill(0);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at];
    if (label !== 0 && mask[at] !== 0) groups[label][sizes[label]++] = values[at];
  }
  return groups;
}

/** 1 where the voxel's label is one to keep; `keep` has an entry per label, 0 for label 0. */
export function ofLabels(labels: Int32Array, keep: Uint8Array): Uint8Array {
  const mask = new Uint8Array(labels.length);
  for (let at = 0; at < mask.length; at++) mask[at] = keep[labels[at]];
  return mask;
}
