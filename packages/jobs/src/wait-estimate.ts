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
 * @returns null when the job does not wait.
 */
export function estimateWait({ jobs, slots, meanRunSeconds }: Line, jobId: string, now: Date): Wait | null {
  const waiting = jobs.filter(({ status }) => status === 'pending');
  const ahead = waiting.findIndex((job) => job.jobId === jobId);
  if (ahead === -1) return null;
  const running = jobs.filter(({ status }) => status === 'running');
  const concerned = [...running, ...waiting.slice(0, ahead)];
  if (slots === 0 || concerned.some(({ engine }) => !meanRunSeconds.has(engine))) {
    return { ahead, seconds: concerned.length < slots ? 0 : null };
  }
  const mean = (engine: string) => Math.max(0, meanRunSeconds.get(engine) ?? 0);
  const free = running.map(({ engine, startedAt }) => {
    const elapsed = startedAt === null ? 0 : Math.max(0, (now.getTime() - startedAt.getTime()) / 1000);
    return Math.max(0, mean(engine) - elapsed);
  });
  while (free.length < slots) free.push(0);
  for (const { engine } of waiting.slice(0, ahead)) {
    free.sort((a, b) => a - b);
    free[0] += mean(engine);
  }
  return { ahead, seconds: Math.min(...free) };
}
