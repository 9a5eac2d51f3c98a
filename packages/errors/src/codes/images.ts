import { anywhere, type CatalogueRow } from '../row.ts';

const reexport = 'Export or convert the image again (for example with dcm2niix) and retry.';

/** What is wrong with an image. */
export const imagesCodes = {
  IMAGE_NOT_NIFTI: {
    status: 422,
    sentence: 'This is not a NIfTI image.',
    action: 'Give a NIfTI-1 or NIfTI-2 file (.nii or .nii.gz).',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_NOT_METAIMAGE: {
    status: 422,
    sentence: 'This is not a MetaImage.',
    action: 'Give a MetaImage (.mha, or .mhd with its .raw or .zraw beside it).',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_TRUNCATED: {
    status: 422,
    sentence: 'The image file ends too early.',
    action: reexport,
    retry: 'never',
    where: anywhere,
  },
  IMAGE_CORRUPT: {
    status: 422,
    sentence: 'The image file is damaged.',
    action: reexport,
    retry: 'never',
    where: anywhere,
  },
  IMAGE_TOO_LARGE: {
    status: 413,
    sentence: 'The image is larger than Atoll accepts.',
    action: 'Crop or resample the image, or raise the limit if you host this instance.',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_BAD_DIMENSIONS: {
    status: 422,
    sentence: 'The dimensions of the image make no sense.',
    action: reexport,
    retry: 'never',
    where: anywhere,
  },
  IMAGE_BAD_AFFINE: {
    status: 422,
    sentence: 'The image does not say where in space it lies: its affine is not finite or not invertible.',
    action: reexport,
    retry: 'never',
    where: anywhere,
  },
  IMAGE_IMPLAUSIBLE_SPACING: {
    status: 422,
    sentence:
      'The voxels of the image are closer together, or farther apart, than those of any image of a person.',
    action: 'Check the voxel sizes and the unit of length in its header, then export or convert it again.',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_IMPLAUSIBLE_SIZE: {
    status: 422,
    sentence: 'By its voxel sizes the image is far larger or far smaller than a head.',
    action: 'Check the voxel sizes and the unit of length in its header, then export or convert it again.',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_UNSUPPORTED_TYPE: {
    status: 422,
    sentence: 'The voxel type of this image is not supported.',
    action: 'Convert it to an integer or floating-point type of one channel.',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_NOT_3D: {
    status: 422,
    sentence: 'The image has several volumes, and none was chosen.',
    action: 'Give a 3D image, or choose one volume of it.',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_GRIDS_DIFFER: {
    status: 422,
    sentence: 'Two images that must lie on the same grid do not.',
    action: 'Resample one of them onto the grid of the other.',
    retry: 'never',
    where: anywhere,
  },
} as const satisfies Record<string, CatalogueRow>;
