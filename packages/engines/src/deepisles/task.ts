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
    description: 'Three models and their majority where there is a FLAIR image; one model (SEALS) where not.',
  },
  {
    id: 'fast',
    title: 'Fast',
    description: 'One model (SEALS) on DWI and ADC: under a minute on a T4, and nearly as good.',
  },
  {
    id: 'ensemble',
    title: 'Ensemble',
    description: 'Three models and their majority. Needs a FLAIR image, and refuses a case without one.',
  },
];

export const optionList = [
  {
    id: 'skull-strip',
    title: 'Strip the skull',
    description:
      'For images of the whole head. Needs a FLAIR image, and a way to the internet: its weights are fetched when it runs.',
  },
  {
    id: 'team-outputs',
    title: 'Show each model',
    description:
      'Gives what each of the three models marked, and how many of them marked a voxel. For the ensemble.',
  },
  {
    id: 'mni',
    title: 'Also in MNI space',
    description:
      'Gives images and mask in MNI space as further files. Needs a FLAIR image, and a way to the internet for the atlas.',
  },
  {
    id: 'parallel',
    title: 'Models at the same time',
    description: 'Up to half the time for the ensemble; done where a GPU has 12 GB free.',
  },
];

/** Refuses what cannot work without a FLAIR, before a job is made of it. @throws AtollError STUDY_NO_FLAIR */
export function checkFlair({ preset, options, hasFlair }: Wish): void {
  if (hasFlair) return;
  if (preset === 'ensemble') {
    throw new AtollError(
      'STUDY_NO_FLAIR',
      'The ensemble of DeepISLES needs a FLAIR image, and this case has none.',
    );
  }
  // Without FLAIR DeepISLES itself breaks down on both.
  for (const { id, title } of optionList.filter(({ id }) => id === 'skull-strip' || id === 'mni')) {
    if (options.includes(id)) {
      throw new AtollError(
        'STUDY_NO_FLAIR',
        `The option “${title}” (${id}) of DeepISLES needs a FLAIR image, and this case has none.`,
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
      message: 'Only one model ran, so there are no maps of others to compare it with.',
    });
  }
  return { task, warnings };
}
