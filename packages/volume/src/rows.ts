/** So many rows of a grid, each this many values wide and the first at `start`, each `stride` after the one before. */
export type Rows = {
  readonly start: number;
  readonly count: number;
  readonly width: number;
  readonly stride: number;
};

/** Copies rows of a grid one behind the other, from the row `to` of `out` on; at once where they lie so already. */
export function copyRows(
  data: Float32Array,
  { start, count, width, stride }: Rows,
  out: Float32Array,
  to: number,
): void {
  if (stride === width) {
    out.set(data.subarray(start, start + count * width), to * width);
    return;
  }
  for (let row = 0, from = start; row < count; row++, from += stride)
    out.set(data.subarray(from, from + width), (to + row) * width);
}
