import { mayPass } from '@atoll/errors/catalogue';
import { asAtollError } from '@atoll/errors/error';
import type { Jobs } from '@atoll/jobs/jobs';
import type { ReceivedStudy, StudyState } from '@atoll/jobs/received-study';
import type { StudyTable } from '@atoll/jobs/study-table';
import type { Store } from '@atoll/store/store';
import { sweepLaidOut } from './study-files.ts';
import { type StudyWorkParts, takeStep } from './study-work.ts';

export type RoundsParts = {
  readonly work: StudyWorkParts;
  readonly studies: StudyTable;
  readonly watch: Jobs['watch'];
  readonly files: () => Promise<Store>;
  /** Whether other processes work on the same studies. */
  readonly isShared: boolean;
  /** How long files are kept after the last of a study has come; null for ever. */
  readonly keepSeconds: number | null;
  /** Told what a study has come to, for the log; it names nobody. */
  readonly onStep: (step: {
    readonly from: StudyState;
    readonly to: StudyState;
    readonly code?: string;
  }) => void;
  readonly onError: (thrown: unknown) => void;
};

/** Who takes up a study keeps it for so long without a sign of life. */
const holdSeconds = 60;
const signOfLifeMs = 15_000;
/** Studies that one process works on at a time; each may hold the images of a case. */
const lanes = 2;
const lookEveryMs = 1000;
/** Tries of one step, killed ones included. */
const mostTries = 8;
const longestWaitSeconds = 900;
const sweepEveryMs = 10 * 60_000;
/** What is young may be another process’s that is just writing. */
const strayMs = 2 * 3600_000;
const asideMs = 30 * 86_400_000;
const sweepBatch = 50;

/** Looks for studies with which something is to be done, and does it. Any number of processes may. */
export class StudyRounds {
  readonly #parts: RoundsParts;
  readonly #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  readonly #pauses = new Set<() => void>();
  #forgetWatch: () => void = () => undefined;

  constructor(parts: RoundsParts) {
    this.#parts = parts;
  }

  start(): void {
    const { studies, watch, work, isShared, onError } = this.#parts;
    this.#forgetWatch = watch((change) => {
      const isEnd = change !== null && !['pending', 'running'].includes(change.status);
      if (isEnd) studies.hurry(change.jobId).then(() => this.#wake(), onError);
    });
    const swept = sweepLaidOut(work.scratch, isShared ? strayMs : 0).catch(onError);
    this.#running = swept.then(() =>
      Promise.all([...Array.from({ length: lanes }, () => this.#lane()), this.#sweeps()]),
    );
  }

  /** Lets go of what is under way, at once: it goes on with the next start. */
  async stop(): Promise<void> {
    this.#forgetWatch();
    this.#stop.abort();
    this.#wake();
    await this.#running;
  }

  async #lane(): Promise<void> {
    const { studies, onError } = this.#parts;
    while (!this.#stop.signal.aborted) {
      const study = await studies.claim(holdSeconds).catch((thrown: unknown) => {
        onError(thrown);
        return null;
      });
      if (study === null) await this.#pause(lookEveryMs);
      else await this.#attend(study).catch(onError);
    }
  }

  async #attend(study: ReceivedStudy): Promise<void> {
    const { studies, work, onStep, onError } = this.#parts;
    const lost = new AbortController();
    const timer = setInterval(() => {
      studies.hold(study, holdSeconds).then((isHeld) => {
        // Something new has come, or somebody else has taken it up.
        if (!isHeld) lost.abort();
      }, onError);
    }, signOfLifeMs);
    const signal = AbortSignal.any([this.#stop.signal, lost.signal]);
    try {
      if (study.attempts > mostTries) {
        // It takes its process down again and again, or never succeeds.
        await studies.settle(study, { state: 'failed', dueInSeconds: null });
        onStep({ from: study.state, to: 'failed', code: study.errorCode ?? 'INTERNAL' });
        return;
      }
      const change = await takeStep(study, work, signal);
      const isSettled = await studies.settle(study, change);
      const to = change.state ?? study.state;
      if (isSettled && to !== study.state) {
        onStep({ from: study.state, to, ...(change.errorCode == null ? {} : { code: change.errorCode }) });
      }
    } catch (thrown) {
      if (signal.aborted) {
        // Broken off, not failed.
        await studies.settle(study, { attempts: Math.max(0, study.attempts - 1), dueInSeconds: 0 });
        return;
      }
      const error = asAtollError(thrown);
      if (error.status >= 500 && !mayPass(error.code)) onError(thrown);
      const isOver = !(mayPass(error.code) || error.code === 'INTERNAL');
      const wait = Math.min(longestWaitSeconds, 5 * 2 ** study.attempts);
      await studies.settle(study, {
        ...(isOver ? { state: 'failed' } : {}),
        errorCode: error.code,
        dueInSeconds: isOver ? null : wait,
      });
      if (isOver) onStep({ from: study.state, to: 'failed', code: error.code });
    } finally {
      clearInterval(timer);
    }
  }

  async #sweeps(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#sweep().catch(this.#parts.onError);
      await this.#pause(sweepEveryMs);
    }
  }

  /** Removes what is past its time, and files that a killed process left without a word of them. */
  async #sweep(): Promise<void> {
    const { studies, keepSeconds } = this.#parts;
    const files = await this.#parts.files();
    if (keepSeconds !== null) {
      for (;;) {
        const { studies: gone, fileIds } = await studies.forget(
          new Date(Date.now() - 1000 * keepSeconds),
          sweepBatch,
        );
        for (const id of fileIds) await files.delete(id);
        if (gone < sweepBatch || this.#stop.signal.aborted) break;
      }
    }
    for await (const some of files.list()) {
      if (this.#stop.signal.aborted) return;
      const old = some.filter(({ usedAt }) => Date.now() - usedAt.getTime() > strayMs).map(({ id }) => id);
      const keepers = await studies.keepers(old);
      // Put aside first, as results are: the database may be the wrong one.
      for (const id of old) if (!keepers.has(id)) await files.setAside(id);
    }
    for (const { id, since } of await files.aside()) {
      if ((await studies.keepers([id])).has(id)) await files.bringBack(id);
      else if (Date.now() - since.getTime() > asideMs) await files.delete(id);
    }
  }

  #wake(): void {
    for (const end of this.#pauses) end();
  }

  /** Until so long has passed, or something wakes it. */
  async #pause(ms: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    timer.unref();
    this.#pauses.add(resolve);
    await promise;
    this.#pauses.delete(resolve);
    clearTimeout(timer);
  }
}
