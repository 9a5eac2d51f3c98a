import { anywhere, type CatalogueRow } from '../row.ts';

const reexport = 'Export or convert the image again (for example with dcm2niix) and retry.';

/** What is wrong with an image. */
export const imagesCodes = {
  IMAGE_NOT_NIFTI: {
    status: 422,
    sentence: 'This is not a NIfTI image.',
    action: 'Provide a NIfTI-1 or NIfTI-2 file (.nii or .nii.gz).',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_NOT_METAIMAGE: {
    status: 422,
    sentence: 'This is not a MetaImage.',
    action: 'Provide a MetaImage file (.mha, or .mhd together with its .raw or .zraw file).',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_TRUNCATED: {
    status: 422,
    sentence: 'The image file is truncated.',
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
    sentence: 'The image dimensions are invalid.',
    action: reexport,
    retry: 'never',
    where: anywhere,
  },
  IMAGE_BAD_AFFINE: {
    status: 422,
    sentence: 'The image has no usable orientation: its affine is not finite or not invertible.',
    action: reexport,
    retry: 'never',
    where: anywhere,
  },
  IMAGE_IMPLAUSIBLE_SPACING: {
    status: 422,
    sentence: 'The voxel size is outside the range of any clinical image.',
    action: 'Check the voxel size and the length unit in its header, then export or convert it again.',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_IMPLAUSIBLE_SIZE: {
    status: 422,
    sentence: 'Judging by its voxel size, the image is far larger or far smaller than a head.',
    action: 'Check the voxel size and the length unit in its header, then export or convert it again.',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_UNSUPPORTED_TYPE: {
    status: 422,
    sentence: 'The data type of this image is not supported.',
    action: 'Convert it to a single-channel integer or floating-point type.',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_NOT_3D: {
    status: 422,
    sentence: 'The image has several volumes, and none was selected.',
    action: 'Provide a 3D image, or select one of the volumes.',
    retry: 'never',
    where: anywhere,
  },
  IMAGE_GRIDS_DIFFER: {
    status: 422,
    sentence: 'Two images that must share a voxel grid do not.',
    action: 'Resample one of them onto the grid of the other.',
    retry: 'never',
    where: anywhere,
  },
} as const satisfies Record<string, CatalogueRow>;
