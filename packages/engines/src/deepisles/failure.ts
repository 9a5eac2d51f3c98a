import { AtollError } from '@atoll/errors/error';
import type { ContainerRuntime } from '../machine.ts';
import type { LogTail } from './log-tail.ts';
import type { Ended } from './program.ts';

/** Exit codes of a container's client: its own fault, and a program in the container that was killed. */
const clientFaults = { docker: 125, podman: 125, apptainer: 255 } as const;
const killedCode = 137;

/** Whether the run ran out of the GPU's memory or the machine's. */
export function isOutOfMemory({ code }: Ended, log: LogTail): boolean {
  return log.signs.has('out-of-memory') || code === killedCode;
}

/**
 * What a run that did not end well means. `kept` is the sentence that says where its log is.
 * @param runtime of a container; null inside the image.
 */
export function failureOf(
  ended: Ended,
  log: LogTail,
  runtime: ContainerRuntime | null,
  kept: string,
): AtollError {
  if (runtime !== null && ended.code === clientFaults[runtime]) return clientFailure(runtime, log.text, kept);
  if (isOutOfMemory(ended, log)) {
    const how = log.signs.has('out-of-memory')
      ? 'ran out of memory'
      : 'was killed, most likely because the machine ran out of memory';
    return new AtollError('ENGINE_OUT_OF_MEMORY', `DeepISLES ${how}. ${kept}`);
  }
  if (log.signs.has('no-nvidia-smi')) {
    return new AtollError(
      'ENGINE_UNAVAILABLE',
      `DeepISLES found no nvidia-smi in its environment, so it has no GPU there. ${kept}`,
    );
  }
  if (log.signs.has('input-not-seen')) {
    return new AtollError(
      'ENGINE_UNAVAILABLE',
      `DeepISLES did not see the images that Atoll wrote for it: the container service sees a different file system. Set ATOLL_DATA_DIR to a folder that it can see. ${kept}`,
    );
  }
  const how = ended.code === null ? `was killed (${ended.signal})` : `stopped with exit code ${ended.code}`;
  return new AtollError('ENGINE_FAILED', `DeepISLES ${how}. ${kept}`);
}

const knownFaults: readonly (readonly [RegExp, (runtime: string) => string])[] = [
  [
    /FATAL.*(overlay|upperdir)/i,
    () =>
      'Apptainer cannot lay a writable layer over the image: the data folder is on a file system that does not allow it. Set ATOLL_DATA_DIR to a folder on a local disk, such as one in $TMPDIR.',
  ],
  [
    /FATAL.*(user namespace|setuid|capability)/i,
    () =>
      'This user is not allowed to run containers with Apptainer: user namespaces are turned off, and it is not installed with setuid. Ask the administrator.',
  ],
  [
    /could not select device driver|unknown or invalid runtime name|nvidia-container|unresolvable CDI devices|CDI device injection failed/i,
    (runtime) => `${runtime} cannot give containers access to a GPU. ${toolkitCure(runtime)}`,
  ],
  [/permission denied/i, (runtime) => `This user is not allowed to use ${runtime}. ${permissionCure}`],
  [
    /bind source path does not exist|statfs .*: no such file/i,
    (runtime) =>
      `${runtime} does not see the folder that Atoll writes to. Set ATOLL_DATA_DIR to one that it can see under the same path.`,
  ],
  [
    /no such image|unable to find image|image not known|does not exist locally|manifest unknown/i,
    () => 'The DeepISLES container image is missing. Download it: atoll engines pull deepisles',
  ],
  [
    /cannot connect to the docker daemon|is the docker daemon running/i,
    (runtime) => `The ${runtime} service is not responding. Start it.`,
  ],
];

/** What the client of containers says when it could not even start one. */
function clientFailure(runtime: string, text: string, kept: string): AtollError {
  const known = knownFaults.find(([pattern]) => pattern.test(text));
  if (known !== undefined) {
    return new AtollError('ENGINE_UNAVAILABLE', `DeepISLES cannot run here: ${known[1](runtime)}`);
  }
  return new AtollError('ENGINE_FAILED', `${runtime} could not run DeepISLES. ${kept}`);
}

export const permissionCure =
  'Add the user to the docker group (usermod -aG docker USER, then log in again), or use Podman, which needs no special rights.';

export const toolkitCure = (runtime: string): string =>
  runtime === 'podman'
    ? 'Install the NVIDIA Container Toolkit and generate its CDI specification (nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml).'
    : 'Install the NVIDIA Container Toolkit and configure it (nvidia-ctk runtime configure --runtime=docker), then restart docker.';
