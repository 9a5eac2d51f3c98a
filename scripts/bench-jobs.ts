/**
 * `npm run bench:jobs [-- --jobs N]`: what the queue costs by itself, with jobs that do nothing and results that are
 * kept nowhere: jobs a second, latency from submission to start, and how near to the ideal N slots drain a backlog.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Jobs } from '@atoll/jobs/jobs';
import { openJobs } from '@atoll/jobs/open-jobs';
import type { JobHandler } from '@atoll/jobs/worker';
import type { Store } from '@atoll/store/store';
import { PostgresServer } from '../packages/jobs/test/postgres-server.ts';

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '2000' } } });
const total = Number(values.jobs);
const request = {
  caseId: 'tiny',
  engine: 'tiny',
  engineVersion: '1',
  preset: 'none',
  options: [],
};

const nowhere: Store = {
  put: async () => undefined,
  open: async () => null,
  names: async () => [],
  has: async () => false,
  delete: async () => undefined,
  async *list() {
    yield [];
  },
  touch: async () => undefined,
  usedAt: async () => null,
  freeBytes: async () => null,
  setAside: async () => undefined,
  aside: async () => [],
  bringBack: async () => undefined,
  owner: async () => null,
  setOwner: async () => undefined,
};

type Counter = { readonly handler: JobHandler; readonly done: Promise<void> };

/** Work that is none, and word when it was done so many times. @param held none begins before. */
function countTo(count: number, held: Promise<void> = Promise.resolve()): Counter {
  const all = Promise.withResolvers<void>();
  let done = 0;
  const handler: JobHandler = async () => {
    await held;
    if (++done === count) all.resolve();
    return new Map();
  };
  return { handler, done: all.promise };
}

/** Plays `run` on a fresh queue. @returns what it measured. */
async function on<Result>(
  databaseUrl: string | null,
  concurrency: number,
  { handler, done }: Counter,
  run: (jobs: Jobs, done: Promise<void>, dataDir: string) => Promise<Result>,
): Promise<Result> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
  const options = { dataDir, databaseUrl, concurrency, handler, results: nowhere };
  const jobs = await openJobs({ ...options, timeoutSeconds: 60, maxPending: 1_000_000 });
  try {
    return await run(jobs, done, dataDir);
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

type Throughput = {
  submitted: number;
  workedOff: number;
  together: number;
  longestGapMs: number;
  logMegabytes: number;
};

/** Size of the embedded database's write-ahead log; 0 where there is none. */
function logSize(dataDir: string): number {
  const folder = join(dataDir, 'db', 'pg_wal');
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder).map((name) => statSync(join(folder, name)));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0) / 1e6;
}

/** Jobs a second: submitted alone, worked off alone, and both at the same time, all on this one machine. */
async function throughput(url: () => Promise<string | null>): Promise<Throughput> {
  const submitAll = (jobs: Jobs) => inParallel(total, 16, () => jobs.submit(request, { force: true }));
  const held = Promise.withResolvers<void>();
  const one = await on(await url(), 8, countTo(total, held.promise), async (jobs, done) => {
    const start = performance.now();
    await submitAll(jobs);
    const between = performance.now();
    held.resolve();
    await done;
    return { submitted: perSecond(between - start), workedOff: perSecond(performance.now() - between) };
  });
  const both = await on(await url(), 8, countTo(total), async (jobs, done, dataDir) => {
    const start = performance.now();
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    await submitAll(jobs);
    await done;
    return {
      together: perSecond(performance.now() - start),
      longestGapMs: delay.max / 1e6,
      logMegabytes: logSize(dataDir),
    };
  });
  return { ...one, ...both };
}

const perSecond = (elapsedMs: number) => total / (elapsedMs / 1000);

/** Milliseconds from a submission to the start of its work, on an idle queue. */
async function latency(url: string | null): Promise<{ p50: number; p95: number }> {
  const starts = new Map<string, number>();
  const handler: JobHandler = async ({ caseId }) => {
    starts.set(caseId, performance.now());
    return new Map();
  };
  return on(url, 1, { handler, done: Promise.resolve() }, async (jobs) => {
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
  return on(url, slots, { handler, done: allDone.promise }, async (jobs, all) => {
    await inParallel(count, 8, () => jobs.submit(request, { force: true }));
    held.resolve();
    await all;
    return (performance.now() - first) / ((count / slots) * sleepMs);
  });
}

const server = await PostgresServer.start();
try {
  for (const name of ['PostgreSQL', 'PGlite'] as const) {
    const url = async () => (name === 'PostgreSQL' ? server.newDatabase() : null);
    const { submitted, workedOff, together, longestGapMs, logMegabytes } = await throughput(url);
    const { p50, p95 } = await latency(await url());
    const [two, eight] = [await drain(await url(), 2), await drain(await url(), 8)];
    console.log(
      [
        name,
        `  ${total} tiny jobs, per second  ${submitted.toFixed(0)} submitted, ${workedOff.toFixed(0)} worked off, ${together.toFixed(0)} both at once`,
        `  longest gap, event loop    ${longestGapMs.toFixed(0)} ms`,
        ...(logMegabytes > 0 ? [`  write-ahead log            ${logMegabytes.toFixed(0)} MB`] : []),
        `  submission to start        ${p50.toFixed(1)} ms (p50), ${p95.toFixed(1)} ms (p95)`,
        `  backlog over the ideal     ${two.toFixed(2)} on 2 slots, ${eight.toFixed(2)} on 8 slots`,
      ].join('\n'),
    );
  }
} finally {
  await server.stop();
}
