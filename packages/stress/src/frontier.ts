/** Voxels that wait to be reached, the earliest first: a binary heap. Of equal times the lower voxel comes first. */
export class Frontier {
  readonly #times: number[] = [];
  readonly #voxels: number[] = [];

  push(time: number, at: number): void {
    let n = this.#times.length;
    this.#times.push(time);
    this.#voxels.push(at);
    while (n > 0) {
      const parent = (n - 1) >> 1;
      if (!this.#before(n, parent)) return;
      this.#swap(n, parent);
      n = parent;
    }
  }

  pop(): { readonly time: number; readonly at: number } | null {
    if (this.#times.length === 0) return null;
    const first = { time: this.#times[0], at: this.#voxels[0] };
    const time = this.#times.pop() ?? 0;
    const at = this.#voxels.pop() ?? 0;
    if (this.#times.length === 0) return first;
    this.#times[0] = time;
    this.#voxels[0] = at;
    let n = 0;
    for (;;) {
      const left = 2 * n + 1;
      let earliest = n;
      if (left < this.#times.length && this.#before(left, earliest)) earliest = left;
      if (left + 1 < this.#times.length && this.#before(left + 1, earliest)) earliest = left + 1;
      if (earliest === n) return first;
      this.#swap(n, earliest);
      n = earliest;
    }
  }

  #before(a: number, b: number): boolean {
    const difference = this.#times[a] - this.#times[b];
    return difference < 0 || (difference === 0 && this.#voxels[a] < this.#voxels[b]);
  }

  #swap(a: number, b: number): void {
    [this.#times[a], this.#times[b]] = [this.#times[b], this.#times[a]];
    [this.#voxels[a], this.#voxels[b]] = [this.#voxels[b], this.#voxels[a]];
  }
}
