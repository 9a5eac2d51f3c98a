import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A service of its own on loopback, in a process of its own, with nothing in it. */
export type LoopbackServer = { readonly url: string; isAlive(): Promise<boolean>; stop(): Promise<void> };

/** @param env settings of its own. */
export async function startLoopbackServer(
  env: Readonly<Record<string, string>> = {},
): Promise<LoopbackServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atoll-attacked-'));
  const child = spawn(
    process.execPath,
    [join(root, 'packages/cli/bin/atoll.js'), 'serve', '--port', env.ATOLL_PORT ?? '0'],
    {
      env: {
        ...process.env,
        ATOLL_DATA_DIR: dataDir,
        ATOLL_RATE_LIMIT_PER_MINUTE: '0',
        ATOLL_MAX_PENDING_JOBS_PER_CLIENT: '100',
        ATOLL_LOG_LEVEL: 'fatal',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const url = await new Promise<string>((ready, failed) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      const [, found] = /ready at (\S+)/.exec(text) ?? [];
      if (found !== undefined) ready(found);
    });
    child.once('exit', (code) => failed(new Error(`The service ended with ${code}.`)));
  });
  return {
    url,
    isAlive: async () => child.exitCode === null && (await fetch(`${url}/health`)).ok,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
