import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Study } from '@atoll/engines/engine';
import { writeNifti } from '@atoll/volume/nifti-write';

const atoll = join(import.meta.dirname, '../../packages/cli/bin/atoll.js');

/** Starts `atoll segment` with DeepISLES on a patient's files, as somebody does at a terminal. @param folder for the files */
export function startPatientRun(
  folder: string,
  study: Pick<Study, 'dwi' | 'adc'>,
  env: NodeJS.ProcessEnv,
): ChildProcess {
  mkdirSync(folder);
  for (const name of ['dwi', 'adc'] as const)
    writeFileSync(join(folder, `${name}.nii`), writeNifti(study[name], 'float32'));
  const images = ['dwi', 'adc'].flatMap((name) => [`--${name}`, join(folder, `${name}.nii`)]);
  const args = [
    'segment',
    ...images,
    '--engine',
    'deepisles',
    '--preset',
    'fast',
    '--out',
    join(folder, 'out'),
  ];
  return spawn(process.execPath, [atoll, ...args], { env, stdio: 'ignore' });
}
