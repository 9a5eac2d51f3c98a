import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, it } from 'vitest';

/** The service as a process: what it prints, what signals do, and what keeps it from starting. */

const script = fileURLToPath(new URL('../test/serve.ts', import.meta.url));
const children: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'atoll-process-'));
/** One for all tests: making a database takes much longer than opening it. */
const dataDir = join(folder, 'data');

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

function serve(env: Record<string, string>) {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, ATOLL_PORT: '0', ATOLL_LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const ended = once(child, 'exit').then(([code]) => code);
  return { child, ended, stdout: text(child.stdout), stderr: text(child.stderr) };
}

async function untilReady(child: ChildProcess): Promise<string> {
  const [line] = await once(child.stdout ?? child, 'data');
  return String(line).trim().split(' ').at(-1) ?? '';
}

it('says in one line where it is, and stops cleanly when asked to', async () => {
  const { child, ended, stdout, stderr } = serve({ ATOLL_DATA_DIR: dataDir });
  const url = await untilReady(child);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await stdout).toBe(`Atoll is ready at ${url}\n`);
  expect(url).toMatch(/^http:\/\/localhost:\d+$/);
  for (const line of (await stderr).trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
});

it('does not start twice on one data folder, nor on a port that is taken', async () => {
  const first = serve({ ATOLL_DATA_DIR: dataDir });
  const url = await untilReady(first.child);
  const sameFolder = serve({ ATOLL_DATA_DIR: dataDir });
  const samePort = serve({ ATOLL_DATA_DIR: join(folder, 'other'), ATOLL_PORT: new URL(url).port });
  // It listens before it opens its data, and has said so by then.
  const saidLast = (await sameFolder.stderr).trim().split('\n').at(-1);
  expect([await sameFolder.ended, saidLast]).toEqual([1, 'DATA_DIR_LOCKED']);
  expect([await samePort.ended, await samePort.stderr]).toEqual([1, 'PORT_IN_USE\n']);
  // Neither has harmed the one that runs.
  expect((await fetch(`${url}/health`)).status).toBe(200);
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
});

it.runIf(process.platform === 'linux')(
  'takes less than 350 MB for an ordinary start, at its peak',
  async () => {
    const { child, ended } = serve({ ATOLL_DATA_DIR: dataDir });
    const url = await untilReady(child);
    for (let request = 0; request < 200; request++) expect((await fetch(`${url}/ready`)).status).toBe(200);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    expect(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024).toBeLessThan(350);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  },
);

it('says which setting is wrong instead of starting', async () => {
  const wrong = [{ ATOLL_ENGINE: 'magic' }, { ATOLL_PORT: 'http' }, { ATOLL_HOST: '192.0.2.1' }];
  for (const env of wrong) {
    const { ended, stderr } = serve({ ATOLL_DATA_DIR: join(folder, 'other'), ...env });
    expect([env, await ended, await stderr]).toEqual([env, 1, 'SETTINGS_INVALID\n']);
  }
});
