import type { Job } from './job.ts';

/** Where a job waits. */
export type Wait = {
  /** Jobs that get their turn before it. */
  readonly ahead: number;
  /** null when nothing was measured yet, or nobody works. */
  readonly seconds: number | null;
};

export type Line = {
  /** All that run or wait, in the order of their turns. */
  readonly jobs: readonly Pick<Job, 'jobId' | 'status' | 'engine' | 'startedAt'>[];
  /** Jobs that can run at once. */
  readonly slots: number;
  /** Measured mean run time by engine, in seconds. */
  readonly meanRunSeconds: ReadonlyMap<string, number>;
};

/**
 * Plays the line through on its slots, each job taking the measured mean of its engine.
 * @returns where each waiting job stands, by its id.
 */
export function estimateWaits({ jobs, slots, meanRunSeconds }: Line, now: Date): Map<string, Wait> {
  const running = jobs.filter(({ status }) => status === 'running');
  const free = running.map(({ engine, startedAt }) => {
    const elapsed = startedAt === null ? 0 : Math.max(0, (now.getTime() - startedAt.getTime()) / 1000);
    return Math.max(0, (meanRunSeconds.get(engine) ?? 0) - elapsed);
  });
  while (free.length < slots) free.push(0);
  free.sort((a, b) => a - b);
  const isMeasured = ({ engine }: { readonly engine: string }) => meanRunSeconds.has(engine);
  let measured = slots > 0 && running.every(isMeasured);
  const waits = new Map<string, Wait>();
  for (const job of jobs) {
    if (job.status !== 'pending') continue;
    const ahead = waits.size;
    const unmeasured = running.length + ahead < slots ? 0 : null;
    waits.set(job.jobId, { ahead, seconds: measured ? free[0] : unmeasured });
    measured &&= isMeasured(job);
    if (measured) take(free, meanRunSeconds.get(job.engine) ?? 0);
  }
  return waits;
}

/** Gives the slot that is free first so much more to do; the slots stay in the order in which they get free. */
function take(free: number[], seconds: number): void {
  const until = free[0] + seconds;
  let at = 0;
  for (; at + 1 < free.length && free[at + 1] < until; at++) free[at] = free[at + 1];
  free[at] = until;
}
