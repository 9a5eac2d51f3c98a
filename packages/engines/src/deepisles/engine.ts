import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import type {
  Availability,
  Engine,
  EngineWarning,
  Segmentation,
  SegmentOptions,
  Study,
  Wish,
} from '../engine.ts';
import { findGpus, type Gpu } from '../machine.ts';
import { type Done, describe } from './describe.ts';
import { type DeepIslesOptions, examine, type Found, isAllowed } from './examine.ts';
import { failureOf, isOutOfMemory } from './failure.ts';
import { leaseGpu, tryLease } from './gpu-lease.ts';
import { pinnedImage, versionOf } from './image.ts';
import { judge } from './judge.ts';
import { keepLog } from './kept-logs.ts';
import { readOutcome } from './outcome.ts';
import { RunProgress, stages } from './progress.ts';
import type { Run, Runner } from './runner.ts';
import { makeScratch, type Scratch, sweepScratch, writeInto } from './scratch.ts';
import { type Staged, stage } from './staging.ts';
import { checkFlair, optionList, planTask, presets, type Task } from './task.ts';

/** What DeepISLES itself asks for before it runs its models at the same time. */
const parallelMegabytes = 12 * 1024;
const keptMs = 10_000;

/** DeepISLES: the best there is in public, behind a GPU. Drives it in a container or, in its own image, directly. */
export class DeepIslesEngine implements Engine {
  readonly id = 'deepisles';
  readonly version: string;
  readonly title = 'DeepISLES';
  readonly description =
    'Ensemble of three of the best-performing methods of the ISLES’22 challenge. In its authors’ evaluation (Nature Communications 2025) the median Dice was 0.82, and 0.81 in single-model mode. Requires an NVIDIA GPU and a container image of many gigabytes; a case takes from half a minute to several minutes.';
  readonly presets = presets;
  readonly options = optionList;
  readonly stages = stages.map(({ id, title }) => ({ id, title }));
  readonly citations = [
    'de la Rosa E et al. DeepISLES: a clinically validated ischemic stroke segmentation model from the ISLES’22 challenge. Nat Commun 2025;16:7357.',
    'Hernandez Petzsche MR et al. ISLES 2022: a multi-center magnetic resonance imaging stroke lesion segmentation dataset. Sci Data 2022;9:762.',
  ];
  readonly #options: DeepIslesOptions;
  readonly #image: string;
  #known: { readonly found: Promise<Found>; readonly at: number } | null = null;

