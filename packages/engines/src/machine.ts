import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';

/** A program that runs containers, and needs no service of its own where it is Apptainer. */
export type ContainerRuntime = 'docker' | 'podman' | 'apptainer';

export type Gpu = {
  readonly index: number;
  /** The same for all who see this GPU, whatever its number is to them; '' where it is not told. */
  readonly uuid: string;
  readonly name: string;
  readonly memoryMegabytes: number;
  readonly freeMegabytes: number;
  readonly driver: string;
};

/** What this machine offers to engines. Where something is missing, why. */
export type Machine = {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly gpus: readonly Gpu[];
  /** Why there is no GPU to use; null where there is one. */
  readonly gpuReason: string | null;
  /** The client of containers whose service answers. */
  readonly containers: { readonly runtime: ContainerRuntime; readonly version: string } | null;
  readonly containersReason: string | null;
  /** Atoll runs inside the image of DeepISLES. */
  readonly isDeepIslesImage: boolean;
};

const probeMs = 10_000;
const keptMs = 15_000;

let kept: { readonly machine: Promise<Machine>; readonly at: number } | null = null;

/** The machine as it was at most some seconds ago: asking its programs takes part of a second. */
export function thisMachine(): Promise<Machine> {
  if (kept === null || performance.now() - kept.at > keptMs) {
    kept = { machine: examineMachine(), at: performance.now() };
  }
  return kept.machine;
}

/** Asks the machine and its programs. Never throws: what does not answer is not there, and the reason says so. */
export async function examineMachine(
  env: NodeJS.ProcessEnv = process.env,
  runtimes: readonly ContainerRuntime[] = ['docker', 'podman', 'apptainer'],
): Promise<Machine> {
  const [gpus, containers] = await Promise.all([findGpus(env), findContainers(env, runtimes)]);
  return {
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    ...gpus,
    ...containers,
    isDeepIslesImage: isDeepIslesImage(),
  };
}

/** The GPUs that nvidia-smi lists; if none, why. */
export async function findGpus(env: NodeJS.ProcessEnv): Promise<Pick<Machine, 'gpus' | 'gpuReason'>> {
  const query = '--query-gpu=index,name,memory.total,memory.free,driver_version,uuid';
  const { stdout, fault } = await ask('nvidia-smi', [query, '--format=csv,noheader,nounits'], env);
  if (fault !== null) return { gpus: [], gpuReason: fault };
  const gpus = stdout.split('\n').flatMap((line): Gpu[] => {
    const [index, name, total, free, driver, uuid = ''] = line.split(',').map((part) => part.trim());
    if (driver === undefined || !/^\d+$/.test(index)) return [];
    const gpu = { index: Number(index), uuid, name, driver };
    // A GPU that shares the machine's memory says [N/A].
    return [{ ...gpu, memoryMegabytes: Number(total) || 0, freeMegabytes: Number(free) || 0 }];
  });
  return { gpus, gpuReason: gpus.length > 0 ? null : 'nvidia-smi lists no GPU.' };
}

const versionQuestions: Readonly<Record<ContainerRuntime, readonly string[]>> = {
  docker: ['version', '--format', '{{.Server.Version}}'],
  podman: ['version', '--format', '{{.Client.Version}}'],
  apptainer: ['--version'],
};

async function findContainers(
  env: NodeJS.ProcessEnv,
  runtimes: readonly ContainerRuntime[],
): Promise<Pick<Machine, 'containers' | 'containersReason'>> {
  const reasons: string[] = [];
  for (const runtime of runtimes) {
    const { stdout, fault } = await ask(runtime, versionQuestions[runtime], env);
    const version = stdout.trim().replace(/^apptainer version /, '');
    if (fault === null && version !== '') return { containers: { runtime, version }, containersReason: null };
    reasons.push(fault ?? `${runtime} does not report its version.`);
  }
  return { containers: null, containersReason: reasons.join(' ') };
}

/** Where the image of DeepISLES has its code and its Python. */
export const imagePlaces = { app: '/app', conda: '/opt/conda/bin/conda' } as const;
export type ImagePlaces = { readonly app: string; readonly conda: string };

export function isDeepIslesImage({ app, conda }: ImagePlaces = imagePlaces): boolean {
  return existsSync(`${app}/src/isles22_ensemble.py`) && existsSync(conda);
}

export type Answer = { readonly stdout: string; readonly fault: string | null };

/** Asks a program something short; never throws. `fault` is null when it ended well. */
export function ask(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: probeMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, fault: null });
      else if (error.code === 'ENOENT')
        resolve({ stdout: '', fault: `${program} was not found on the path.` });
      else if (error.killed === true) resolve({ stdout: '', fault: `${program} is not responding.` });
      else
        resolve({
          stdout: '',
          fault: `${program} says: ${firstLine(stderr) || firstLine(stdout) || error.code}`,
        });
    });
  });
}

function firstLine(text: string): string {
  return (text.split('\n').find((line) => line.trim() !== '') ?? '').trim().slice(0, 200);
}
