import { imageInMni, itkTransform, maskInMni, mniSpace } from '@atoll/atlas/mni';
import { invert } from '@atoll/volume/affine';
import { gzip } from '@atoll/volume/gzip';
import type { NiftiImage } from '@atoll/volume/nifti-read';
import { writeNifti, writeNiftiMask } from '@atoll/volume/nifti-write';
import type { Affine, Mask } from '@atoll/volume/volume';
import { maskFileOf, packedMask } from './mask-file.ts';

/** What is written in MNI space: nothing, the mask with its transforms, or the DWI as well. */
export type MniWish = 'nothing' | 'mask' | 'mask and DWI';

/** The atlas' territories on the grid of the DWI. */
export const territoriesFileName = 'atlas_territories.nii.gz';
/** Named as BIDS names them, less the subject. */
export const mniMaskFileName = `space-${mniSpace}_desc-lesion_mask.nii.gz`;
export const mniSideCarName = `space-${mniSpace}_desc-lesion_mask.json`;
export const mniDwiFileName = `space-${mniSpace}_dwi.nii.gz`;
export const mniTransformName = `from-dwi_to-${mniSpace}_mode-image_xfm.txt`;

/** All that can come of placing lesions. */
export const locationFileNames: readonly string[] = [
  territoriesFileName,
  mniMaskFileName,
  mniSideCarName,
  mniDwiFileName,
  mniTransformName,
];

/** Can a file of this name come of placing lesions? */
export const isLocationFileName = (name: string): boolean => locationFileNames.includes(name);

/** The files that come of placing lesions, by their names; those in MNI space only where the atlas fits. */
export async function locationFiles({
  territories,
  toAtlas,
  fits,
  mask,
  dwi,
  mni,
}: {
  readonly territories: Mask;
  readonly toAtlas: Affine;
  readonly fits: boolean;
  readonly mask: Mask;
  readonly dwi: NiftiImage;
  readonly mni: MniWish;
}): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map([[territoriesFileName, maskFileOf(territories, dwi.header)]]);
  if (!fits || mni === 'nothing') return files;
  files.set(mniMaskFileName, packedMask(writeNiftiMask(maskInMni(mask, toAtlas))));
  files.set(mniSideCarName, new TextEncoder().encode(`${JSON.stringify(sideCarOf(toAtlas), null, 2)}\n`));
  files.set(mniTransformName, new TextEncoder().encode(itkTransform(toAtlas)));
  if (mni === 'mask and DWI') {
    files.set(mniDwiFileName, await gzip(writeNifti(imageInMni(dwi, toAtlas), 'float32')));
  }
  return files;
}

function sideCarOf(toMni: Affine) {
  const matrix = (affine: Affine) => [...affine.map((row) => [...row]), [0, 0, 0, 1]];
  return {
    Description:
      'Infarct mask in MNI space (12-parameter affine, nearest neighbour). Accurate to a few millimetres, not to individual gyri.',
    Type: 'Lesion',
    SpatialReference: mniSpace,
    Resolution: '1 mm',
    DwiToMniAffineRas: matrix(toMni),
    MniToDwiAffineRas: matrix(invert(toMni)),
  };
}
