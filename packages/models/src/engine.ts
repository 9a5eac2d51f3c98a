import type { Availability, Engine, Segmentation, SegmentOptions, Study, Wish } from '@atoll/engines/engine';
import { probabilityOption } from '@atoll/engines/probability-option';
import { AtollError } from '@atoll/errors/error';
import { runtimeKind } from './runtime.ts';
import { checkRoles, modelStages } from './segment-model.ts';
import type { ShelvedModel } from './shelf.ts';
import { runModelInThread } from './thread.ts';

const presets = [
  {
    id: 'full',
    title: 'Full',
    description: 'All folds of the model, mirrored as it was trained: as nnU-Net itself predicts.',
  },
  {
    id: 'fast',
    title: 'Fast',
    description: 'The first fold alone, without mirroring: several times faster, a little less accurate.',
  },
];

/** A model that was added to this instance, as an engine. */
export class ModelEngine implements Engine {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly presets = presets;
  readonly options = [probabilityOption];
  readonly stages = modelStages;
  readonly citations: readonly string[];
  readonly #shelved: ShelvedModel;
  readonly #runtimeFolder: string;

  /** @param runtimeFolder where `installRuntime` puts ONNX Runtime. */
  constructor(shelved: ShelvedModel, runtimeFolder: string) {
    const { model } = shelved;
    this.id = model.id;
    this.version = model.version;
    this.title = model.title;
    this.description = `${model.description} A model added to this instance; licence: ${model.licence}. Atoll has not evaluated it.`;
    this.citations = model.citations;
    this.#shelved = shelved;
    this.#runtimeFolder = runtimeFolder;
  }

  async availability(): Promise<Availability> {
    if (runtimeKind(this.#runtimeFolder) !== null) return { usable: true };
    return {
      usable: false,
      reason: 'ONNX Runtime, which runs models, is not installed.',
      cure: 'Install it once with atoll models runtime (14 MB), or npm install onnxruntime-node, which is faster.',
    };
  }

  check({ hasFlair }: Wish): void {
    checkRoles(this.#shelved.model, hasFlair);
  }

  async segment(study: Study, options: SegmentOptions = {}): Promise<Segmentation> {
    const { folder, acceptance, model: whole } = this.#shelved;
    checkRoles(whole, study.flair !== undefined);
    const preset = options.preset ?? presets[0].id;
    if (!presets.some(({ id }) => id === preset)) throw new AtollError('PRESET_UNKNOWN');
    const isFast = preset === 'fast';
    const model = isFast ? { ...whole, mirrorAxes: [] } : whole;
    const folds = isFast ? 1 : whole.folds.length;
    const task = { study, model, folder, runtimeFolder: this.#runtimeFolder, folds };
    const { probability, parameters, ...segmentation } = await runModelInThread(task, options);
    const wantsProbability = options.options?.includes(probabilityOption.id) === true;
    return {
      ...segmentation,
      ...(probability !== undefined && wantsProbability ? { probability } : {}),
      parameters: {
        ...parameters,
        model: `${whole.id} ${whole.version}`,
        licence: whole.licence,
        licenceAcceptedAt: acceptance.acceptedAt,
        ...Object.fromEntries(
          whole.folds.slice(0, folds).map(({ file, sha256 }) => [`sha256 of ${file}`, sha256]),
        ),
        ...whole.madeFrom,
      },
    };
  }
}
