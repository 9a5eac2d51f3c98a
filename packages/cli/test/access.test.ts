import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSecret } from '@atoll/access/secret';
import { readSettings } from '@atoll/instance/settings';
import { type RunningServer, startServer } from '@atoll/server/start';
import { afterAll, describe, expect, it } from 'vitest';
import { runAtoll } from './run-atoll.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'atoll-tokens-'));
const env = { ATOLL_DATA_DIR: dataDir, ATOLL_AUTH: 'proxy', ATOLL_TRUSTED_PROXIES: 'loopback' };
let running: RunningServer | null = null;

afterAll(async () => {
  await running?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('atoll token and atoll audit', () => {
  it('make the first token before the server runs, and go through it with that one from then on', async () => {
    const all = ['--role', 'admin', '--scope', 'read,run,review,admin'];
    const first = await runAtoll(['token', 'add', '--user', 'root', '--label', 'setup', ...all], { env });
    expect(first.code).toBe(0);
    const ATOLL_TOKEN = first.stdout.trim();
    expect(isSecret('token', ATOLL_TOKEN)).toBe(true);
    expect(first.stderr).toContain('not shown again');

    running = await startServer(readSettings({ ...env, ATOLL_PORT: '0', ATOLL_LOG_LEVEL: 'silent' }));
    const there = ['--server', running.url];
    const locked = await runAtoll(['token', 'list'], { env });
    expect(locked.stderr).toContain('DATA_DIR_LOCKED');
    const signed = { env: { ...env, ATOLL_TOKEN } };
    const stranger = await runAtoll(['token', 'list', ...there], { env });
    expect([stranger.code, stranger.stderr]).toEqual([1, expect.stringContaining('SIGN_IN_NEEDED')]);

    const added = await runAtoll(
      ['token', 'add', '--user', 'jane', '--label', 'nightly', '--days', '1', ...there],
      signed,
    );
    const janes = added.stdout.trim();
    const cases = await fetch(`${running.url}/api/cases`, { headers: { authorization: `Bearer ${janes}` } });
    expect(cases.status).toBe(200);
    const listed = await runAtoll(['token', 'list', ...there], signed);
    expect(listed.stdout).toMatch(/\tjane\treader\tread,run\tuntil \d{4}-\d\d-\d\d\tnightly\n/);
    expect(listed.stdout).not.toContain(janes);
    const [id] = listed.stdout
      .split('\n')
      .filter((line) => line.includes('jane'))[0]
      .split('\t');

    const revoked = await runAtoll(['token', 'revoke', id, ...there], signed);
    expect([revoked.code, revoked.stdout]).toEqual([0, 'The token was revoked.\n']);
    const again = await fetch(`${running.url}/api/cases`, { headers: { authorization: `Bearer ${janes}` } });
    expect(again.status).toBe(401);

    await running.close();
    running = null;
    const log = await runAtoll(['audit', '--since', '1d', '--json'], { env });
    const actions = log.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(actions.map(({ who, action, subject }) => [who, action, subject])).toEqual([
      ['root', 'revoke-token', id],
      ['root', 'add-token', id],
    ]);
    expect(log.stdout).not.toContain(ATOLL_TOKEN);
  });

  it('say what is wrong with what they are asked', async () => {
    for (const args of [
      ['token', 'add', '--user', 'jane'],
      ['token', 'add', '--user', 'jane', '--label', 'x', '--scope', 'everything'],
      ['token', 'add', '--user', 'jane', '--label', 'x', '--days', '4000'],
      ['audit', '--since', 'yesterday'],
    ]) {
      expect((await runAtoll(args, { env })).code).toBe(2);
    }
  });
});
