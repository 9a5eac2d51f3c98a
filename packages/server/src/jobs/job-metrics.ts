import { hasEnded } from '@atoll/jobs/job';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JobDesk } from '../parts.ts';

/** From an instant to an hour: the embedded engine takes about a second, an ensemble on a GPU minutes. */
const seconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

/** The figures of a process, counted from here on until `stop`. */
export type Metrics = { readonly registry: Registry; readonly stop: () => void };

export function countMetrics(jobs: JobDesk): Metrics {
  const registry = new Registry();
  // Among them nodejs_eventloop_lag_*: how long a request may wait for this process.
  collectDefaultMetrics({ register: registry });
  addQueueMetrics(registry, jobs);
  return { registry, stop: countEnds(registry, jobs) };
}

function addQueueMetrics(registry: Registry, jobs: JobDesk): void {
  new Gauge({
    name: 'atoll_jobs',
    help: 'Jobs waiting or running now, by engine.',
    labelNames: ['engine', 'status'],
    registers: [registry],
    async collect() {
      this.reset();
      // A queue that does not answer has no figures; /ready says so.
      for (const { engine, status, total } of await jobs.depth().catch(() => [])) {
        this.set({ engine, status }, total);
      }
    },
  });
  new Gauge({
    name: 'atoll_worker_slots',
    help: 'Jobs that can run in parallel in all processes that share the queue.',
    registers: [registry],
    async collect() {
      this.set(await jobs.slots().catch(() => 0));
    },
  });
}

/** @returns a function that ends the counting. */
function countEnds(registry: Registry, jobs: JobDesk): () => void {
  const ended = new Counter({
    name: 'atoll_jobs_ended_total',
    help: 'Jobs finished since this process started, by engine and outcome.',
    labelNames: ['engine', 'outcome'],
    registers: [registry],
  });
  const waits = new Histogram({
    name: 'atoll_job_wait_seconds',
    help: 'From the submission of a job to its first start.',
    labelNames: ['engine'],
    buckets: seconds,
    registers: [registry],
  });
  const runs = new Histogram({
    name: 'atoll_job_run_seconds',
    help: 'From the first start of a job to its end.',
    labelNames: ['engine', 'outcome'],
    buckets: seconds,
    registers: [registry],
  });
  const count = async (jobId: string) => {
    const job = await jobs.get(jobId);
    if (job === null || job.finishedAt === null) return;
    const { engine, status: outcome, createdAt, startedAt, finishedAt } = job;
    ended.inc({ engine, outcome });
    if (startedAt === null) return;
    waits.observe({ engine }, (startedAt.getTime() - createdAt.getTime()) / 1000);
    runs.observe({ engine, outcome }, (finishedAt.getTime() - startedAt.getTime()) / 1000);
  };
  return jobs.watch((change) => {
    if (change === null || !hasEnded(change.status)) return;
    // A figure that is missed is no fault worth a line.
    count(change.jobId).catch(() => undefined);
  });
}
