import { setTimeout as sleep } from 'node:timers/promises';
import { newToken } from '@atoll/access/new-token';
import { AuditList, Me, ShareAdded, TokenAdded } from '@atoll/contract/access';
import { CaseAdded } from '@atoll/contract/cases';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessServer, as, ended, startAccessServer } from '../../test/access-server.ts';
import { adcFile, dwiFile, form, named } from '../../test/upload-parts.ts';

const viewer = 'https://viewer.example.org';
const admin = as('root', 'admins');
const ann = as('ann', 'lab', 'reviewers');
const ben = as('ben', 'lab');
const cat = as('cat');

let at: AccessServer;
const lines: string[] = [];
const write = process.stderr.write;

beforeAll(async () => {
  process.stderr.write = (chunk) => lines.push(String(chunk)) > 0;
  at = await startAccessServer({
    ATOLL_AUTH: 'proxy',
    ATOLL_ORIGINS: viewer,
    ATOLL_LOG_LEVEL: 'trace',
    ATOLL_LOG_FORMAT: 'json',
  });
});
afterAll(async () => {
  process.stderr.write = write;
  await at.close();
});

const get = (url: string, headers: Record<string, string> = {}, more: InjectOptions = {}) =>
  at.server.inject({ url, headers, ...more });
const post = (url: string, payload: object, headers: Record<string, string>) =>
  at.server.inject({ method: 'POST', url, payload, headers });
const codeOf = (answer: { json(): unknown }) => JSON.parse(JSON.stringify(answer.json())).code;

async function tokenOf(user: string, days = 1, groups: string[] = []): Promise<Record<string, string>> {
  const answer = await post('/api/tokens', { label: 'test', user, groups, days }, admin);
  return { authorization: `Bearer ${TokenAdded.parse(answer.json()).token}` };
}

async function run(headers: Record<string, string>, body: object = {}): Promise<string> {
  const answer = await post('/api/segment', { case_id: 'case-one', ...body }, headers);
  expect(answer.statusCode).toBe(202);
  const { jobId } = answer.json();
  await ended(at.jobs, jobId);
  return jobId;
}

/** The cookie that an answer sets. */
const cookieOf = (answer: { headers: Record<string, unknown> }) =>
  String(answer.headers['set-cookie']).split(';')[0];

describe('who asks', () => {
  it('is told, with the role that the groups give', async () => {
    expect(Me.parse((await get('/api/me')).json())).toEqual({
      mode: 'proxy',
      account: null,
      shares: [],
      may: { run: false, reviseJob: false, shareJob: false, removeCase: false, searchArchives: false },
    });
    const account = { id: 'ann', name: 'ann', role: 'reviewer', groups: ['lab', 'reviewers'] };
    expect(Me.parse((await get('/api/me', ann)).json()).account).toEqual(account);
  });

  it('is told what they may do with a job and a case', async () => {
    const jobId = await run(ann);
    const may = async (headers: Record<string, string>) =>
      Me.parse((await get(`/api/me?job=${jobId}&case=case-one`, headers)).json()).may;
    const all = { run: true, reviseJob: true, shareJob: true, removeCase: true, searchArchives: true };
    expect(await may(ann)).toEqual(all);
    expect(await may(admin)).toEqual(all);
    expect(await may(ben)).toMatchObject({ run: true, reviseJob: false, searchArchives: false });
    expect(await may(cat)).toMatchObject({ run: true, reviseJob: false, shareJob: false });
    const nothing = {
      run: false,
      reviseJob: false,
      shareJob: false,
      removeCase: false,
      searchArchives: false,
    };
    expect(await may({})).toEqual(nothing);
  });

  it('is refused with a forged header of a peer that is no proxy, even with a good token beside it', async () => {
    const token = await tokenOf('ann');
    for (const headers of [admin, { ...admin, ...token }, { 'x-forwarded-groups': 'admins', ...token }]) {
      const answer = await get('/api/cases', headers, { remoteAddress: '203.0.113.9' });
      expect([answer.statusCode, codeOf(answer)]).toEqual([403, 'IDENTITY_REFUSED']);
    }
    expect((await get('/api/cases', token, { remoteAddress: '203.0.113.9' })).statusCode).toBe(200);
  });

  it('is told how to sign in where nobody is known', async () => {
    const answer = await get('/api/cases');
    expect([answer.statusCode, codeOf(answer)]).toEqual([401, 'SIGN_IN_NEEDED']);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="Atoll"');
  });
});

