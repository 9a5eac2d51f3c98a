import { compose, invert } from '@atoll/volume/affine';
import { resampleLinear, resampleNearest } from '@atoll/volume/resample';
import type { Affine, Grid, Mask, Volume } from '@atoll/volume/volume';

/** Templateflow's name of FSL's MNI152 space. */
export const mniSpace = 'MNI152NLin6Asym';

/** FSL's grid of 1 mm, x running to the left as its own files have it. */
export const mniGrid: Grid = {
  shape: [182, 218, 182],
  affine: [
    [-1, 0, 0, 90],
    [0, 1, 0, -126],
    [0, 0, 1, -72],
  ],
};

/** A mask of the patient's in MNI space, by the nearest voxel. */
export function maskInMni(mask: Mask, toMni: Affine): Mask {
  return resampleNearest({ ...mask, affine: compose(toMni, mask.affine) }, mniGrid);
}

/** An image of the patient's in MNI space, interpolated; 0 where the patient's image does not reach. */
export function imageInMni(image: Volume, toMni: Affine): Volume {
  return resampleLinear({ ...image, affine: compose(toMni, image.affine) }, mniGrid);
}

/**
 * The affine as a text that ITK and ANTs read (`antsApplyTransforms -t`): it resamples the patient's images into MNI
 * space, for which ITK wants the way from MNI to the patient, in millimetres of LPS.
 * Source: itkTxtTransformIO.cxx, itkMatrixOffsetTransformBase.hxx.
 */
export function itkTransform(toMni: Affine): string {
  const [x, y, z] = invert(toMni);
  // LPS has x and y the other way round: the signs change where one of row and column is z.
  const numbers = [x[0], x[1], -x[2], y[0], y[1], -y[2], -z[0], -z[1], z[2], -x[3], -y[3], z[3]];
  return [
    '#Insight Transform File V1.0',
    '#Transform 0',
    'Transform: AffineTransform_double_3_3',
    `Parameters: ${numbers.map((number) => String(number === 0 ? 0 : number)).join(' ')}`,
    'FixedParameters: 0 0 0',
    '',
  ].join('\n');
}
