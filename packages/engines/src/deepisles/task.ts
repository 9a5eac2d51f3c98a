import { AtollError } from '@atoll/errors/error';
import type { EngineWarning, Wish } from '../engine.ts';

/** What one run of DeepISLES is to do. */
export type Task = {
  /** fast is SEALS alone; ensemble is SEALS, NVAUTO and SWAN and their majority. */
  readonly mode: 'fast' | 'ensemble';
  /** Whether it is given the FLAIR. */
  readonly flair: boolean;
  readonly skullStrip: boolean;
  readonly teamOutputs: boolean;
  readonly mni: boolean;
  /** The models at the same time; wanted here, and granted when the GPU has room. */
  readonly parallel: boolean;
  /** The ensemble and nothing less. */
  readonly strict: boolean;
};

export const presets = [
  {
    id: 'auto',
    title: 'Automatic',
    description: 'Majority vote of three models if there is a FLAIR image; a single model (SEALS) if not.',
  },
  {
    id: 'fast',
    title: 'Fast',
    description: 'A single model (SEALS) on DWI and ADC: under a minute on a T4, and nearly as accurate.',
  },
  {
    id: 'ensemble',
    title: 'Ensemble',
    description: 'Majority vote of three models. Requires a FLAIR image; cases without one are refused.',
  },
];

export const optionList = [
  {
    id: 'skull-strip',
    title: 'Skull stripping',
    description:
      'For images that are not skull-stripped. Requires a FLAIR image and internet access: the weights are downloaded at run time.',
  },
  {
    id: 'team-outputs',
    title: 'Individual model outputs',
    description:
      'Saves the mask of each of the three models and the number of models that marked each voxel. Ensemble only.',
  },
  {
    id: 'mni',
    title: 'Also in MNI space',
    description:
      'Also saves the images and the mask in MNI space. Requires a FLAIR image, and internet access for the atlas.',
  },
  {
    id: 'parallel',
    title: 'Run models in parallel',
    description: 'Up to twice as fast for the ensemble; used where a GPU has 12 GB of free memory.',
  },
];

/** Refuses what cannot work without a FLAIR, before a job is made of it. @throws AtollError STUDY_NO_FLAIR */
export function checkFlair({ preset, options, hasFlair }: Wish): void {
  if (hasFlair) return;
  if (preset === 'ensemble') {
    throw new AtollError(
      'STUDY_NO_FLAIR',
      'The DeepISLES ensemble requires a FLAIR image, and this case has none.',
    );
  }
  // Without FLAIR DeepISLES itself breaks down on both.
  for (const { id, title } of optionList.filter(({ id }) => id === 'skull-strip' || id === 'mni')) {
    if (options.includes(id)) {
      throw new AtollError(
        'STUDY_NO_FLAIR',
        `The option “${title}” (${id}) of DeepISLES requires a FLAIR image, and this case has none.`,
      );
    }
  }
}

/** @throws AtollError STUDY_NO_FLAIR */
export function planTask(wish: Wish): { task: Task; warnings: readonly EngineWarning[] } {
  checkFlair(wish);
  const { preset, options, hasFlair } = wish;
  const on = (id: string) => options.includes(id);
  const mode = preset !== 'fast' && hasFlair ? 'ensemble' : 'fast';
  const task: Task = {
    mode,
    flair: mode === 'ensemble' || (hasFlair && (on('skull-strip') || on('mni'))),
    skullStrip: on('skull-strip'),
    teamOutputs: on('team-outputs') && mode === 'ensemble',
    mni: on('mni'),
    parallel: on('parallel') && mode === 'ensemble',
    strict: preset === 'ensemble',
  };
  const warnings: EngineWarning[] = [];
  if (preset === 'auto' && mode === 'fast') {
    warnings.push({
      code: 'ONE_MODEL_ONLY',
      severity: 'caution',
      message:
        'There is no FLAIR image, so only one of the three models of DeepISLES (SEALS) ran, not the ensemble.',
    });
  }
  if (on('team-outputs') && mode === 'fast') {
    warnings.push({
      code: 'NO_TEAM',
      severity: 'info',
      message: 'Only one model ran, so there are no other model outputs to compare.',
    });
  }
  return { task, warnings };
}
