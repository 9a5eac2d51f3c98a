import { AtollError } from '@atoll/errors/error';
import { invert, sameGrid, transformPoint } from '@atoll/volume/affine';
import { labelComponents } from '@atoll/volume/components';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { maskFileOf } from './mask-file.ts';
import type { MissedPlace } from './report.ts';

/**
 * A mask with places of the second look added to it, as .nii.gz: of the candidates, the 26-connected pieces that the
 * places' focus points lie in. The mask itself stays as it is; a corrected mask is another file. Runs in browsers.
 * @param mask `lesion_msk.nii.gz` @param missed `missed_msk.nii.gz`
 * @throws AtollError IMAGE_* when a file cannot be read, IMAGE_GRIDS_DIFFER when they do not belong together.
 */
export async function addPlaces(
  mask: Uint8Array,
  missed: Uint8Array,
  places: readonly Pick<MissedPlace, 'focusMm'>[],
): Promise<Uint8Array<ArrayBuffer>> {
  const [image, candidates] = await Promise.all([readNifti(mask), readNiftiMask(missed)]);
  const { shape, affine, header } = image;
  if (!sameGrid(image, candidates)) throw new AtollError('IMAGE_GRIDS_DIFFER');
  const { labels } = labelComponents(candidates.data, shape, 26);
  const toVoxel = invert(affine);
  const wanted = new Set(
    places.map(({ focusMm }) => {
      const [i, j, k] = transformPoint(toVoxel, focusMm).map(Math.round);
      return labels[i + shape[0] * (j + shape[1] * k)];
    }),
  );
  wanted.delete(0);
  const data = Uint8Array.from(image.data, (value, at) => (value > 0.5 || wanted.has(labels[at]) ? 1 : 0));
  return new Uint8Array(maskFileOf({ shape, affine, data }, header));
}
