import { AtollError, asAtollError } from '@atoll/errors/error';
import { checkHeadGeometry } from '@atoll/volume/geometry';
import { type NiftiImage, readNifti } from '@atoll/volume/nifti-read';

/**
 * An image of a case, by what it is: an error says which of them is at fault, for its sentence alone does not.
 * @param role as a sentence calls it, such as "DWI".
 * @throws AtollError IMAGE_*
 */
export async function readRole(
  role: string,
  bytes: Uint8Array,
  maxVoxels: number,
  volumeIndex?: number,
): Promise<NiftiImage> {
  try {
    const image = await readNifti(bytes, {
      maxVoxels,
      ...(volumeIndex === undefined ? {} : { volumeIndex }),
    });
    checkHeadGeometry(image);
    return image;
  } catch (thrown) {
    const error = asAtollError(thrown);
    throw new AtollError(error.code, `${role}: ${error.message}`, { cause: error });
  }
}
