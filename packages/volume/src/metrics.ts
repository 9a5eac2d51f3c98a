import { AtollError } from '@atoll/errors/error';
import { compose, invert, sameGrid, voxelVolumeMl } from './affine.ts';
import { labelComponents } from './components.ts';
import { commonBox, crop } from './crop.ts';
import { toCanonical } from './orientation.ts';
import { surfaceDistances } from './surface-distance.ts';
import type { Grid, Mask } from './volume.ts';

/**
 * How well a mask agrees with a reference. Dice, volume and count differences and lesion-wise F1 are defined
 * as in the evaluation of ISLES'22 (Hernandez Petzsche et al., Sci Data 2022). A figure that cannot be
 * computed is null, and `notes` says why.
 */
export type Agreement = {
  /** 2|A∩B| / (|A|+|B|); 1 when both are empty. */
  readonly dice: number;
  readonly absoluteVolumeDifferenceMl: number;
  readonly lesionCountDifference: number;
  /** tp / (tp + (fp + fn)/2) over 26-connected components; 1 when both are empty. */
  readonly lesionF1: number;
  /** Share of the reference's voxels that the prediction marks. */
  readonly sensitivity: number | null;
  /** Share of the prediction's voxels that the reference marks. */
  readonly precision: number | null;
  /** 95th percentile of the surface distances in both directions; see {@link surfaceDistances}. */
  readonly hausdorff95Mm: number | null;
  /** Mean of the same. */
  readonly averageSurfaceDistanceMm: number | null;
  readonly predictionVolumeMl: number;
  readonly referenceVolumeMl: number;
  readonly predictionLesionCount: number;
  readonly referenceLesionCount: number;
  readonly notes: readonly string[];
};

/**
 * @throws AtollError IMAGE_GRIDS_DIFFER unless both masks have the same voxel centres; the order in which
 *   these are stored may differ.
 */
export function compareMasks(prediction: Mask, reference: Mask): Agreement {
  const moved = onGridOf(prediction, reference);
  // All that is computed lies within a box around both masks, which is often a hundredth of the image.
  const box = commonBox([moved, reference]);
  return box === null ? compare(moved, reference) : compare(crop(moved, box), crop(reference, box));
}

function compare(prediction: Mask, reference: Mask): Agreement {
  const voxels = overlap(prediction.data, reference.data);
  const lesions = matchLesions(prediction, reference);
  const ml = voxelVolumeMl(reference.affine);
  const surfaces = surfaceDistances(prediction, reference);
  const bothEmpty = voxels.prediction === 0 && voxels.reference === 0;
  return {
    dice: bothEmpty ? 1 : (2 * voxels.both) / (voxels.prediction + voxels.reference),
    absoluteVolumeDifferenceMl: Math.abs(voxels.prediction - voxels.reference) * ml,
    lesionCountDifference: Math.abs(lesions.predictionCount - lesions.referenceCount),
    lesionF1: lesions.f1,
    sensitivity: voxels.reference === 0 ? null : voxels.both / voxels.reference,
    precision: voxels.prediction === 0 ? null : voxels.both / voxels.prediction,
    hausdorff95Mm: surfaces?.hausdorff95Mm ?? null,
    averageSurfaceDistanceMm: surfaces?.averageMm ?? null,
    predictionVolumeMl: voxels.prediction * ml,
    referenceVolumeMl: voxels.reference * ml,
    predictionLesionCount: lesions.predictionCount,
    referenceLesionCount: lesions.referenceCount,
    notes: notesOn(voxels.prediction === 0, voxels.reference === 0),
  };
}

function notesOn(predictionEmpty: boolean, referenceEmpty: boolean): string[] {
  const notes: string[] = [];
  if (predictionEmpty && referenceEmpty)
    notes.push('Both masks are empty: Dice and lesion F1 are 1 by definition.');
  if (predictionEmpty) notes.push('The prediction is empty: precision is undefined.');
  if (referenceEmpty) notes.push('The reference is empty: sensitivity is undefined.');
  if (predictionEmpty || referenceEmpty)
    notes.push('Surface distances require a surface in both masks and were not computed.');
  return notes;
}

/** Headers round differently; a shift of a tenth of a millimetre moves no voxel onto another. */
const toleranceMm = 0.1;

/** The mask with its voxels stored in the order of `grid`. */
function onGridOf(mask: Mask, grid: Grid): Mask {
  if (sameGrid(mask, grid, toleranceMm)) return mask;
  // Taken as world, the reference's voxel axes make its own grid the canonical one.
  const moved = toCanonical({ ...mask, affine: compose(invert(grid.affine), mask.affine) });
  const placed: Mask = { ...moved, affine: compose(grid.affine, moved.affine) };
  if (sameGrid(placed, grid, toleranceMm)) return placed;
  throw new AtollError(
    'IMAGE_GRIDS_DIFFER',
    `The two masks are on different grids (${mask.shape.join(' × ')} and ${grid.shape.join(' × ')} voxels, or a different position in space).`,
  );
}

function overlap(prediction: Uint8Array, reference: Uint8Array) {
  const count = { prediction: 0, reference: 0, both: 0 };
  for (let at = 0; at < reference.length; at++) {
    const p = prediction[at] !== 0 ? 1 : 0;
    const r = reference[at] !== 0 ? 1 : 0;
    count.prediction += p;
    count.reference += r;
    count.both += p & r;
  }
  return count;
}

/** A lesion counts as found when a single voxel of it is marked, and as false when none of it is true. */
function matchLesions(prediction: Mask, reference: Mask) {
  const predicted = labelComponents(prediction.data, prediction.shape, 26);
  const actual = labelComponents(reference.data, reference.shape, 26);
  const found = new Set<number>();
  const confirmed = new Set<number>();
  for (let at = 0; at < actual.labels.length; at++) {
    if (actual.labels[at] === 0 || predicted.labels[at] === 0) continue;
    found.add(actual.labels[at]);
    confirmed.add(predicted.labels[at]);
  }
  const tp = found.size;
  const fn = actual.count - tp;
  const fp = predicted.count - confirmed.size;
  const f1 = actual.count + predicted.count === 0 ? 1 : tp / (tp + (fp + fn) / 2);
  return { predictionCount: predicted.count, referenceCount: actual.count, f1 };
}
