import { History, type Step } from './history.ts';
import type { VoxelRuns } from './voxel-runs.ts';

/** An edit as it is kept: what it was made of, and all its steps, also those that were undone. */
export type SavedEdit = {
  readonly version: 1;
  /** SHA-256 of the mask's voxels that the edit began from. */
  readonly baseSha256: string;
  readonly voxels: number;
  readonly steps: readonly Step[];
  readonly position: number;
};

export function saveEdit(history: History, baseSha256: string, voxels: number): SavedEdit {
  return { version: 1, baseSha256, voxels, steps: [...history.steps], position: history.position };
}

/**
 * The steps of a kept edit; null where it is of another mask, of another version, or not whole: it would change other
 * voxels than it was made for.
 */
export function reopenEdit(kept: unknown, baseSha256: string, voxels: number): History | null {
  if (typeof kept !== 'object' || kept === null) return null;
  if (!('version' in kept) || kept.version !== 1) return null;
  if (!('baseSha256' in kept) || kept.baseSha256 !== baseSha256) return null;
  if (!('voxels' in kept) || kept.voxels !== voxels) return null;
  if (!('steps' in kept) || !Array.isArray(kept.steps)) return null;
  if (!('position' in kept) || typeof kept.position !== 'number' || !Number.isInteger(kept.position))
    return null;
  const given: readonly unknown[] = kept.steps;
  const steps = given.filter((step): step is Step => isStep(step, voxels));
  if (steps.length !== given.length || kept.position < 0 || kept.position > steps.length) return null;
  return new History(steps, kept.position);
}

function isStep(step: unknown, voxels: number): step is Step {
  if (typeof step !== 'object' || step === null || !('label' in step) || !('runs' in step)) return false;
  return typeof step.label === 'string' && step.runs instanceof Int32Array && areRuns(step.runs, voxels);
}

/** Ascending, and within the mask. */
function areRuns(runs: VoxelRuns, voxels: number): boolean {
  if (runs.length % 2 !== 0) return false;
  let end = 0;
  for (let n = 0; n < runs.length; n += 2) {
    if (runs[n] < end || runs[n + 1] <= 0) return false;
    end = runs[n] + runs[n + 1];
  }
  return end <= voxels;
}
