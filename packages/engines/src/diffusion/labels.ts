/** The places of the voxels of each label, in storage order; the entry of label 0 stays empty. */
export function membersOf(labels: Int32Array, count: number, mask?: Uint8Array): Int32Array<ArrayBuffer>[] {
  const sizes = new Int32Array(count + 1);
  const counts = (at: number) => labels[at] !== 0 && (mask === undefined || mask[at] !== 0);
  for (let at = 0; at < labels.length; at++) if (counts(at)) sizes[labels[at]]++;
  const members = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let at = 0; at < labels.length; at++) if (counts(at)) members[labels[at]][sizes[labels[at]]++] = at;
  return members;
}

/** The values at some places. */
export function valuesAt(values: Float32Array, places: Int32Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(places.length);
  for (let n = 0; n < out.length; n++) out[n] = values[places[n]];
  return out;
}

/** Values of the voxels that are in the mask, by label; the entry of label 0 stays empty. */
export function gather(
  mask: Uint8Array,
  labels: Int32Array,
  count: number,
  values: Float32Array,
): Float32Array<ArrayBuffer>[] {
  return membersOf(labels, count, mask).map((places) => valuesAt(values, places));
}

/** 1 where the voxel's label is one to keep; `keep` has an entry per label, 0 for label 0. */
export function ofLabels(labels: Int32Array, keep: Uint8Array): Uint8Array {
  const mask = new Uint8Array(labels.length);
  for (let at = 0; at < mask.length; at++) mask[at] = keep[labels[at]];
  return mask;
}
