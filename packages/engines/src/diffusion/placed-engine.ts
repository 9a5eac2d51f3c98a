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
    description: 'Weighs missed lesions and false ones alike.',
  },
  {
    id: 'sensitive',
    title: 'Sensitive',
    description: 'Marks what is less certain as well: fewer small lesions missed, more false ones to delete.',
  },
  {
    id: 'specific',
    title: 'Specific',
    description: 'Marks only what is certain: fewer false lesions, more small ones missed.',
  },
];

/** The embedded engine, wherever it computes: the same rules, and the same mask bit for bit. */
export class PlacedDiffusionEngine implements Engine {
  readonly id = 'diffusion';
  readonly version = '2.0.0';
  readonly title = 'Embedded diffusion engine';
  readonly description =
    'Finds acute infarcts by rules on DWI and ADC: brightness against the patient’s own healthy tissue and the other side, an ADC below that of the tissue around, and a judge of pieces that was fitted on pasted infarcts. Needs nothing installed and takes about a second. It is weaker than DeepISLES: on the ISLES’22 example of many small emboli, on which it was developed, its Dice against the expert is 0.59, that of DeepISLES 0.79. It misses small emboli, and an empty mask rules nothing out.';
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
