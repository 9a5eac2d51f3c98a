import { imagePlaces } from '../machine.ts';
import { mountArgument } from './arguments.ts';

type ApptainerRun = {
  /** SIF file or sandbox folder. */
  readonly place: string;
  /** Becomes /app/data. */
  readonly folder: string;
  /** Holds what is written elsewhere in the container. */
  readonly layer: string;
  readonly network: 'default' | 'none';
};

/** The whole command line of a run by Apptainer, after the name of the program. */
export function apptainerArguments({ place, folder, layer, network }: ApptainerRun): readonly string[] {
  return [
    'exec',
    '--nv',
    // Nothing of the user's home, environment, devices and processes; and the container's processes end together.
    '--containall',
    // Its own /tmp is 64 MB of memory.
    `--workdir=${folder}/temporary`,
    // The image cannot be written to, and DeepISLES writes beside its code.
    `--overlay=${layer}`,
    mountArgument(folder),
    `--pwd=${imagePlaces.app}`,
    '--env=PYTHONUNBUFFERED=1,CUDA_VISIBLE_DEVICES=0',
    ...(network === 'none' ? ['--net', '--network=none'] : []),
    place,
    imagePlaces.conda,
    ...['run', '--no-capture-output', '-n', 'isles_ensemble', 'python', '/app/data/adapter.py'],
    '/app/data/request.json',
  ];
}
