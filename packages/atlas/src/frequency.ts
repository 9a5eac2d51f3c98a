import { AtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import type { Mask, Volume } from '@atoll/volume/volume';
import { mniGrid } from './mni.ts';

/** How often each voxel of MNI space is marked in a cohort, one mask after the other: none of them is kept. */
export class LesionFrequency {
  readonly #counts = new Uint32Array(mniGrid.shape[0] * mniGrid.shape[1] * mniGrid.shape[2]);
  #patients = 0;

  /** @throws AtollError IMAGE_GRIDS_DIFFER when the mask does not lie on the grid of MNI space. */
  add(mask: Mask): void {
    if (!sameGrid(mask, mniGrid)) {
      throw new AtollError('IMAGE_GRIDS_DIFFER', 'The mask is not on the MNI grid (1 mm).');
    }
    for (let at = 0; at < mask.data.length; at++) if (mask.data[at] !== 0) this.#counts[at]++;
    this.#patients++;
  }

  get patients(): number {
    return this.#patients;
  }

  /** The most patients in whom one voxel is marked. */
  get most(): number {
    return this.#counts.reduce((most, count) => Math.max(most, count), 0);
  }

  /** Percent of the patients in whom each voxel is marked. */
  percent(): Volume {
    const share = this.#patients === 0 ? 0 : 100 / this.#patients;
    return { ...mniGrid, data: Float32Array.from(this.#counts, (count) => count * share) };
  }
}
