import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Availability } from '../engine.ts';
import {
  type ContainerRuntime,
  examineMachine,
  type Gpu,
  type ImagePlaces,
  imagePlaces,
  isDeepIslesImage,
  type Machine,
  thisMachine,
} from '../machine.ts';
import { ApptainerRunner } from './apptainer.ts';
import { ContainerRunner } from './container.ts';
import { permissionCure } from './failure.ts';
import { pinnedImage, versionOf } from './image.ts';
import { InImageRunner } from './in-image.ts';
import type { Runner } from './runner.ts';

export type DeepIslesOptions = {
  /** For scratch and logs; must be seen by the service of containers. A temporary one unless given. */
  readonly folder?: string;
  /** The pinned one unless given. */
  readonly image?: string;
  readonly runtime?: 'auto' | ContainerRuntime;
  /** A SIF file or sandbox folder for Apptainer; the one that `install` makes unless given. */
  readonly apptainerImage?: string | null;
  /** Indexes of the GPUs to use; all unless given. */
  readonly gpus?: readonly number[] | null;
  readonly network?: 'default' | 'none';
  readonly env?: NodeJS.ProcessEnv;
  /** Where the image's own programs are, if this is the image. */
  readonly places?: ImagePlaces;
  /** What the names of GPU leases begin with. */
  readonly leasePrefix?: string;
  /** How often the lease and the disk are looked at. */
  readonly pauseMs?: number;
};

/** `runner` is null where not even its programs are there. */
export type Found = { readonly runner: Runner | null; readonly availability: Availability };

/** Less than this no model of DeepISLES fits into. */
const leastMegabytes = 4 * 1024;

/** Whether DeepISLES can run here, by which way, and if not, why. Fetches nothing and starts no container. */
export async function examine(options: DeepIslesOptions): Promise<Found> {
  const machine = await lookAtMachine(options);
  const runner = chooseRunner(options, machine);
  const no = (reason: string, cure: string): Found => ({
    runner,
    availability: { usable: false, reason, cure },
  });
  if (machine.gpuReason !== null) {
    return no(
      `No usable NVIDIA GPU: ${machine.gpuReason}`,
      'Use a machine with an NVIDIA GPU and driver, or the embedded engine.',
    );
  }
  if (runner === null) {
    const reason = machine.containersReason ?? '';
    const cure = /permission denied/i.test(reason)
      ? permissionCure
      : 'Install and start Docker or Podman, or Apptainer on a cluster.';
    return no(`Containers cannot be run: ${reason}`, cure);
  }
  const gpus = machine.gpus.filter(isAllowed(options, runner));
  if (gpus.length === 0) {
    return no(
      'DeepISLES is not allowed to use any GPU here.',
      'Correct ATOLL_DEEPISLES_GPUS; inside the image it must have GPU 0.',
    );
  }
  // A GPU that shares the machine's memory says 0.
  if (gpus.every(({ memoryMegabytes: mb }) => mb > 0 && mb < leastMegabytes)) {
    return no(
      'The GPU has less than 4 GB of memory.',
      'Use a GPU with more memory; 16 GB is known to be enough.',
    );
  }
  return { runner, availability: await runner.preflight() };
}

/** Whether a GPU may be used by the settings and can be by this way. */
export function isAllowed({ gpus = null }: DeepIslesOptions, runner: Runner): (gpu: Gpu) => boolean {
  return ({ index }) => (gpus === null || gpus.includes(index)) && runner.canUse(index);
}

function lookAtMachine({ env, runtime = 'auto' }: DeepIslesOptions): Promise<Machine> {
  if (env === undefined && runtime === 'auto') return thisMachine();
  return examineMachine(env, runtime === 'auto' ? undefined : [runtime]);
}

function chooseRunner(options: DeepIslesOptions, { containers }: Machine): Runner | null {
  const { places = imagePlaces, network = 'default', env = process.env, image = pinnedImage } = options;
  if (isDeepIslesImage(places)) return new InImageRunner(places, env, options.pauseMs);
  if (containers === null) return null;
  const { runtime, version } = containers;
  if (runtime !== 'apptainer') return new ContainerRunner({ runtime, version, image, network, env });
  const { folder = tmpdir(), apptainerImage, pauseMs } = options;
  const place = apptainerImage ?? join(folder, 'images', `deepisles-${versionOf(image)}.sif`);
  return new ApptainerRunner({
    ...{ version, image, place, network, env },
    ...(pauseMs === undefined ? {} : { lookMs: pauseMs }),
  });
}
