import type { VoxelRuns } from './voxel-runs.ts';

/** One step of an edit: the voxels that it turned over, and what a reader calls it. */
export type Step = { readonly label: string; readonly runs: VoxelRuns };

/** Steps that were made, as far as they stand; those behind `position` were undone and can be made again. */
export class History {
  readonly #steps: Step[];
  #position: number;

  constructor(steps: readonly Step[] = [], position = steps.length) {
    this.#steps = [...steps];
    this.#position = Math.max(0, Math.min(steps.length, position));
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** How many of the steps stand. */
  get position(): number {
    return this.#position;
  }

  /** The newest step that stands. */
  get last(): Step | null {
    return this.#position === 0 ? null : this.#steps[this.#position - 1];
  }

  /** What redo would make again. */
  get next(): Step | null {
    return this.#steps[this.#position] ?? null;
  }

  /** A new step; what was undone before it is forgotten. */
  push(step: Step): void {
    this.#steps.splice(this.#position, Number.POSITIVE_INFINITY, step);
    this.#position++;
  }

  /** @returns the step to turn over, null at the beginning. */
  back(): Step | null {
    const step = this.last;
    if (step !== null) this.#position--;
    return step;
  }

  /** @returns the step to turn over, null where nothing was undone. */
  forward(): Step | null {
    const step = this.next;
    if (step !== null) this.#position++;
    return step;
  }
}