  constructor(options: DeepIslesOptions = {}) {
    this.#options = options;
    this.#image = options.image ?? pinnedImage;
    this.version = versionOf(this.#image);
  }

  async availability(): Promise<Availability> {
    return (await this.#find()).availability;
  }

  check(wish: Wish): void {
    checkFlair(wish);
  }

  async install(signal: AbortSignal, onLine: (line: string) => void): Promise<void> {
    const { runner, availability } = await this.#find();
    if (runner === null) throw unavailable(availability);
    await runner.install(signal, onLine);
    this.#known = null;
  }

  /** Containers and folders of processes that died. What lives holds its GPU, and is left alone. */
  async recover(): Promise<void> {
    const { runner } = await this.#find();
    if (runner === null) return;
    for (const gpu of await this.#gpus(runner)) {
      const lease = await tryLease(gpu, this.#options.leasePrefix);
      if (lease === null) continue;
      await runner.sweep(gpu.index).finally(() => lease.release());
    }
    await this.#sweepScratch(runner);
  }

  async segment(study: Study, options: SegmentOptions = {}): Promise<Segmentation> {
    const { preset = presets[0].id, options: on = [], signal = new AbortController().signal } = options;
    const { task, warnings } = planTask({ preset, options: on, hasFlair: study.flair !== undefined });
    const { runner, availability } = await this.#find();
    if (runner === null || !availability.usable) throw unavailable(availability);
    const progress = new RunProgress(task, options.onProgress ?? (() => undefined));
    try {
      progress.preparing();
      const staged = await stage(study, task);
      const lease = await leaseGpu({
        listGpus: () => this.#gpus(runner),
        signal,
        onWait: () => progress.waiting(),
        ...this.#leaseOptions,
      });
      try {
        await runner.sweep(lease.gpu.index);
        await this.#sweepScratch(runner);
        const attempt = { runner, staged, study, gpu: lease.gpu, signal, progress };
        const done = await this.#runWithRetry(attempt, task);
        return {
          ...(await describe(done, { ...attempt, image: this.#image, preset })),
          warnings: [...warnings, ...staged.warnings, ...done.warnings],
        };
      } finally {
        lease.release();
      }
    } finally {
      progress.stop();
    }
  }

  /** Once more, one model after the other, where they did not fit into memory together. */
  async #runWithRetry(attempt: Attempt, task: Task): Promise<Done> {
    const { gpu } = attempt;
    const hasRoom = gpu.freeMegabytes >= parallelMegabytes;
    const first: Task = { ...task, parallel: task.parallel && hasRoom };
    const noRoom: EngineWarning[] =
      task.parallel && !hasRoom
        ? [
            {
              code: 'NOT_PARALLEL',
              severity: 'info',
              message: 'The models were run one at a time: the GPU has less than 12 GB of free memory.',
            },
          ]
        : [];
    const way = attempt.runner.way === 'container' ? 'Starting the container' : 'Starting DeepISLES';
    attempt.progress.starting(way);
    try {
      const done = await this.#runOnce(attempt, first);
      return { ...done, warnings: [...noRoom, ...done.warnings] };
    } catch (thrown) {
      if (!(thrown instanceof AtollError && thrown.code === 'ENGINE_OUT_OF_MEMORY')) throw thrown;
      if (!first.parallel || attempt.signal.aborted) throw thrown;
      attempt.progress.again('Running the models again, one at a time: memory was insufficient');
      const done = await this.#runOnce(attempt, { ...first, parallel: false });
      const warning: EngineWarning = {
        code: 'RETRIED_SERIALLY',
        severity: 'info',
        message: 'The GPU’s memory was too small for all models at once; they were run again one at a time.',
      };
      return { ...done, warnings: [warning, ...done.warnings] };
    }
  }

  async #runOnce(attempt: Attempt, task: Task): Promise<Done> {
    const { runner, staged, study, gpu, signal, progress } = attempt;
    const scratch = await this.#makeScratch(runner);
    try {
      await writeInto(scratch.folder, staged.files);
      if (signal.aborted) throw new AtollError('JOB_CANCELLED');
      const run = await runner.run({
        ...scratch,
        gpu: gpu.index,
        task,
        signal,
        onLine: (line) => progress.line(line),
        onFolds: (count) => progress.folds(count),
        onMember: (member) => progress.finished(member),
      });
      if (signal.aborted) throw new AtollError('JOB_CANCELLED');
      const keep = () => this.#keepLog(scratch.id, run);
      if (run.ended.code !== 0) throw failureOf(run.ended, run.log, runner.runtime, await keep());
      progress.collecting();
      const outcome = await readOutcome(join(scratch.folder, 'results'), task, staged.grid, study.dwi).catch(
        async (thrown: unknown) => {
          if (!(thrown instanceof AtollError)) throw thrown;
          // The reason why there is no mask may be in the log.
          if (isOutOfMemory(run.ended, run.log))
            throw failureOf(run.ended, run.log, runner.runtime, await keep());
          throw new AtollError(thrown.code, `${thrown.message} ${await keep()}`, { cause: thrown });
        },
      );
      return { task, outcome, warnings: await judge(task, outcome, run, keep) };
    } catch (thrown) {
      if (thrown instanceof AtollError) throw thrown;
      throw new AtollError('ENGINE_FAILED', 'DeepISLES could not be started.', { cause: thrown });
    } finally {
      await scratch.remove((path) => runner.removeByRoot(path)).catch(() => undefined);
    }
  }

  async #keepLog(id: string, { log }: Run): Promise<string> {
    const { folder } = this.#options;
    if (folder === undefined) return `The end of its log: ${log.text.slice(-500)}`;
    return keepLog(folder, id, log.text);
  }

  async #sweepScratch(runner: Runner): Promise<void> {
    const { folder } = this.#options;
    if (folder !== undefined) await sweepScratch(folder, (path) => runner.removeByRoot(path));
  }

  /** Some ways take paths apart at spaces: such a folder is not for them. */
  async #makeScratch(runner: Runner): Promise<Scratch> {
    const { folder } = this.#options;
    const isSafe = folder !== undefined && (!runner.needsPlainPaths || /^[A-Za-z0-9_./-]+$/.test(folder));
    if (isSafe) return makeScratch(folder);
    const temporary = await mkdtemp(join(tmpdir(), 'atoll-deepisles-'));
    const scratch = await makeScratch(temporary);
    return {
      ...scratch,
      remove: async (byRoot) => {
        await scratch.remove(byRoot);
        await rm(temporary, { recursive: true, force: true });
      },
    };
  }

  get #leaseOptions(): { pauseMs?: number; prefix?: string } {
    const { pauseMs, leasePrefix } = this.#options;
    return {
      ...(pauseMs === undefined ? {} : { pauseMs }),
      ...(leasePrefix === undefined ? {} : { prefix: leasePrefix }),
    };
  }

  /** Those of the machine that this way and the settings allow, as they are now. */
  async #gpus(runner: Runner): Promise<readonly Gpu[]> {
    const { gpus } = await findGpus(this.#options.env ?? process.env);
    return gpus.filter(isAllowed(this.#options, runner));
  }

  #find(): Promise<Found> {
    if (this.#known === null || performance.now() - this.#known.at > keptMs) {
      this.#known = { found: examine(this.#options), at: performance.now() };
    }
    return this.#known.found;
  }
}

type Attempt = {
  readonly runner: Runner;
  readonly staged: Staged;
  readonly study: Study;
  readonly gpu: Gpu;
  readonly signal: AbortSignal;
  readonly progress: RunProgress;
};

function unavailable(availability: Availability): AtollError {
  const why = availability.usable ? '' : `: ${availability.reason} ${availability.cure}`;
  return new AtollError('ENGINE_UNAVAILABLE', `DeepISLES cannot run here${why}`);
}
