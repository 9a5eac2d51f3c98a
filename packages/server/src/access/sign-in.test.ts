import { setTimeout as sleep } from 'node:timers/promises';
import { hashOf, newSecret } from '@atoll/access/secret';
import { AuditList, Me, SignedOut } from '@atoll/contract/access';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, startSignInServer } from '../../test/access-server.ts';
import { TestBrowser } from '../../test/browser-of-tests.ts';

const lines: string[] = [];
const write = process.stderr.write;
let at: Awaited<ReturnType<typeof startSignInServer>>;

beforeAll(async () => {
  process.stderr.write = (chunk) => lines.push(String(chunk)) > 0;
  at = await startSignInServer({ ATOLL_LOG_LEVEL: 'trace', ATOLL_LOG_FORMAT: 'json' });
  at.provider.accounts.set('u-ann', { name: 'Ann Reader', groups: ['lab', 'reviewers'] });
  at.provider.accounts.set('u-root', { name: 'Root', groups: ['admins'] });
});
afterAll(async () => {
  process.stderr.write = write;
  await at.close();
});

const json = { accept: 'application/json' };
const me = async (browser: TestBrowser) =>
  Me.parse(await (await browser.ask(`${at.url}/api/me`, { headers: json })).json());
const codeOf = async (response: Response): Promise<string> => (await response.json()).code;
/** As the page sends it. */
const post = (browser: TestBrowser, path: string, body: object, headers: Record<string, string> = {}) =>
  browser.ask(`${at.url}${path}`, {
    method: 'POST',
    headers: { ...json, 'content-type': 'application/json', origin: at.url, ...headers },
    body: JSON.stringify(body),
  });
async function signedIn(account = 'u-ann'): Promise<TestBrowser> {
  const browser = new TestBrowser();
  await browser.signIn(at.url, account);
  return browser;
}

describe('who signs in with the provider', () => {
  it('is known by name, groups and role, and led back to where they were', async () => {
    const browser = new TestBrowser();
    expect(await me(browser)).toMatchObject({ mode: 'oidc', account: null });
    const job = `?job=${'a'.repeat(32)}`;
    const { response, url } = await browser.signIn(at.url, 'u-ann', job);
    expect([response.status, url]).toEqual([200, `${at.url}/${job}`]);
    expect(await me(browser)).toMatchObject({
      account: { id: 'u-ann', name: 'Ann Reader', role: 'reviewer', groups: ['lab', 'reviewers'] },
      may: { run: true },
    });
    const cases = await browser.ask(`${at.url}/api/cases`, { headers: json });
    expect(cases.status).toBe(200);
  });

  it('is led to no address of anybody else', async () => {
    for (const to of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '?a=1#@evil',
      '@evil.example',
      '.evil.example',
      '?x\r\nset-cookie: a=b',
    ]) {
      const { url } = await new TestBrowser().signIn(at.url, 'u-ann', to);
      expect(url).toBe(`${at.url}/`);
    }
    const beside = await new TestBrowser().signIn(at.url, 'u-ann', 'beside');
    expect(beside.url).toBe(`${at.url}/signed-in`);
  });

  it('gets a cookie that no script reads and no other site sends along, always a new one', async () => {
    const browser = new TestBrowser();
    const planted = newSecret('session');
    browser.setCookie('atoll-session', planted);
    const form = await browser.follow(`${at.url}/sign-in`);
    const back = await browser.follow(form.url, {
      method: 'POST',
      body: new URLSearchParams({ account: 'u-ann' }),
    });
    expect(back.url).toBe(`${at.url}/`);
    const secret = browser.cookie('atoll-session') ?? '';
    expect(secret).not.toBe(planted);
    expect(await at.jobs.access.sessions.find(hashOf(planted), new Date())).toBeNull();
    // Whoever signs in again has the former session ended.
    await browser.signIn(at.url, 'u-ann');
    expect(browser.cookie('atoll-session')).not.toBe(secret);
    expect(await at.jobs.access.sessions.find(hashOf(secret), new Date())).toBeNull();
    expect(browser.cookie('atoll-sign-in')).toBeUndefined();
  });

  it('owns what they run, and stands behind their revisions by the name that the provider says', async () => {
    const browser = await signedIn();
    const { jobId } = await (await post(browser, '/api/segment', { case_id: 'case-one' })).json();
    await ended(at.jobs, jobId);
    expect((await at.jobs.get(jobId))?.owner).toEqual({ id: 'u-ann', groups: ['lab'] });
    const verdict = { author: 'Somebody Else', verdict: 'accepted', parent: 0 };
    const revised = await post(browser, `/api/jobs/${jobId}/revisions`, verdict);
    expect([revised.status, (await revised.json()).author]).toEqual([201, 'Ann Reader']);
  });
});

