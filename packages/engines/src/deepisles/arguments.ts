import { referenceFor } from './image.ts';
import type { Task } from './task.ts';

/** Names of the files that DeepISLES is given: always the same, so that nothing of a patient is in its log. */
export const inputNames = { dwi: 'dwi.nii.gz', adc: 'adc.nii.gz', flair: 'flair.nii.gz' } as const;

/** By this label Atoll finds its own containers again. */
export const gpuLabel = 'org.atoll.deepisles.gpu';

/** A GPU by its index; `all` where the machine's programs do not number them. */
type GpuIndex = number;

export type ContainerRun = {
  readonly runtime: 'docker' | 'podman';
  readonly image: string;
  readonly name: string;
  /** Becomes /app/data. */
  readonly folder: string;
  readonly gpu: GpuIndex;
  readonly network: 'default' | 'none';
  readonly task: Task;
};

/** The whole command line of a run, after the name of the program. */
export function runArguments({
  runtime,
  image,
  name,
  folder,
  gpu,
  network,
  task,
}: ContainerRun): readonly string[] {
  return [
    'run',
    '--rm',
    // An image of many GB is never fetched in a job: `atoll engines pull` does so where somebody looks on.
    '--pull=never',
    `--name=${name}`,
    `--label=${gpuLabel}=${gpu}`,
    ...gpuArguments(runtime, gpu),
    ...(network === 'none' ? ['--network=none'] : []),
    '--env=PYTHONUNBUFFERED=1',
    mountArgument(folder),
    referenceFor(runtime, image),
    ...deepIslesArguments(task),
  ];
}

function gpuArguments(runtime: 'docker' | 'podman', gpu: GpuIndex): string[] {
  if (runtime === 'docker') return [`--gpus=device=${gpu}`];
  // As NVIDIA has it for podman: by CDI, and SELinux would keep the device from the container.
  return [`--device=nvidia.com/gpu=${gpu}`, '--security-opt=label=disable'];
}

/** Gives a folder to the container as /app/data. A line of CSV to docker and podman: a folder with a comma or a quote in its name needs quotes. */
export function mountArgument(folder: string): string {
  const source = `source=${folder}`;
  const field = /[",]/.test(source) ? `"${source.replaceAll('"', '""')}"` : source;
  return `--mount=type=bind,${field},target=/app/data`;
}

/** What the program in the image is told. Its flags take no value. */
function deepIslesArguments(task: Task): readonly string[] {
  return [
    '--dwi_file_name',
    inputNames.dwi,
    '--adc_file_name',
    inputNames.adc,
    ...(task.flair ? ['--flair_file_name', inputNames.flair] : []),
    ...(task.mode === 'fast' ? ['--fast'] : []),
    ...(task.skullStrip ? ['--skull_strip'] : []),
    // Of the ensemble always: a model that fails is not said, and can be told by its output alone.
    ...(task.mode === 'ensemble' ? ['--save_team_outputs'] : []),
    ...(task.mni ? ['--results_mni'] : []),
    // The flag says the opposite of its name: with it the models run one after the other.
    ...(task.parallel ? [] : ['--parallelize']),
  ];
}
