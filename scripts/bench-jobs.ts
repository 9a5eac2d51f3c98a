/**
 * `npm run bench:jobs [-- --jobs N]`: what the queue costs by itself, with jobs that do nothing and results that are
 * kept nowhere: jobs a second, latency from submission to start, and how near to the ideal N slots drain a backlog.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Jobs, openJobs } from '@atoll/jobs/jobs';
import type { ResultStore } from '@atoll/jobs/result-store';
import type { JobHandler } from '@atoll/jobs/worker';
import { PostgresServer } from '../packages/jobs/test/postgres-server.ts';

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '2000' } } });
const total = Number(values.jobs);
const request = { caseId: 'tiny', engine: 'tiny', engineVersion: '1', preset: 'none', fastMode: true };

const nowhere: ResultStore = {
  put: async () => undefined,
  open: async () => null,
  names: async () => [],
  has: async () => false,
  delete: async () => undefined,
  async *list() {
    yield [];
  },
  freeBytes: async () => null,
};

/** Plays `run` on a fresh queue. @returns what it measured. */
async function on<Result>(
  databaseUrl: string | null,
  concurrency: number,
  handler: JobHandler,
  run: (jobs: Jobs) => Promise<Result>,
): Promise<Result> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
  const options = { dataDir, databaseUrl, concurrency, handler, results: nowhere };
  const jobs = await openJobs({ ...options, timeoutSeconds: 60, maxPending: 1_000_000 });
  try {
    return await run(jobs);
  } finally {
    await jobs.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function inParallel(count: number, lanes: number, task: () => Promise<unknown>): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await task();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Jobs a second from the first submission to the last end, all of it at the same time. */
async function throughput(url: string | null): Promise<{ perSecond: number; longestGapMs: number }> {
  let done = 0;
  const allDone = Promise.withResolvers<void>();
  const handler: JobHandler = async () => {
    if (++done === total) allDone.resolve();
    return new Map();
  };
  return on(url, 8, handler, async (jobs) => {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const start = performance.now();
    await inParallel(total, 16, () => jobs.submit(request, { force: true }));
    await allDone.promise;
    while ((await jobs.counts()).running > 0) await sleep(5);
    const perSecond = total / ((performance.now() - start) / 1000);
    return { perSecond, longestGapMs: delay.max / 1e6 };
  });
}

/** Milliseconds from a submission to the start of its work, on an idle queue. */
async function latency(url: string | null): Promise<{ p50: number; p95: number }> {
  const starts = new Map<string, number>();
  const handler: JobHandler = async ({ caseId }) => {
    starts.set(caseId, performance.now());
    return new Map();
  };
  return on(url, 1, handler, async (jobs) => {
    const waits: number[] = [];
    for (let round = 0; round < 100; round++) {
      const caseId = `case-${round}`;
      const sent = performance.now();
      const { jobId } = await jobs.submit({ ...request, caseId });
      while ((await jobs.get(jobId))?.status !== 'completed') await sleep(2);
      waits.push((starts.get(caseId) ?? 0) - sent);
      await sleep(20 * Math.random());
    }
    waits.sort((a, b) => a - b);
    return { p50: waits[50], p95: waits[95] };
  });
}

/** How long N slots take for a backlog of jobs that sleep, over the time that they would take without a queue. */
async function drain(url: string | null, slots: number): Promise<number> {
  const sleepMs = 100;
  const count = slots * 20;
  let begun = 0;
  let first = 0;
  let done = 0;
  const allDone = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const handler: JobHandler = async () => {
    await held.promise;
    if (begun++ === 0) first = performance.now();
    await sleep(sleepMs);
    if (++done === count) allDone.resolve();
    return new Map();
  };
  return on(url, slots, handler, async (jobs) => {
    await inParallel(count, 8, () => jobs.submit(request, { force: true }));
    held.resolve();
    await allDone.promise;
    return (performance.now() - first) / ((count / slots) * sleepMs);
  });
}

const server = await PostgresServer.start();
try {
  for (const name of ['PostgreSQL', 'PGlite'] as const) {
    const url = async () => (name === 'PostgreSQL' ? server.newDatabase() : null);
    const { perSecond, longestGapMs } = await throughput(await url());
    const { p50, p95 } = await latency(await url());
    const [two, eight] = [await drain(await url(), 2), await drain(await url(), 8)];
    console.log(
      [
        name,
        `  ${total} tiny jobs            ${perSecond.toFixed(0)} jobs/s (longest gap of the event loop ${longestGapMs.toFixed(0)} ms)`,
        `  submission to start        ${p50.toFixed(1)} ms (p50), ${p95.toFixed(1)} ms (p95)`,
        `  backlog over the ideal     ${two.toFixed(2)} on 2 slots, ${eight.toFixed(2)} on 8 slots`,
      ].join('\n'),
    );
  }
} finally {
  await server.stop();
}
