import type { LocationWish } from '@atoll/engines/location';
import { AtollError } from '@atoll/errors/error';

/**
 * How the settings of this environment have lesions placed, with files in MNI space where they are asked for.
 * @throws AtollError ATLAS_MISSING before any work, where files in MNI space are asked for and could not be made.
 */
export async function placingWish(space: 'MNI152' | undefined): Promise<LocationWish> {
  const { openInstance } = await import('@atoll/instance/instance');
  const wish = await openInstance().placing();
  if (space === undefined) return wish;
  if (wish.locator === null) {
    throw new AtollError(
      'ATLAS_MISSING',
      'No atlas is installed, so nothing can be transformed to MNI space.',
    );
  }
  return { ...wish, mni: 'mask and DWI' };
}
