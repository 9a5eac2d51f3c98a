import type { Availability, Engine, Segmentation, SegmentOptions, Study, Wish } from '@atoll/engines/engine';
import { probabilityOption } from '@atoll/engines/probability-option';
import { AtollError } from '@atoll/errors/error';
import type { Acceptance } from './acceptance.ts';
import type { ModelDescription } from './description.ts';
import { modelPresets, modelStages } from './presets.ts';
import { checkRoles } from './segment-model.ts';

type ModelRun = {
  readonly study: Study;
  readonly model: ModelDescription;
  /** How many of the model's folds are run. */
  readonly folds: number;
};

/** Where a model's network runs: a thread of Node, a worker of a page. */
export type ModelPlace = {
  /** Who added it, in a few words: “added to this instance”. */
  readonly added: string;
  availability(): Promise<Availability>;
  /** @throws AtollError MODEL_*, STUDY_*, ENGINE_OUT_OF_MEMORY, ENGINE_FAILED, JOB_CANCELLED */
  run(run: ModelRun, options: Pick<SegmentOptions, 'signal' | 'onProgress'>): Promise<Segmentation>;
};

/** A model as an engine, wherever it computes. */
export class PlacedModelEngine implements Engine {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly presets = modelPresets;
  readonly options = [probabilityOption];
  readonly stages = modelStages;
  readonly citations: readonly string[];
  readonly #model: ModelDescription;
  readonly #acceptance: Acceptance;
  readonly #place: ModelPlace;

  constructor(model: ModelDescription, acceptance: Acceptance, place: ModelPlace) {
    this.id = model.id;
    this.version = model.version;
    this.title = model.title;
    this.description = `${model.description} A model ${place.added}; licence: ${model.licence}. Atoll has not evaluated it.`;
    this.citations = model.citations;
    this.#model = model;
    this.#acceptance = acceptance;
    this.#place = place;
  }

  availability(): Promise<Availability> {
    return this.#place.availability();
  }

  check({ hasFlair }: Wish): void {
    checkRoles(this.#model, hasFlair);
  }

  async segment(study: Study, options: SegmentOptions = {}): Promise<Segmentation> {
    const whole = this.#model;
    checkRoles(whole, study.flair !== undefined);
    const preset = options.preset ?? modelPresets[0].id;
    if (!modelPresets.some(({ id }) => id === preset)) throw new AtollError('PRESET_UNKNOWN');
    const isFast = preset === 'fast';
    const model = isFast ? { ...whole, mirrorAxes: [] } : whole;
    const folds = isFast ? 1 : whole.folds.length;
    const { probability, probabilityThreshold, parameters, ...segmentation } = await this.#place.run(
      { study, model, folds },
      options,
    );
    const wantsProbability = options.options?.includes(probabilityOption.id) === true;
    return {
      ...segmentation,
      ...(probability !== undefined && wantsProbability ? { probability, probabilityThreshold } : {}),
      parameters: {
        ...parameters,
        model: `${whole.id} ${whole.version}`,
        licence: whole.licence,
        licenceAcceptedAt: this.#acceptance.acceptedAt,
        ...Object.fromEntries(
          whole.folds.slice(0, folds).map(({ file, sha256 }) => [`sha256 of ${file}`, sha256]),
        ),
        ...whole.madeFrom,
      },
    };
  }
}
