import { accessSync, constants, existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';
import { holdName } from '@atoll/locks/held-name';
import type { Availability } from '../engine.ts';
import type { ImagePlaces } from '../machine.ts';
import { inputNames } from './arguments.ts';
import { members } from './outcome.ts';
import { start, stopGroup } from './program.ts';
import type { Run, Runner, RunRequest } from './runner.ts';
import { countFolds } from './seals-folds.ts';

const adapter = join(import.meta.dirname, 'adapter.py');

/** The launcher of SEALS sets CUDA_VISIBLE_DEVICES=0 itself: inside the image there is the first GPU alone. */
const onlyGpu = 0;

/**
 * What a run of SEALS leaves beside its code, by fixed names. Its steps go on when one of them fails, and would then
 * take what lies there: the images or the mask of another patient.
 */
const leftovers = ['test_result', 'test_result_recover', 'test_ensemble', 'data/nnUNet_raw_data_base'];

const lookMs = 1000;
const orphanTries = 50;
const orphanPauseMs = 200;

/** DeepISLES by its own programs, where Atoll runs in its image. Its code is not touched. */
export class InImageRunner implements Runner {
  readonly way = 'in-image';
  readonly runtime = null;
  readonly needsPlainPaths = true;
  readonly #places: ImagePlaces;
  readonly #env: NodeJS.ProcessEnv;
  readonly #lookMs: number;

  constructor(places: ImagePlaces, env: NodeJS.ProcessEnv, pauseMs = lookMs) {
    this.#places = places;
    this.#env = env;
    this.#lookMs = pauseMs;
  }

  /** Held by the adapter while it lives. */
  get #adapterName(): string {
    return `atoll-deepisles${this.#places.app}`.slice(0, 100);
  }

  async describe(): Promise<Readonly<Record<string, string>>> {
    return { runtime: 'inside the image' };
  }

  canUse(gpu: number): boolean {
    return gpu === onlyGpu;
  }

  async preflight(): Promise<Availability> {
    const missing = ['src/SEALS', 'weights/SEALS'].find((path) => !existsSync(join(this.#places.app, path)));
    if (missing !== undefined) {
      const reason = `The DeepISLES container image has no ${missing}.`;
      return { usable: false, reason, cure: 'Build on the image that deploy/spaces/Dockerfile names.' };
    }
    try {
      accessSync(join(this.#places.app, 'src/SEALS'), constants.W_OK);
    } catch {
      return {
        usable: false,
        reason: 'DeepISLES writes next to its code, and this user has no permission to.',
        cure: 'Give this user write permission for the folders below /app, as deploy/spaces/Dockerfile does.',
      };
    }
    return { usable: true };
  }

  async run(request: RunRequest): Promise<Run> {
    const { folder, task, signal, onLine, onFolds, onMember } = request;
    const work = join(folder, 'work');
    const input = (name: string) => join(folder, name);
    await this.#clear();
    await writeFile(
      join(folder, 'request.json'),
      JSON.stringify({
        app: this.#places.app,
        dwi: input(inputNames.dwi),
        adc: input(inputNames.adc),
        flair: task.flair ? input(inputNames.flair) : null,
        output: join(folder, 'results'),
        work,
        fast: task.mode === 'fast',
        skull_strip: task.skullStrip,
        save_team_outputs: task.mode === 'ensemble',
        results_mni: task.mni,
        parallelize: task.parallel,
        owner: process.pid,
        name: this.#adapterName,
      }),
    );
    const args = [
      'run',
      '--no-capture-output',
      '-n',
      'isles_ensemble',
      'python',
      adapter,
      input('request.json'),
    ];
    const program = start(this.#places.conda, args, {
      env: { ...withoutSecrets(this.#env), PYTHONUNBUFFERED: '1', CUDA_VISIBLE_DEVICES: String(onlyGpu) },
      cwd: this.#places.app,
      onLine,
      ownGroup: true,
    });
    const stop = () => stopGroup(program.child);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const look = setInterval(() => this.#look(work, onFolds, onMember), this.#lookMs);
    try {
      const ended = await program.ended;
      return { ended, log: program.log, sealsFolds: countFolds(this.#folds) };
    } finally {
      clearInterval(look);
      signal.removeEventListener('abort', stop);
      await stopGroup(program.child);
      await this.#clear();
    }
  }

  /** A run that was orphaned ends itself within seconds, and its name with it: see adapter.py. */
  async sweep(): Promise<void> {
    for (let tries = 0; tries < orphanTries; tries++) {
      const held = await holdName(this.#adapterName);
      if (held !== 'taken') {
        held?.close();
        break;
      }
      await sleep(orphanPauseMs);
    }
    await this.#clear();
  }

  async removeByRoot(): Promise<void> {}

  async install(): Promise<void> {
    throw new AtollError(
      'ENGINE_UNAVAILABLE',
      'Atoll runs inside the DeepISLES container image: there is nothing to download.',
    );
  }

  #look(work: string, onFolds: (count: number) => void, onMember: RunRequest['onMember']): void {
    const begun = countFolds(this.#folds, existsSync);
    if (begun > 0) onFolds(begun);
    for (const member of members) {
      if (existsSync(join(work, 'output', member, 'lesion_msk.nii.gz'))) onMember(member);
    }
  }

  get #folds(): string {
    return join(this.#places.app, 'src/SEALS/test_result/preliminary_phase');
  }

  async #clear(): Promise<void> {
    for (const name of leftovers) {
      await rm(join(this.#places.app, 'src/SEALS', name), { recursive: true, force: true });
    }
  }
}

/** Atoll's own settings, passwords among them, are none of its business. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ATOLL_')));
}
