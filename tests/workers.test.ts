import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@atoll/contract/client';
import type { Job } from '@atoll/contract/jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresServer } from '../packages/jobs/test/postgres-server.ts';
import { startS3Server } from '../packages/store/test/s3-server.ts';

const atoll = join(import.meta.dirname, '../packages/cli/bin/atoll.js');
const dataDir = mkdtempSync(join(tmpdir(), 'atoll-worker-'));
let server: PostgresServer;
let env: Record<string, string>;
const children: ChildProcess[] = [];

beforeAll(async () => {
  server = await PostgresServer.start();
  env = { ATOLL_DATA_DIR: dataDir, ATOLL_DATABASE_URL: await server.newDatabase(), ATOLL_LOG_LEVEL: 'error' };
}, 300_000);

afterAll(async () => {
  for (const child of children) await ended(child, 'SIGKILL');
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Starts the real program and waits for its first line. */
async function start(
  args: string[],
  more: Record<string, string> = {},
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [atoll, ...args], {
    env: { ...process.env, ...env, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [chunk] = await once(child.stdout, 'data');
  return { child, line: String(chunk) };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, 'exit');
  }
  return child.exitCode;
}

describe('atoll serve without workers, and atoll worker', () => {
  it('share one queue: a killed worker’s job is done by another, and a stopped one’s at once', async () => {
    const { line } = await start(['serve', '--port', '0', '--workers', '0']);
    const client = createClient(/http:\S+/.exec(line)?.[0] ?? '');
    const until = async (jobId: string, wanted: (job: Job) => boolean): Promise<Job> => {
      for (;;) {
        const job = await client.getJob(jobId);
        if (wanted(job)) return job;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const submit = async () => (await client.segment({ case_id: 'phantom-pons' })).jobId;
    const first = await submit();
    expect((await client.getJob(first)).status).toBe('pending');

    const killed = await start(['worker']);
    expect(killed.line).toContain('one job at a time');
    await until(first, ({ status }) => status === 'running');
    await ended(killed.child, 'SIGKILL');
    const second = await start(['worker', '--workers', '2']);
    const next = await submit();
    await until(next, ({ status }) => status === 'running');
    expect(await ended(second.child, 'SIGTERM')).toBe(0);
    expect((await client.getJob(next)).status).toBe('pending');

    await start(['worker']);
    for (const jobId of [first, next]) {
      const job = await until(jobId, ({ status }) => status === 'completed');
      expect(job.result?.diceScore).toBeGreaterThan(0.8);
    }
  }, 180_000);

  it('need no common folder when a bucket holds the results', async () => {
    const s3 = await startS3Server();
    const folders = ['api', 'worker'].map((name) => mkdtempSync(join(tmpdir(), `atoll-${name}-`)));
    const shared = {
      ATOLL_DATABASE_URL: await server.newDatabase(),
      ATOLL_S3_ENDPOINT: s3.options.endpoint,
      ATOLL_S3_ACCESS_KEY_ID: s3.options.accessKeyId,
      ATOLL_S3_SECRET_ACCESS_KEY: s3.options.secretAccessKey,
    };
    const api = await start(['serve', '--port', '0', '--workers', '0'], {
      ...shared,
      ATOLL_DATA_DIR: folders[0],
    });
    await start(['worker'], { ...shared, ATOLL_DATA_DIR: folders[1] });
    const client = createClient(/http:\S+/.exec(api.line)?.[0] ?? '');
    const done = async (jobId: string) => {
      let job = await client.getJob(jobId);
      while (job.status === 'pending' || job.status === 'running') {
        await new Promise((resolve) => setTimeout(resolve, 100));
        job = await client.getJob(jobId);
      }
      return job;
    };
    const { jobId } = await client.segment({ case_id: 'phantom-pons' });
    const job = await done(jobId);
    expect(job.status).toBe('completed');
    const mask = await fetch(job.result?.predictionUrl ?? '');
    expect(new Uint8Array(await mask.arrayBuffer()).subarray(0, 2)).toEqual(new Uint8Array([0x1f, 0x8b]));

    // An uploaded case to the one is read by the other.
    const { imageUrls } = await client.getCase('phantom-pons');
    const image = async (url: string | undefined) => (await fetch(url ?? '')).blob();
    const files = {
      dwi: await image(imageUrls.dwi),
      adc: await image(imageUrls.adc),
      reference: await image(imageUrls.reference),
    };
    const { caseId } = await client.addCase({ files });
    expect(readdirSync(join(folders[0], 'uploads'), { recursive: true })).toEqual(['scratch']);
    const brought = await client.segment({ case_id: caseId });
    const again = await done(brought.jobId);
    expect(again.result?.diceScore).toBeGreaterThan(0.8);
    await client.removeCase(caseId);
    await expect(client.getCase(caseId)).rejects.toMatchObject({ status: 404 });
    await expect(client.getJob(brought.jobId)).rejects.toMatchObject({ status: 404 });
    for (const folder of folders) rmSync(folder, { recursive: true });
    await s3.stop();
  }, 180_000);
});
