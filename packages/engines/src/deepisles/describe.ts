import { resampleNearest } from '@atoll/volume/resample';
import type { EngineWarning, Segmentation, Study } from '../engine.ts';
import type { Gpu } from '../machine.ts';
import { sha256 } from '../sha256.ts';
import { digestOf } from './image.ts';
import { type Outcome, overlaysOf } from './outcome.ts';
import type { Runner } from './runner.ts';
import type { Staged } from './staging.ts';
import type { Task } from './task.ts';

/** A run that gave a mask, and what it was given. */
export type Done = {
  readonly task: Task;
  readonly outcome: Outcome;
  readonly warnings: readonly EngineWarning[];
};

export type Circumstances = {
  readonly runner: Runner;
  readonly staged: Staged;
  readonly study: Study;
  readonly gpu: Gpu;
  readonly image: string;
  readonly preset: string;
};

/** A run's answer with everything that shaped it. */
export async function describe(
  { task, outcome, warnings }: Done,
  { runner, staged, study, gpu, image, preset }: Circumstances,
): Promise<Segmentation> {
  const hashes = Object.entries(staged.sha256).map(([name, hash]) => [`sha256 of ${name} as given`, hash]);
  const plain = { unit: null, normalRange: null };
  return {
    mask: outcome.mask,
    brain: staged.brain && resampleNearest(staged.brain, study.dwi),
    overlays: task.teamOutputs ? overlaysOf(outcome.team, study.dwi) : [],
    extras: outcome.extras,
    warnings,
    quality: [
      {
        name: 'models',
        label: 'Models that produced a result',
        value: task.mode === 'ensemble' ? outcome.team.size : 1,
        ...plain,
      },
      { name: 'adcUnitFactor', label: 'ADC to 10⁻⁶ mm²/s', value: staged.adcUnitFactor, ...plain },
    ],
    parameters: {
      preset,
      mode: task.mode,
      way: runner.way,
      image,
      imageDigest: digestOf(image) ?? 'not pinned',
      ...(await runner.describe()),
      gpu: gpu.name,
      driver: gpu.driver,
      flair: task.flair,
      skullStrip: task.skullStrip,
      teamOutputs: task.teamOutputs,
      mni: task.mni,
      parallel: task.parallel,
      adcUnitFactor: staged.adcUnitFactor,
      ...Object.fromEntries(hashes),
      'sha256 of lesion_msk.nii.gz as answered': await sha256(outcome.rawFile),
    },
  };
}