describe('a token', () => {
  it('is refused when it is unknown, malformed, expired or revoked, and by the revoking server at once', async () => {
    const { token, secret, hash } = newToken(
      { label: 'old', userId: 'ann', groups: [], role: 'admin', scopes: ['read', 'admin'], days: 1 },
      new Date(Date.now() - 2 * 86_400_000),
    );
    await at.jobs.access.tokens.add(token, hash);
    const unknown = newToken({
      label: '',
      userId: 'x',
      groups: [],
      role: 'admin',
      scopes: ['read'],
      days: 1,
    });
    for (const bad of [secret, unknown.secret, 'atoll_short', 'eyJhbGciOi.x.y', hash]) {
      const answer = await get('/api/cases', { authorization: `Bearer ${bad}` });
      expect([answer.statusCode, codeOf(answer)]).toEqual([401, 'TOKEN_REFUSED']);
    }
    const made = TokenAdded.parse((await post('/api/tokens', { label: 'x', user: 'ann' }, admin)).json());
    const headers = { authorization: `Bearer ${made.token}` };
    expect((await get('/api/cases', headers)).statusCode).toBe(200);
    const revoked = await at.server.inject({
      method: 'DELETE',
      url: `/api/tokens/${made.tokenId}`,
      headers: admin,
    });
    expect(revoked.statusCode).toBe(204);
    expect(codeOf(await get('/api/cases', headers))).toBe('TOKEN_REFUSED');
  });

  it('serves the page of a listed origin, which no cookie and no proxy’s word does', async () => {
    const token = await tokenOf('ann');
    const cross = { origin: viewer, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
    const answer = await get('/api/cases', { ...cross, ...token });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(viewer);
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    expect(codeOf(await get('/api/cases', { ...cross, ...ann }))).toBe('SIGN_IN_NEEDED');
    const asked = await at.server.inject({
      method: 'OPTIONS',
      url: '/api/cases',
      headers: { origin: viewer, 'access-control-request-method': 'GET' },
    });
    expect(asked.headers['access-control-allow-headers']).toContain('Authorization');
  });
});

describe('a page of another origin', () => {
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

  it('can make nobody’s browser change anything, listed or not', async () => {
    const body = { case_id: 'case-one' };
    expect(codeOf(await post('/api/segment', body, { ...ann, ...evil }))).toBe('ORIGIN_REFUSED');
    const listed = { ...ann, origin: viewer, 'sec-fetch-site': 'cross-site' };
    expect(codeOf(await post('/api/segment', body, listed))).toBe('SIGN_IN_NEEDED');
    expect(codeOf(await post('/api/segment', body, { ...ann, origin: viewer }))).toBe('SIGN_IN_NEEDED');
    expect((await post('/api/segment', body, { ...ann, 'sec-fetch-site': 'same-origin' })).statusCode).toBe(
      202,
    );
  });

  it('can lay no image or script of somebody’s into itself, while a person may follow a link', async () => {
    const jobId = await run(ann);
    const url = `/files/${jobId}/case-one/lesion_msk.nii.gz`;
    const embedded = { ...ann, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect(codeOf(await get(url, embedded))).toBe('SIGN_IN_NEEDED');
    const followed = { ...ann, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await get(url, followed)).statusCode).toBe(200);
  });
});

describe('what somebody makes', () => {
  it('is theirs and their group’s: an uploaded case is seen, run and removed by no others', async () => {
    const body = form({ dwi: named(dwiFile), adc: named(adcFile) }, { title: 'Jane Doe 1950' });
    const sent = new Request('http://localhost/', { method: 'POST', body });
    const answer = await at.server.inject({
      method: 'POST',
      url: '/api/cases',
      headers: { ...ann, 'content-type': String(sent.headers.get('content-type')) },
      payload: Buffer.from(await sent.arrayBuffer()),
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.body).not.toContain('owner');
    const { caseId } = CaseAdded.parse(answer.json());
    const url = `/api/cases/${caseId}`;
    expect((await get(url, ann)).statusCode).toBe(200);
    expect((await get(url, ben)).statusCode).toBe(200);
    expect((await get(url, admin)).statusCode).toBe(200);
    expect(codeOf(await get(url, cat))).toBe('CASE_NOT_FOUND');
    expect(codeOf(await get(`${url}/images/dwi.nii.gz`, cat))).toBe('CASE_NOT_FOUND');
    expect(codeOf(await post('/api/segment', { case_id: caseId }, cat))).toBe('CASE_UNKNOWN');
    const remove = (headers: Record<string, string>) => at.server.inject({ method: 'DELETE', url, headers });
    expect(codeOf(await remove(ben))).toBe('CASE_NOT_FOUND');
    expect((await remove(ann)).statusCode).toBe(204);
  });

  it('answers no stranger’s request for the same run', async () => {
    const jobId = await run(ann);
    expect(await run(ben)).toBe(jobId);
    const own = await run(cat);
    expect(own).not.toBe(jobId);
    expect(codeOf(await get(`/api/jobs/${jobId}`, cat))).toBe('JOB_UNKNOWN');
    expect((await get(`/api/jobs/${own}`, cat)).statusCode).toBe(200);
    expect(codeOf(await get(`/api/jobs/${own}`, ben))).toBe('JOB_UNKNOWN');
  });

  it('bears their name, whatever they write: a revision is by whoever signed in', async () => {
    const jobId = await run(ann);
    const verdict = { author: 'Somebody Else', verdict: 'accepted', parent: 0 };
    expect(codeOf(await post(`/api/jobs/${jobId}/revisions`, verdict, ben))).toBe('ROLE_TOO_LOW');
  });
});

describe('a link', () => {
  async function share(jobId: string, headers = ann) {
    return ShareAdded.parse((await post('/api/shares', { jobId, hours: 1 }, headers)).json());
  }

  it('opens one result with its files, for looking at alone, until it is ended', async () => {
    const jobId = await run(ann);
    const { url, shareId } = await share(jobId);
    const opened = await get(new URL(url).pathname);
    expect(opened.statusCode).toBe(303);
    expect(opened.headers.location).toMatch(new RegExp(`/\\?job=${jobId}$`));
    expect(opened.headers['set-cookie']).toMatch(/HttpOnly.*SameSite=Lax/);
    const cookie = { cookie: cookieOf(opened) };
    const guest = Me.parse((await get(`/api/me?job=${jobId}`, cookie)).json());
    expect(guest.shares).toMatchObject([{ jobId, caseId: 'case-one' }]);
    expect(Date.parse(guest.shares[0].expiresAt) - Date.now()).toBeLessThanOrEqual(3600_000);
    expect(Object.values(guest.may)).not.toContain(true);
    for (const path of [
      `/api/jobs/${jobId}`,
      `/files/${jobId}/case-one/lesion_msk.nii.gz`,
      `/api/jobs/${jobId}/files.zip`,
      `/api/jobs/${jobId}/events`,
      '/api/cases/case-one/images/dwi.nii.gz',
    ]) {
      expect((await get(path, cookie)).statusCode, path).toBe(200);
    }
    expect(
      (await get(`/files/${jobId}/case-one/lesion_msk.nii.gz`, { ...cookie, range: 'bytes=0-9' })).statusCode,
    ).toBe(206);
    expect(codeOf(await post('/api/segment', { case_id: 'case-one' }, cookie))).toBe('SIGN_IN_NEEDED');
    const other = await run(ann, { force: true });
    expect(codeOf(await get(`/api/jobs/${other}`, cookie))).toBe('JOB_UNKNOWN');
    const end = { method: 'DELETE', url: `/api/shares/${shareId}` } as const;
    expect(codeOf(await at.server.inject({ ...end, headers: cat }))).toBe('SHARE_UNKNOWN');
    expect((await at.server.inject({ ...end, headers: ann })).statusCode).toBe(204);
    expect(codeOf(await get(`/api/jobs/${jobId}`, cookie))).toBe('SIGN_IN_NEEDED');
    const ending = await get(new URL(url).pathname);
    expect([ending.statusCode, codeOf(ending)]).toEqual([410, 'SHARE_ENDED']);
    // A person is told on a page.
    const shown = await get(new URL(url).pathname, { accept: 'text/html' });
    expect([shown.statusCode, shown.headers['content-type']]).toEqual([410, 'text/html; charset=utf-8']);
    expect(shown.body).toContain('no longer valid');
  });

  it('is made by those alone whose result it is', async () => {
    const jobId = await run(ann);
    for (const headers of [ben, cat]) {
      expect(codeOf(await post('/api/shares', { jobId }, headers))).toBe('JOB_UNKNOWN');
    }
    expect((await share(jobId, admin)).madeBy).toBe('root');
  });
});

describe('the log of who did what', () => {
  it('says who opened, ran, exported, shared and deleted, by ids', async () => {
    const jobId = await run(ann, { force: true });
    await get(`/api/jobs/${jobId}`, ann);
    await get(`/api/jobs/${jobId}`, ann);
    await get(`/api/jobs/${jobId}/files.zip`, ben);
    await get(`/api/jobs/${jobId}`, cat);
    const { url, shareId } = ShareAdded.parse((await post('/api/shares', { jobId }, ann)).json());
    const opened = await get(new URL(url).pathname);
    await get(`/api/jobs/${jobId}/files.zip`, { cookie: cookieOf(opened) });
    await at.server.inject({ method: 'DELETE', url: `/api/jobs/${jobId}?purge=true`, headers: ann });
    const entries = async () => {
      const answer = await get(`/api/audit?subject=${jobId}`, admin);
      return AuditList.parse(answer.json()).entries.map(({ who, way, action }) => `${who} ${way} ${action}`);
    };
    let seen = await entries();
    for (let tries = 0; seen.length < 7 && tries < 100; tries++) {
      await sleep(50);
      seen = await entries();
    }
    expect(seen.toReversed()).toEqual([
      'ann proxy run',
      'ann proxy open',
      'ben proxy export',
      'ann proxy share',
      `share:${shareId} share open-share`,
      `share:${shareId} share export`,
      'ann proxy delete',
    ]);
  });

  it('and the other log hold no token, no link and no name of a patient', async () => {
    const token = await tokenOf('ann', 1, ['lab']);
    const secret = token.authorization.slice('Bearer '.length);
    const jobId = await run(token);
    const { url } = ShareAdded.parse((await post('/api/shares', { jobId }, token)).json());
    await get(new URL(url).pathname);
    await get(`/api/jobs/${jobId}`, { authorization: `Bearer ${secret}x` });
    await sleep(400);
    const audit = JSON.stringify(await at.jobs.access.audit.list({ limit: 1000 }));
    const told = lines.join('');
    expect(told).toContain('/share/:secret');
    for (const text of [audit, told]) {
      for (const secretText of [secret, url.split('/').at(-1) ?? url, 'Jane', 'Doe']) {
        expect(text.includes(secretText)).toBe(false);
      }
    }
    expect(audit).toContain(jobId);
  });
});
