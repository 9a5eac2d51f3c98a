import { AtollError } from '@atoll/errors/error';
import { checkHeadGeometry } from '@atoll/volume/geometry';
import type { Availability, Engine, Segmentation, SegmentOptions, Study } from '../engine.ts';
import { isPresetId, type PresetId } from './parameters.ts';
import { stages } from './stages.ts';

/** Where the pipeline of pipeline.ts computes: thread.ts in Node, here.ts in a page's worker. */
export type ComputingPlace = {
  readonly segment: (study: Study, preset: PresetId, options: SegmentOptions) => Promise<Segmentation>;
  /** Told that a run is near. */
  readonly prepare?: () => void;
};

export const presetChoices = [
  {
    id: 'balanced',
    title: 'Balanced',
    description: 'Balances missed lesions against false positives.',
  },
  {
    id: 'sensitive',
    title: 'Sensitive',
    description:
      'Also marks less certain findings: fewer small lesions missed, more false positives to delete.',
  },
  {
    id: 'specific',
    title: 'Specific',
    description: 'Marks only confident findings: fewer false positives, more small lesions missed.',
  },
];

/** The embedded engine, wherever it computes: the same rules, and the same mask bit for bit. */
export class PlacedDiffusionEngine implements Engine {
  readonly id = 'diffusion';
  readonly version = '2.5.0';
  readonly title = 'Embedded diffusion engine';
  readonly description =
    'Rule-based detection of acute infarcts on DWI and ADC: DWI signal relative to the patient’s own healthy tissue and to the contralateral side, ADC below that of the surrounding tissue, and a classifier for candidate regions that was trained on synthetic infarcts inserted into real heads. Needs nothing installed and takes about a second. It is less accurate than DeepISLES: on the ISLES’22 example with many small emboli, on which it was developed, its Dice against the expert is 0.63, that of DeepISLES 0.79. It misses small emboli, and an empty mask does not rule out a stroke.';
  readonly presets = presetChoices;
  readonly options = [];
  readonly stages = stages.map(({ id, title }) => ({ id, title }));
  readonly citations = [
    'Purushotham A et al. Apparent diffusion coefficient threshold for delineation of ischemic core. Int J Stroke 2015;10:348–353.',
    'Felzenszwalb PF, Huttenlocher DP. Distance transforms of sampled functions. Theory Comput 2012;8:415–428.',
  ];

  readonly #place: ComputingPlace;

  constructor(place: ComputingPlace) {
    this.#place = place;
  }

  async availability(): Promise<Availability> {
    return { usable: true };
  }

  prepare(): void {
    this.#place.prepare?.();
  }

  async segment(study: Study, options: SegmentOptions = {}): Promise<Segmentation> {
    const preset = options.preset ?? 'balanced';
    if (!isPresetId(preset))
      throw new AtollError('PRESET_UNKNOWN', `The diffusion engine has no preset "${preset}".`);
    // What the pipeline costs follows from the voxels alone only when they are of a likely size.
    for (const image of [study.dwi, study.adc]) checkHeadGeometry(image);
    return this.#place.segment(study, preset, options);
  }
}
