import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@atoll/contract/client';
import type { Job } from '@atoll/contract/jobs';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAtoll } from '../packages/cli/test/run-atoll.ts';

/** Uploaded cases to the real program: by HTTP, by the command line, and through a crash. */

const folder = mkdtempSync(join(tmpdir(), 'atoll-brought-'));
const dataDir = join(folder, 'data');
const env = { ATOLL_DATA_DIR: dataDir, ATOLL_LOG_LEVEL: 'error' };
const atoll = join(import.meta.dirname, '../packages/cli/bin/atoll.js');
/** For what comes about in its own time, on a machine that has much to do. */
const patience = { timeout: 20_000 };
let child: ChildProcess;
let url: string;
let client: Client;

async function start(): Promise<void> {
  child = spawn(process.execPath, [atoll, 'serve', '--port', '0'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = child.stdout === null ? [''] : await once(child.stdout, 'data');
  url = /http:\S+/.exec(String(line))?.[0] ?? '';
  client = createClient(url);
}

async function end(signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, 'exit');
}

/** The images of a phantom as files of a user, by role. */
async function phantom(caseId: string) {
  const { imageUrls } = await client.getCase(caseId);
  const paths: Record<string, string> = {};
  for (const role of ['dwi', 'adc', 'reference'] as const) {
    paths[role] = join(folder, `${caseId}_${role}.nii.gz`);
    const image = await fetch(imageUrls[role] ?? '');
    writeFileSync(paths[role], new Uint8Array(await image.arrayBuffer()));
  }
  return paths;
}

async function run(caseId: string): Promise<Job> {
  const { jobId } = await client.segment({ case_id: caseId });
  for (;;) {
    const job = await client.getJob(jobId);
    if (job.status !== 'pending' && job.status !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const argumentsOf = (paths: Record<string, string>) =>
  Object.entries(paths).flatMap(([role, path]) => [`--${role}`, path]);

beforeAll(start);
afterAll(async () => {
  if (child.exitCode === null) await end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

describe('atoll cases add', () => {
  it('brings a case to a server that runs on the same data folder, and its lesion stays on its side', async () => {
    const added = await runAtoll(
      ['cases', 'add', ...argumentsOf(await phantom('phantom-large-left')), '--json'],
      {
        env,
      },
    );
    expect([added.code, added.stderr]).toEqual([0, '']);
    const { caseId, pageUrl } = JSON.parse(added.stdout);
    expect(pageUrl).toBe(`http://localhost:7860/?case=${caseId}`);
    const { result } = await run(caseId);
    expect(result?.diceScore).toBeGreaterThan(0.8);
    expect(result?.report.lesions[0].side).toBe('left');
    expect((await client.listCases()).cases).not.toContain(caseId);
    // Its results belong to the process that has the database.
    const locked = await runAtoll(['cases', 'remove', caseId], { env });
    expect([locked.code, locked.stderr]).toEqual([1, expect.stringContaining('DATA_DIR_LOCKED')]);
    const removed = await runAtoll(['cases', 'remove', caseId, '--server', url], { env });
    expect([removed.code, removed.stderr]).toEqual([0, '']);
    expect((await fetch(result?.predictionUrl ?? '')).status).toBe(404);
    const gone = await runAtoll(['cases', 'remove', caseId, '--server', url], { env });
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('[CASE_NOT_FOUND]')]);
  });

  it('brings a case to a server elsewhere, an oblique one too', async () => {
    const paths = await phantom('phantom-oblique-right');
    const args = ['cases', 'add', ...argumentsOf(paths), '--title', 'From afar', '--server', url];
    const added = await runAtoll(args, { env: { ATOLL_DATA_DIR: join(folder, 'elsewhere') } });
    expect([added.code, added.stderr]).toEqual([0, '']);
    const [caseId, pageUrl] = added.stdout.split('\n');
    expect(pageUrl).toBe(`${url}/?case=${caseId}`);
    expect(await client.getCase(caseId)).toMatchObject({ title: 'From afar', isUpload: true });
    const { result, expiresAt } = await run(caseId);
    expect(result?.report.lesions[0].side).toBe('right');
    expect(result?.diceScore).toBeGreaterThan(0.8);
    // It stays as long as its result.
    expect((await client.getCase(caseId)).expiresAt).toBe(expiresAt);
    await client.removeCase(caseId);
  });

  it('says what is wrong with what it was given', async () => {
    writeFileSync(join(folder, 'text.nii'), 'no image');
    const text = ['--dwi', join(folder, 'text.nii'), '--adc', join(folder, 'text.nii')];
    const noImage = await runAtoll(['cases', 'add', ...text], { env });
    expect([noImage.code, noImage.stderr]).toEqual([1, expect.stringContaining('[UPLOAD_TYPE_UNSUPPORTED]')]);
    const nowhere = await runAtoll(['cases', 'remove', 'u-x', '--server', 'http://127.0.0.1:1'], { env });
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('[SERVER_UNREACHABLE]')]);
  });
});

describe('a server that is killed', () => {
  it('while a case is uploaded leaves nothing of it, and keeps what was uploaded in pieces', async () => {
    const sending = request(`${url}/api/cases`, {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data; boundary=b', 'Content-Length': 1_000_000 },
    });
    sending.on('error', () => undefined);
    sending.write('--b\r\nContent-Disposition: form-data; name="dwi"; filename="d.nii"\r\n\r\n');
    sending.write('x'.repeat(100_000));
    const scratch = join(dataDir, 'uploads/scratch');
    await expect.poll(() => readdirSync(scratch, { recursive: true }).length, patience).toBe(2);

    const { imageUrls } = await client.getCase('phantom-pons');
    const bytes = Buffer.from(await (await fetch(imageUrls.dwi ?? '')).arrayBuffer());
    const half = bytes.length >> 1;
    const headers = { 'Tus-Resumable': '1.0.0' };
    const begun = await fetch(`${url}/api/uploads`, {
      method: 'POST',
      headers: { ...headers, 'Upload-Length': String(bytes.length) },
    });
    const id = begun.headers.get('location')?.split('/').at(-1) ?? '';
    await fetch(`${url}/api/uploads/${id}`, {
      method: 'PATCH',
      headers: { ...headers, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' },
      body: new Uint8Array(bytes.subarray(0, half)),
    });
    await end('SIGKILL');
    await start();
    expect(readdirSync(scratch)).toEqual([]);
    const offsets: number[] = [];
    await new Promise<void>((resolve, reject) => {
      new Upload(bytes, {
        uploadUrl: `${url}/api/uploads/${id}`,
        onProgress: (sent) => offsets.push(sent),
        onSuccess: () => resolve(),
        onError: reject,
      }).start();
    });
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(half);
    await expect(client.addCaseOfUploads({ files: [{ upload: id, role: 'dwi' }] })).rejects.toMatchObject({
      problem: { code: 'CASE_IMAGES_MISSING' },
    });
  });
});
