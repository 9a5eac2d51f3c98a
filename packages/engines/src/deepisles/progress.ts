import type { Progress } from '../engine.ts';
import type { Member } from './outcome.ts';
import type { Task } from './task.ts';

export const stages = [
  { id: 'prepare', title: 'Preparing the images' },
  { id: 'wait', title: 'Waiting for the GPU' },
  { id: 'models', title: 'Running the models' },
  { id: 'vote', title: 'Combining the results' },
  { id: 'collect', title: 'Reading the mask' },
] as const;
export type StageId = (typeof stages)[number]['id'];

/** Where in the run (0–1) the signs that DeepISLES gives lie; between them time alone tells. */
const at = { prepare: 0.02, wait: 0.03, start: 0.05, models: 0.1, vote: 0.9, collect: 0.96 };

/** Seconds that the models take on a T4, about. Used for estimates alone. */
const usualSeconds = { fast: 50, ensemble: 420, parallel: 240 };

const tickMs = 1000;

/**
 * Tells how far a run is: by what DeepISLES prints and by what appears on its disk, and between those signs by the time
 * that has passed, which the message calls an estimate. Never falls, and never reaches a sign that has not come.
 */
export class RunProgress {
  readonly #report: (progress: Progress) => void;
  readonly #task: Task;
  readonly #started = performance.now();
  #sign: { stage: StageId; message: string; from: number; to: number; seconds: number; since: number };
  #told = 0;
  #timer: NodeJS.Timeout | null = null;
  readonly #done = new Set<Member>();

  constructor(task: Task, report: (progress: Progress) => void) {
    this.#task = task;
    this.#report = report;
    this.#sign = { stage: 'prepare', message: '', from: 0, to: 0, seconds: 1, since: this.#started };
  }

  waiting(): void {
    this.#reach('wait', 'Waiting for the GPU: another run is using it', at.wait, at.wait, 1);
  }

  preparing(): void {
    this.#reach('prepare', 'Preparing the images', at.prepare, at.prepare, 1);
  }

  starting(message: string): void {
    this.#reach('models', message, at.start, at.models, 10);
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
    this.#timer.unref();
  }

  /** The models run once more: what was told of them counts no longer, but the figure does not fall. */
  again(message: string): void {
    this.#done.clear();
    this.#sign = { ...this.#sign, from: 0 };
    this.starting(message);
  }

  /** A line of the log. */
  line(line: string): void {
    if (/^Skull stripping/.test(line)) this.#reach('models', 'Skull stripping', at.start, at.models, 30);
    else if (/^Running SEALS/.test(line)) this.#models('Running the models', at.models);
    else if (/^Running Majority voting|^Returning results from/.test(line)) {
      this.#reach('vote', 'Combining the results', at.vote, at.collect, 5);
    } else if (/^(Finished|Results stored in): /.test(line)) this.collecting();
  }

  /** So many of SEALS' five folds have begun. */
  folds(count: number): void {
    const share = (count - 1) / 5 / this.#memberCount;
    this.#models(`SEALS: model ${count} of 5`, at.models + (at.vote - at.models) * share);
  }

  /** A model has written its mask. */
  finished(member: Member): void {
    this.#done.add(member);
    const share = this.#done.size / this.#memberCount;
    this.#models(
      `${this.#done.size} of ${this.#memberCount} models are done`,
      at.models + (at.vote - at.models) * share,
    );
  }

  collecting(): void {
    this.#reach('collect', 'Reading the mask', at.collect, at.collect, 1);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  get #memberCount(): number {
    return this.#task.mode === 'fast' ? 1 : 3;
  }

  #models(message: string, from: number): void {
    const usual = this.#task.mode === 'fast' ? 'fast' : this.#task.parallel ? 'parallel' : 'ensemble';
    this.#reach('models', message, from, at.vote, usualSeconds[usual]);
  }

  #reach(stage: StageId, message: string, from: number, to: number, seconds: number): void {
    // Models that run at the same time give their signs in any order.
    if (from < this.#sign.from) return;
    this.#sign = { stage, message, from, to, seconds, since: performance.now() };
    this.#tell(from, message);
  }

  #tick(): void {
    const { from, to, seconds, since, message } = this.#sign;
    const passed = (performance.now() - since) / 1000;
    const fraction = from + (to - from) * 0.95 * (1 - Math.exp(-passed / seconds));
    const whole = Math.round((performance.now() - this.#started) / 1000);
    this.#tell(fraction, `${message}, ${whole} s (progress estimated)`);
  }

  #tell(fraction: number, message: string): void {
    this.#told = Math.max(this.#told, fraction);
    this.#report({ stage: this.#sign.stage, fraction: this.#told, message });
  }
}
