import { existsSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import type { Availability } from '../engine.ts';
import { ask, imagePlaces } from '../machine.ts';
import { apptainerArguments } from './apptainer-arguments.ts';
import { labelsIn, originFault } from './apptainer-labels.ts';
import { inputNames } from './arguments.ts';
import { members } from './outcome.ts';
import { start, startBound, stopGroup } from './program.ts';
import type { Run, Runner, RunRequest } from './runner.ts';
import { countFolds } from './seals-folds.ts';

export type ApptainerOptions = {
  readonly version: string;
  /** The image by its name in a registry. */
  readonly image: string;
  /** The SIF file or sandbox folder that was made of it. */
  readonly place: string;
  readonly network: 'default' | 'none';
  readonly env: NodeJS.ProcessEnv;
  /** How often the folders of a run are looked at. */
  readonly lookMs?: number;
};

const adapter = join(import.meta.dirname, 'adapter.py');
/** The launcher of SEALS sets CUDA_VISIBLE_DEVICES=0 itself. */
const onlyGpu = 0;

/**
 * DeepISLES by Apptainer, as clusters have it: no service and no root, a process group for each run. Its programs are
 * called as in the image itself; what they write beside their code goes into a layer in the folder of the run.
 */
export class ApptainerRunner implements Runner {
  readonly way = 'container';
  readonly runtime = 'apptainer';
  readonly needsPlainPaths = true;
  readonly #options: ApptainerOptions;

  constructor(options: ApptainerOptions) {
    this.#options = options;
  }

  async describe(): Promise<Readonly<Record<string, string>>> {
    const { version, place } = this.#options;
    const form = existsSync(place) && statSync(place).isDirectory() ? 'sandbox' : 'SIF';
    return { runtime: `apptainer ${version}`, imageForm: form };
  }

  canUse(gpu: number): boolean {
    return gpu === onlyGpu;
  }

  async preflight(): Promise<Availability> {
    const { image, place, env } = this.#options;
    const given = env.CUDA_VISIBLE_DEVICES;
    if (given !== undefined && /^\d/.test(given) && !/^0\b/.test(given)) {
      return {
        usable: false,
        reason: `This task was given GPU ${given}, but DeepISLES always uses the first one that it sees.`,
        cure: 'Use a cluster that shows a task its own GPU alone (Slurm: ConstrainDevices=yes), or ask for a whole machine.',
      };
    }
    if (!existsSync(place)) {
      return {
        usable: false,
        reason: 'The DeepISLES image for Apptainer is not on this machine.',
        cure: `Download it (many gigabytes): atoll engines pull deepisles; or name one in ATOLL_APPTAINER_IMAGE, made by apptainer build deepisles.sif docker://${image}`,
      };
    }
    const { stdout, fault } = await ask('apptainer', ['inspect', '--json', '--labels', place], env);
    if (fault !== null) {
      return {
        usable: false,
        reason: `Apptainer cannot read the DeepISLES image: ${fault}`,
        cure: 'Make it anew.',
      };
    }
    const wrong = originFault(labelsIn(stdout), image);
    return wrong === null ? { usable: true } : { usable: false, ...wrong };
  }

  async run(request: RunRequest): Promise<Run> {
    const { id, folder, task, signal, onLine, onFolds, onMember } = request;
    const { place, network, env, lookMs = 1000 } = this.#options;
    const layer = join(folder, 'layer');
    for (const name of ['layer', 'temporary']) await mkdir(join(folder, name), { recursive: true });
    await copyFile(adapter, join(folder, 'adapter.py'));
    const inside = (name: string) => `/app/data/${name}`;
    await writeFile(
      join(folder, 'request.json'),
      JSON.stringify({
        app: imagePlaces.app,
        dwi: inside(inputNames.dwi),
        adc: inside(inputNames.adc),
        flair: task.flair ? inside(inputNames.flair) : null,
        output: inside('results'),
        work: inside('work'),
        fast: task.mode === 'fast',
        skull_strip: task.skullStrip,
        save_team_outputs: task.mode === 'ensemble',
        results_mni: task.mni,
        parallelize: task.parallel,
        // Processes outside are not seen from there; the whole group ends with Atoll by itself.
        owner: null,
        name: `atoll-deepisles-inside-${id}`,
      }),
    );
    const program = startBound('apptainer', apptainerArguments({ place, folder, layer, network }), {
      env: withoutOwnSettings(env),
      cwd: folder,
      onLine,
    });
    const stop = () => stopGroup(program.child);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const folds = join(layer, 'upper', imagePlaces.app, 'src/SEALS/test_result/preliminary_phase');
    const look = setInterval(() => {
      const begun = countFolds(folds, existsSync);
      if (begun > 0) onFolds(begun);
      for (const member of members) {
        if (existsSync(join(folder, 'work/output', member, 'lesion_msk.nii.gz'))) onMember(member);
      }
    }, lookMs);
    try {
      const ended = await program.ended;
      return { ended, log: program.log, sealsFolds: countFolds(folds) };
    } finally {
      clearInterval(look);
      signal.removeEventListener('abort', stop);
      await stopGroup(program.child);
      await openUp(layer);
    }
  }

  /** A run ends with the process that began it. */
  async sweep(): Promise<void> {}

  /** Everything is this user's own, but the kernel closes a folder of the layer even to its owner. */
  async removeByRoot(folder: string): Promise<void> {
    await openUp(join(folder, 'layer'));
  }

  async install(signal: AbortSignal, onLine: (line: string) => void): Promise<void> {
    const { image, place, env } = this.#options;
    const aside = `${place}.part`;
    await mkdir(dirname(place), { recursive: true });
    const args = ['pull', '--force', aside, `docker://${image}`];
    const client = start('apptainer', args, { env, onLine, ownGroup: true });
    const stop = () => stopGroup(client.child);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const { code } = await client.ended;
      if (signal.aborted)
        throw new AtollError('JOB_CANCELLED', 'The download was stopped; what was downloaded is kept.');
      if (code !== 0) {
        const said = client.log.text.trim().split('\n').at(-1) ?? '';
        throw new AtollError('ENGINE_UNAVAILABLE', `The container image could not be downloaded: ${said}`);
      }
      await rename(aside, place);
    } finally {
      signal.removeEventListener('abort', stop);
      await rm(aside, { recursive: true, force: true });
    }
  }
}

/** Atoll's settings, passwords among them, and what would change the command line from outside. */
function withoutOwnSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign =
    /^ATOLL_|^(APPTAINER|SINGULARITY)(ENV_|_(BIND|BINDPATH|MOUNT|OVERLAY|OVERLAYIMAGE|HOME|WORKDIR|PWD|CWD)$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

async function openUp(layer: string): Promise<void> {
  const work = join(layer, 'work');
  for (const name of await readdir(work).catch(() => [])) {
    await chmod(join(work, name), 0o700).catch(() => undefined);
  }
}
