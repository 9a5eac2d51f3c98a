import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOf } from '@atoll/access/secret';
import { readSettings } from '@atoll/instance/settings';
import type { Jobs } from '@atoll/jobs/jobs';
import { openJobs } from '@atoll/jobs/open-jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signInEnv } from '../../test/access-server.ts';
import { TestBrowser } from '../../test/browser-of-tests.ts';
import { type RunningProvider, startProvider } from '../../test/openid-provider.ts';
import { OpenIdProvider } from './openid-provider.ts';
import { Sessions } from './sessions.ts';
import type { SignInAttempt } from './sign-in-attempt.ts';

const publicUrl = 'http://localhost:1';
const attempt: SignInAttempt = { state: 's', nonce: 'n', verifier: 'v'.repeat(43), returnTo: '' };
const minute = 60_000;
const later = (minutes: number) => new Date(Date.now() + minutes * minute);

let provider: RunningProvider;
let jobs: Jobs;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'atoll-sessions-'));
  provider = await startProvider({ publicUrl });
  const handler = () => Promise.reject(new Error('Nothing runs here.'));
  jobs = await openJobs({ dataDir, handler, concurrency: 0, timeoutSeconds: 60, maxPending: 1 });
});
afterAll(async () => {
  await provider.stop();
  await jobs.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const log = { warn: () => undefined };

/** One process; several share the table. */
function processOf(env: Record<string, string> = {}): { sessions: Sessions; client: OpenIdProvider } {
  const { auth } = readSettings({
    ...signInEnv(provider.issuer, publicUrl),
    ATOLL_REVIEWER_GROUPS: 'reviewers',
    ...env,
  });
  const client = new OpenIdProvider(auth.signIn, provider.issuer, log);
  const parts = { signIn: auth.signIn, groupRoles: auth.groupRoles, provider: client };
  return { sessions: new Sessions({ ...parts, records: async () => jobs.access }), client };
}

/** Signs in at the real provider. */
async function signIn({ sessions, client }: ReturnType<typeof processOf>, account: string): Promise<string> {
  const browser = new TestBrowser();
  const form = await browser.follow(await client.signInUrl(attempt, `${publicUrl}/sign-in/done`));
  let back = await browser.ask(form.url, { method: 'POST', body: new URLSearchParams({ account }) });
  while (!(back.headers.get('location') ?? '').startsWith(publicUrl)) {
    back = await browser.ask(new URL(back.headers.get('location') ?? '', form.url).href);
  }
  const answer = new URL(back.headers.get('location') ?? '');
  return (await sessions.begin(await client.welcome(answer, attempt))).secret;
}

describe('a session', () => {
  it('ends when it was not used, and after its time however much it was used', async () => {
    provider.accounts.set('ann', { name: 'Ann', groups: [] });
    const one = processOf({
      ATOLL_SESSION_TTL: '2h',
      ATOLL_SESSION_IDLE: '30m',
      ATOLL_SESSION_RENEWAL: '1d',
    });
    const secret = await signIn(one, 'ann');
    for (const minutes of [20, 45, 70, 95, 115]) {
      expect((await one.sessions.find(secret, later(minutes)))?.id, `${minutes}`).toBe('ann');
    }
    expect(await one.sessions.find(secret, later(121))).toBeNull();
    const idle = await signIn(one, 'ann');
    expect((await one.sessions.find(idle, later(29)))?.id).toBe('ann');
    expect(await one.sessions.find(idle, later(29 + 31))).toBeNull();
  });

  it('has the groups that the provider says now, in every process, whichever of them asked', async () => {
    const [one, two] = [
      processOf({ ATOLL_SESSION_RENEWAL: '1m' }),
      processOf({ ATOLL_SESSION_RENEWAL: '1m' }),
    ];
    provider.accounts.set('ben', { name: 'Ben', groups: ['lab'] });
    const secret = await signIn(one, 'ben');
    provider.accounts.set('ben', { name: 'Ben B.', groups: ['lab', 'reviewers'] });
    expect((await one.sessions.find(secret))?.role).toBe('reader');
    // Tokens for renewal are good once: were they used twice, the provider would end the session.
    for (const minutes of [2, 4, 6]) {
      const asked = [one, one, two, two].map(({ sessions }) => sessions.find(secret, later(minutes)));
      for (const found of await Promise.all(asked)) expect(found?.id).toBe('ben');
    }
    expect(await two.sessions.find(secret, later(6.5))).toMatchObject({ name: 'Ben B.', role: 'reviewer' });
  });

  it('ends when the provider does not know them any more, and stays while it cannot be asked', async () => {
    const one = processOf({ ATOLL_SESSION_RENEWAL: '1m' });
    provider.accounts.set('cat', { name: 'Cat', groups: [] });
    const secret = await signIn(one, 'cat');
    await provider.stop();
    expect((await one.sessions.find(secret, later(2)))?.id).toBe('cat');
    await provider.start();
    expect((await one.sessions.find(secret, later(4)))?.id).toBe('cat');
    provider.accounts.set('cat', { name: 'Cat', groups: [], isBlocked: true });
    expect(await one.sessions.find(secret, later(8))).toBeNull();
    expect(await jobs.access.sessions.find(hashOf(secret), new Date())).toBeNull();
  });

  it('keeps what the provider gave where the browser alone can open it', async () => {
    const one = processOf();
    const secret = await signIn(one, 'ann');
    const row = JSON.stringify(await jobs.access.sessions.find(hashOf(secret), new Date()));
    expect(row).not.toContain(secret);
    expect(row).not.toContain('refreshToken');
    expect((await one.sessions.end(secret))?.idToken).toMatch(/^eyJ/);
    expect(await one.sessions.end(secret)).toBeNull();
  });
});
