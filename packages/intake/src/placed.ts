import { placedNifti } from '@atoll/volume/nifti-placed';
import { readNifti } from '@atoll/volume/nifti-read';
import type { Affine } from '@atoll/volume/volume';
import type { Candidate } from './candidate.ts';

/** The image with another affine than its file has. */
export function placedAt(candidate: Candidate, affine: Affine): Candidate {
  return {
    ...candidate,
    grid: { ...candidate.grid, affine },
    open: async () => {
      const image = await candidate.open();
      if (image.nifti === null) {
        return { nifti: null, volume: async (index) => ({ ...(await image.volume(index)), affine }) };
      }
      const nifti = placedNifti(image.nifti, affine);
      return { nifti, volume: (volumeIndex) => readNifti(nifti, { volumeIndex }) };
    },
  };
}
