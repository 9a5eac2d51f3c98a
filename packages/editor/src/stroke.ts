import type { Box } from '@atoll/volume/morphology';
import type { Grid, Vec3 } from '@atoll/volume/volume';
import { type Brush, sweep } from './brush.ts';
import { runsOf, type VoxelRuns } from './voxel-runs.ts';

/** A brush that was put down and is not lifted yet. The mask changes under it; it is one step of the edit in the end. */
export class Stroke {
  readonly #grid: Grid;
  readonly #data: Uint8Array;
  readonly #brush: Brush;
  readonly #value: 0 | 1;
  readonly #isAllowed: ((at: number) => boolean) | null;
  readonly #changed: number[] = [];
  #at: Vec3 | null = null;

  constructor(
    grid: Grid,
    data: Uint8Array,
    brush: Brush,
    value: 0 | 1,
    isAllowed: ((at: number) => boolean) | null,
  ) {
    this.#grid = grid;
    this.#data = data;
    this.#brush = brush;
    this.#value = value;
    this.#isAllowed = isAllowed;
  }

  /** How many voxels it has turned over so far. */
  get changedVoxels(): number {
    return this.#changed.length;
  }

  /**
   * The brush goes straight on to a point, given in voxels; the first is where it is put down.
   * @returns the box in which something may have changed; null where the brush is outside the grid.
   */
  moveTo(point: Vec3): Box | null {
    const data = this.#data;
    const value = this.#value;
    const isAllowed = this.#isAllowed;
    const from = this.#at ?? point;
    this.#at = point;
    return sweep(this.#grid, this.#brush, from, point, (at) => {
      if ((data[at] === 0) === (value === 0) || (isAllowed !== null && !isAllowed(at))) return;
      data[at] = value;
      this.#changed.push(at);
    });
  }

  /** What it has turned over. */
  runs(): VoxelRuns {
    return runsOf(this.#changed);
  }
}
