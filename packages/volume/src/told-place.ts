import { fromQuaternion, isUsable, sameGrid, scaling, spacingMm } from './affine.ts';
import type { NiftiHeader } from './nifti-header.ts';
import type { Affine } from './volume.ts';

/** Where a NIfTI header places its image, as far as it can be believed. */
export type ToldPlace = {
  readonly affine: Affine;
  /** `affine` is not the one that readers of the file take by the standard. */
  readonly replaced: boolean;
  /** Another place that the header names as well; null where it does not contradict itself. */
  readonly other: Affine | null;
  readonly sideKnown: boolean;
  /** What is wrong with it, in a sentence; null where nothing is. */
  readonly message: string | null;
};

/** sform and qform of one image differ by rounding, or by the little that a registration moved it. */
const sameMm = 2;

/** Spacings of sform and pixdim differ by rounding, or by a registration's scaling. */
const sameSpacing = 0.1;

/**
 * Weighs sform against qform. An sform that is the identity matrix, or whose voxels have another size than the header's
 * own, was never set properly: then the qform counts. Where two sound ones name different places the sform counts, as
 * the standard has it, and the other is told.
 */
export function toldPlace(header: NiftiHeader): ToldPlace {
  const { shape, affine, affineFrom, sform, qform, pixdimMm } = header;
  const quaternion =
    qform.code > 0 ? fromQuaternion(qform.quaternion, qform.offset, pixdimMm, qform.qfac) : null;
  const byQform = quaternion !== null && isUsable(quaternion) ? quaternion : null;
  const plain = { affine, replaced: false, other: null, sideKnown: affineFrom !== 'pixdim', message: null };
  if (affineFrom !== 'sform') return plain;
  const spacing = spacingMm(sform.affine);
  const hasOwnSpacing = pixdimMm.every((mm) => mm > 0 && Number.isFinite(mm));
  const wrongSpacing =
    hasOwnSpacing && spacing.some((mm, axis) => Math.abs(mm - pixdimMm[axis]) > sameSpacing * pixdimMm[axis]);
  const identity = isIdentity(sform.affine);
  if (byQform === null) {
    // Nothing else says how the patient lies; voxels of the size that the header names are the least that is known.
    if (!identity || !wrongSpacing) return plain;
    return {
      affine: scaling(pixdimMm),
      replaced: true,
      other: null,
      sideKnown: false,
      message:
        'The sform of this image is the identity matrix and was never set; the orientation is unknown, so left and right may be swapped.',
    };
  }
  if (sameGrid({ shape, affine: sform.affine }, { shape, affine: byQform }, sameMm)) return plain;
  if (identity || wrongSpacing) {
    const what = identity ? 'is the identity matrix' : 'has a different voxel size from the header';
    return {
      affine: byQform,
      replaced: true,
      other: sform.affine,
      sideKnown: true,
      message: `The header contradicts itself: the sform ${what} and the qform places the image elsewhere. The qform was used; check left and right.`,
    };
  }
  return {
    ...plain,
    other: byQform,
    message:
      'The header contradicts itself: sform and qform place the image differently. The sform was used, as the standard requires; check lesion positions.',
  };
}

function isIdentity(affine: Affine): boolean {
  return affine.every((row, axis) =>
    [0, 1, 2].every((column) => Math.abs(row[column] - (column === axis ? 1 : 0)) < 1e-4),
  );
}
