import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@atoll/contract/client';
import { z } from 'zod';
import { memory, type Subject } from './subject.ts';

const Figures = z.object({
  open: z.number(),
  resets: z.number(),
  statuses: z.record(z.string(), z.number()),
  asked: z.number(),
  p50: z.number().nullable(),
  p99: z.number().nullable(),
});

async function crowd(
  kind: 'streams' | 'pollers',
  count: number,
  subject: Subject,
  seconds: number,
  paths: string[],
) {
  const { hostname, port } = new URL(subject.url);
  const script = join(import.meta.dirname, 'crowd.ts');
  const args = [script, kind, String(count), hostname, port, String(seconds), paths.join(',')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  return { ended: ended.then(() => Figures.parse(JSON.parse(text))), isOver: () => child.exitCode !== null };
}

/** Asks /health again and again until the crowd has gone. @returns the 99th percentile, in milliseconds. */
async function watchHealth(subject: Subject, isOver: () => boolean): Promise<number> {
  const took: number[] = [];
  while (!isOver()) {
    const begun = performance.now();
    await fetch(`${subject.url}/health`).then((answer) => answer.arrayBuffer());
    took.push(performance.now() - begun);
    await sleep(50);
  }
  took.sort((a, b) => a - b);
  return took[Math.floor(took.length * 0.99)] ?? Number.NaN;
}

/** Jobs that wait for the sole worker, so that most listeners have nothing to hear. */
async function waitingJobs(subject: Subject, count: number): Promise<string[]> {
  const client = createClient(subject.url);
  const { case_id } = z.object({ case_id: z.string() }).parse(JSON.parse(subject.body));
  const jobs = await Promise.all(
    Array.from({ length: count }, () => client.segment({ case_id, force: true, priority: 'batch' })),
  );
  return jobs.map(({ jobId }) => `/api/jobs/${jobId}`);
}

/** Listeners and pollers in their thousands, while jobs run. Prints a line for each. */
export async function measureCrowds(subject: Subject, seconds: number): Promise<void> {
  const pid = subject.process.pid ?? 0;
  const paths = await waitingJobs(subject, 400);
  const streams = await crowd('streams', 5000, subject, seconds, paths);
  const health = await watchHealth(subject, streams.isOver);
  const peak = memory(pid).peak;
  const heard = await streams.ended;
  console.log(
    `5,000 event streams: ${heard.open} open, ${heard.resets} broken, answers ${JSON.stringify(heard.statuses)}; ` +
      `/health p99 ${health.toFixed(0)} ms; memory at its peak ${peak.toFixed(0)} MB`,
  );
  await sleep(3000);
  const pollers = await crowd('pollers', 10_000, subject, seconds, paths);
  const polled = await pollers.ended;
  const answers = JSON.stringify(polled.statuses);
  console.log(
    `10,000 pollers every 2 s: ${polled.resets} broken, answers ${answers}; ` +
      `p50 ${polled.p50?.toFixed(0)} ms, p99 ${polled.p99?.toFixed(0)} ms; memory ${memory(pid).now.toFixed(0)} MB`,
  );
  await sleep(5000);
  console.log(`memory 5 s after the crowds: ${memory(pid).now.toFixed(0)} MB`);
}