describe('a sign-in that is not one’s own', () => {
  it('is refused: begun in another browser, answered twice, made up, or refused by the provider', async () => {
    const ann = new TestBrowser();
    const form = await ann.follow(`${at.url}/sign-in`);
    let back = await ann.ask(form.url, { method: 'POST', body: new URLSearchParams({ account: 'u-ann' }) });
    while (!(back.headers.get('location') ?? '').startsWith(at.url)) {
      back = await ann.ask(new URL(back.headers.get('location') ?? '', form.url).href);
    }
    const answer = back.headers.get('location') ?? '';
    const victim = await new TestBrowser().ask(answer);
    expect(victim.status).toBe(400);
    const text = await victim.text();
    expect(text).toContain('SIGN_IN_STALE');
    expect(text).toContain(`href="${at.url}/sign-in"`);
    expect(victim.headers.getSetCookie().join()).not.toContain('atoll-session=');
    const welcomed = await ann.ask(answer);
    expect(welcomed.status).toBe(303);
    const laid = welcomed.headers.getSetCookie().find((line) => line.startsWith('atoll-session='));
    expect(laid).toMatch(/^atoll-session=v_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect((await ann.ask(answer)).status).toBe(400);

    const other = new TestBrowser();
    await other.follow(`${at.url}/sign-in`);
    expect((await other.ask(answer)).status).toBe(400);
    expect((await other.ask(`${at.url}/sign-in/done?code=made-up&state=made-up`)).status).toBe(400);
    expect((await other.ask(`${at.url}/sign-in/done`)).status).toBe(400);

    const cancelling = new TestBrowser();
    const again = await cancelling.follow(`${at.url}/sign-in`);
    const refused = await cancelling.follow(again.url, {
      method: 'POST',
      body: new URLSearchParams({ refuse: 'yes' }),
    });
    expect(refused.response.status).toBe(403);
    expect(await refused.response.text()).toContain('SIGN_IN_REFUSED');
  });

  it('may go on in several tabs of one browser, each to its own place', async () => {
    const browser = new TestBrowser();
    const one = await browser.follow(`${at.url}/sign-in?to=${encodeURIComponent('?case=one')}`);
    const two = await browser.follow(`${at.url}/sign-in?to=${encodeURIComponent('?case=two')}`);
    const finish = (form: string) =>
      browser.follow(form, { method: 'POST', body: new URLSearchParams({ account: 'u-ann' }) });
    expect((await finish(one.url)).url).toBe(`${at.url}/?case=one`);
    expect((await finish(two.url)).url).toBe(`${at.url}/?case=two`);
  });
});

describe('a session', () => {
  it('lets Atoll’s own page alone change anything, letter by letter', async () => {
    const browser = await signedIn();
    const wish = { case_id: 'case-one', force: true };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${at.url}.evil.example` },
      { origin: at.url.replace('localhost', '127.0.0.1') },
      { origin: at.url.replace('http:', 'https:') },
      { origin: '', 'sec-fetch-site': 'same-origin' },
    ]) {
      const answer = await post(browser, '/api/segment', wish, headers);
      expect([401, 403], JSON.stringify(headers)).toContain(answer.status);
      const out = await post(browser, '/api/sign-out', {}, headers);
      expect(out.status, JSON.stringify(headers)).toBe(403);
    }
    expect((await post(browser, '/api/segment', wish)).status).toBe(202);
    const embedded = { ...json, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await browser.ask(`${at.url}/api/cases`, { headers: embedded })).status).toBe(401);
  });

  it('that was made up or has ended is no session, and the page hears which', async () => {
    const stranger = new TestBrowser();
    expect(await codeOf(await stranger.ask(`${at.url}/api/cases`, { headers: json }))).toBe('SIGN_IN_NEEDED');
    for (const made of [newSecret('session'), 'v_short', 'x'.repeat(3000)]) {
      stranger.setCookie('atoll-session', made);
      const answer = await stranger.ask(`${at.url}/api/cases`, { headers: json });
      expect([answer.status, await codeOf(answer)]).toEqual([401, 'SESSION_ENDED']);
      expect((await me(stranger)).account).toBeNull();
    }
  });

  it('ends with signing out: here, at the provider, and for whoever copied the cookie', async () => {
    const browser = await signedIn();
    const thief = new TestBrowser();
    thief.setCookie('atoll-session', browser.cookie('atoll-session') ?? '');
    expect((await me(thief)).account?.id).toBe('u-ann');
    const { next } = SignedOut.parse(await (await post(browser, '/api/sign-out', {})).json());
    expect(browser.cookie('atoll-session')).toBeUndefined();
    expect((await me(thief)).account).toBeNull();
    const end = await browser.follow(next ?? '');
    expect(end.url.startsWith(at.provider.issuer)).toBe(true);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(await end.response.text())?.[1] ?? '';
    const left = await browser.follow(`${at.provider.issuer}/session/end/confirm`, {
      method: 'POST',
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
    });
    expect(left.url).toBe(`${at.url}/`);
    // The provider does not know them any more, and asks.
    expect((await browser.follow(`${at.url}/sign-in`)).url).toContain('/interaction/');
    const again = await post(browser, '/api/sign-out', {});
    expect(await again.json()).toEqual({ next: null });
  });
});

describe('what is written down', () => {
  it('says who signed in and out, and holds no code, cookie, token or state', async () => {
    const browser = await signedIn();
    const secret = browser.cookie('atoll-session') ?? '';
    const row = await at.jobs.access.sessions.find(hashOf(secret), new Date());
    expect(row?.sealed).toMatch(/^[\w-]{40,}$/);
    await post(browser, '/api/sign-out', {});
    const root = await signedIn('u-root');
    let actions: string[] = [];
    for (let tries = 0; !actions.includes('u-ann session sign-out') && tries < 100; tries++) {
      await sleep(50);
      const answer = await root.ask(`${at.url}/api/audit?limit=1000`, { headers: json });
      actions = AuditList.parse(await answer.json()).entries.map(
        ({ who, way, action }) => `${who} ${way} ${action}`,
      );
    }
    expect(actions).toContain('u-ann session sign-in');
    expect(actions).toContain('u-ann session sign-out');
    const audit = JSON.stringify(await at.jobs.access.audit.list({ limit: 1000 }));
    const told = lines.join('');
    expect(told).toContain('/sign-in/done');
    expect(told).not.toMatch(/code=|state=|[?&]to=/);
    const hidden = [secret, ...at.provider.secrets, 'Ann Reader'];
    for (const text of [audit, told]) {
      for (const each of hidden) expect(text.includes(each)).toBe(false);
      expect(text).not.toMatch(/[asv]_[A-Za-z0-9_-]{43}/);
    }
  });
});

describe('a provider that cannot be reached', () => {
  it('keeps nothing from starting; sign-in says so, and works when it is back, for those whom a group lets in', async () => {
    const strict = await startSignInServer(
      { ATOLL_READER_GROUPS: 'lab' },
      { isProviderDown: true, isTalkative: true, endsSessions: false },
      at,
    );
    try {
      strict.provider.accounts.set('u-lab', { name: 'Lab', groups: ['lab'] });
      strict.provider.accounts.set('u-new', { name: 'New', groups: [] });
      const browser = new TestBrowser();
      const answer = await browser.ask(`${strict.url}/sign-in`);
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain('SIGN_IN_UNREACHABLE');
      expect((await browser.ask(`${strict.url}/health`, { headers: json })).status).toBe(200);
      await strict.provider.start();
      expect((await browser.signIn(strict.url, 'u-lab')).url).toBe(`${strict.url}/`);
      expect((await browser.ask(`${strict.url}/api/cases`, { headers: json })).status).toBe(200);
      const out = await browser.ask(`${strict.url}/api/sign-out`, {
        method: 'POST',
        headers: { ...json, origin: strict.url },
      });
      expect(await out.json()).toEqual({ next: null });
      const stranger = new TestBrowser();
      await stranger.signIn(strict.url, 'u-new');
      const refused = await stranger.ask(`${strict.url}/api/cases`, { headers: json });
      expect([refused.status, await codeOf(refused)]).toEqual([403, 'ROLE_TOO_LOW']);
    } finally {
      await strict.close();
    }
  });
});
