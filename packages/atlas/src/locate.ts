import { sameGrid } from '@atoll/volume/affine';
import { resampleLinear } from '@atoll/volume/resample';
import type { Affine, Mask, Volume } from '@atoll/volume/volume';
import type { Atlas } from './atlas.ts';
import { judgeFit } from './fit.ts';
import { type AspectsCutoff, type Location, usualCutoff } from './location.ts';
import { type RegisterOptions, register, type Templates, templatesOf } from './registration.ts';
import { examineSubject } from './subject.ts';
import { Tally } from './tally.ts';

/** A patient whose lesions are to be placed. Masks are 0 and 1 and share a grid; the ADC may lie on another, in any unit. */
export type LocateTask = {
  readonly adc: Volume;
  readonly brain: Mask;
  readonly mask: Mask;
  /** For each voxel of the mask the number of its lesion, from 1; 0 elsewhere. */
  readonly lesionNumbers: Int32Array;
  readonly lesionCount: number;
  readonly cutoff?: AspectsCutoff | undefined;
};

export type Located = {
  readonly location: Location;
  readonly toAtlas: Affine;
  /** Arterial territories on the grid of the masks, whatever the fit is like: who sees them can judge it. */
  readonly territories: Mask;
};

/** An atlas made ready: templates take longer to make than to use. */
export class PreparedAtlas {
  readonly #atlas: Atlas;
  readonly #templates: Templates;

  constructor(atlas: Atlas) {
    this.#atlas = atlas;
    this.#templates = templatesOf(atlas);
  }

  /**
   * Lays the atlas over the patient and counts where the lesions lie.
   * @returns null where there is no brain with an ADC.
   * @throws AtollError JOB_CANCELLED
   */
  locate(task: LocateTask, options: RegisterOptions = {}): Located | null {
    const { brain, mask, lesionNumbers, lesionCount, cutoff = usualCutoff } = task;
    const adc = sameGrid(task.adc, mask, 1e-4) ? task.adc : resampleLinear(task.adc, mask, Number.NaN);
    const subject = examineSubject(adc, brain, mask);
    if (subject === null) return null;
    const registration = register(this.#templates, subject, options);
    const { toAtlas } = registration;
    const { shape, affine } = mask;
    const tally = new Tally(this.#atlas, { shape, affine }, toAtlas);
    const territories: Mask = { shape, affine, data: tally.warped('territory') };
    const fit = judgeFit(registration, subject, tally.warpedBrain());
    const placement = { fit, toMni: toAtlas.map((row) => [...row]) };
    if (fit.verdict === 'poor')
      return { location: { status: 'poor-fit', ...placement }, toAtlas, territories };
    const [whole, ...lesions] = tally.places(lesionNumbers, lesionCount);
    return {
      location: {
        status: 'located',
        ...placement,
        whole,
        lesions: lesions.map((place, n) => ({ id: n + 1, ...place })),
        cutoff,
        aspects: tally.aspects(mask, cutoff),
        pcAspects: tally.pcAspects(mask, cutoff),
      },
      toAtlas,
      territories,
    };
  }
}
