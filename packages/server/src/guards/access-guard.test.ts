import { gzipSync } from 'node:zlib';
import { newToken } from '@atoll/access/new-token';
import { hashOf, newSecret } from '@atoll/access/secret';
import { type Role, roles, type Scope, scopes } from '@atoll/access/standing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessServer, as, ended, signInEnv, startAccessServer } from '../../test/access-server.ts';
import { sampleReport } from '../../test/memory-parts.ts';
import { maskFile } from '../../test/upload-parts.ts';

/**
 * Every cell of mode × who asks × whose it is × route. Routes are read from the server; what is expected of each stands
 * here once more, in words and not by the table that the server goes by, and an address and method that is not here
 * must be refused as a method (405).
 */

/** Who may: by how they stand to the thing that the route names, and at least which role they need. */
const words = {
  all: { nobody: true, link: true, otherLink: true, own: 'reader', group: 'reader', other: 'reader' },
  looks: { nobody: false, link: true, otherLink: true, own: 'reader', group: 'reader', other: 'reader' },
  reads: { nobody: false, link: false, otherLink: false, own: 'reader', group: 'reader', other: 'reader' },
  sees: { nobody: false, link: true, otherLink: false, own: 'reader', group: 'reader', other: 'admin' },
  uses: { nobody: false, link: false, otherLink: false, own: 'reader', group: 'reader', other: 'admin' },
  revises: {
    nobody: false,
    link: false,
    otherLink: false,
    own: 'reviewer',
    group: 'reviewer',
    other: 'admin',
  },
  searches: {
    nobody: false,
    link: false,
    otherLink: false,
    own: 'reviewer',
    group: 'reviewer',
    other: 'reviewer',
  },
  removes: { nobody: false, link: false, otherLink: false, own: 'reader', group: 'admin', other: 'admin' },
  administers: { nobody: false, link: false, otherLink: false, own: 'admin', group: 'admin', other: 'admin' },
} as const;
type Word = keyof typeof words;

/** Route, who may, and the scope that a token needs. */
const expected: Record<string, readonly [Word, Scope | null]> = {
  'GET /': ['all', null],
  'GET *': ['all', null],
  'GET /*': ['all', null],
  'OPTIONS *': ['all', null],
  'GET /docs': ['all', null],
  'GET /docs*': ['all', null],
  'GET /docs/static/theme/atoll.css': ['all', null],
  'GET /docs/static/index.html': ['all', null],
  'GET /docs/static/swagger-initializer.js': ['all', null],
  'GET /docs/json': ['all', null],
  'GET /docs/yaml': ['all', null],
  'GET /openapi.json': ['all', null],
  'GET /config.json': ['all', null],
  'GET /atlas/:name': ['all', null],
  'GET /model-runtime/:name': ['all', null],
  'GET /health': ['all', null],
  'GET /ready': ['all', null],
  'GET /api/me': ['all', null],
  'GET /share/:secret': ['all', null],
  'GET /sign-in': ['all', null],
  'GET /sign-in/done': ['all', null],
  'GET /signed-in': ['all', null],
  'POST /api/sign-out': ['all', null],
  'GET /api/engines': ['looks', 'read'],
  'GET /api/cases': ['reads', 'read'],
  'GET /api/cases/:caseId': ['sees', 'read'],
  'GET /api/cases/:caseId/images/:file': ['sees', 'read'],
  'POST /api/cases': ['uses', 'run'],
  'DELETE /api/cases/:caseId': ['removes', 'run'],
  'POST /api/uploads': ['reads', 'run'],
  'HEAD /api/uploads/:uploadId': ['uses', 'run'],
  'PATCH /api/uploads/:uploadId': ['uses', 'run'],
  'DELETE /api/uploads/:uploadId': ['removes', 'run'],
  'POST /dicom-web/studies': ['reads', 'send'],
  'POST /dicom-web/studies/:studyUid': ['reads', 'send'],
  'GET /api/archives': ['searches', 'search'],
  'POST /api/archives/:archive/search': ['searches', 'search'],
  'POST /api/archives/:archive/cases': ['searches', 'search'],
  'POST /api/segment': ['uses', 'run'],
  'GET /api/jobs/:jobId': ['sees', 'read'],
  'GET /api/jobs/:jobId/events': ['sees', 'read'],
  'POST /api/jobs/:jobId/retry': ['uses', 'run'],
  'DELETE /api/jobs/:jobId': ['removes', 'run'],
  'GET /files/:jobId/:caseId/:filename': ['sees', 'read'],
  'GET /api/jobs/:jobId/files.zip': ['sees', 'read'],
  'GET /api/jobs/:jobId/revisions': ['sees', 'read'],
  'POST /api/jobs/:jobId/revisions': ['revises', 'review'],
  'GET /api/jobs/:jobId/revisions/:number': ['sees', 'read'],
  'GET /api/jobs/:jobId/revisions/:number/files/:filename': ['sees', 'read'],
  'GET /api/jobs/:jobId/revisions/:number/files.zip': ['sees', 'read'],
  'POST /api/shares': ['removes', 'run'],
  'GET /api/jobs/:jobId/shares': ['removes', 'read'],
  'DELETE /api/shares/:shareId': ['removes', 'run'],
  'GET /api/tokens': ['administers', 'admin'],
  'POST /api/tokens': ['administers', 'admin'],
  'DELETE /api/tokens/:tokenId': ['administers', 'admin'],
  'GET /api/audit': ['administers', 'admin'],
  'GET /metrics': ['administers', 'admin'],
};

/** Answers by which somebody is turned away; the routes themselves give none of them here. */
const turnedAway = [
  'SIGN_IN_NEEDED',
  'SESSION_ENDED',
  'ROLE_TOO_LOW',
  'TOKEN_SCOPE_MISSING',
  'TOKEN_REFUSED',
  'JOB_UNKNOWN',
  'CASE_UNKNOWN',
  'CASE_NOT_FOUND',
  'UPLOAD_UNKNOWN',
  'SHARE_UNKNOWN',
];

type Things = { caseId: string; jobId: string; uploadId: string; link: string; otherLink: string };

const groupOf: Record<Role, string> = { reader: 'readers', reviewer: 'reviewers', admin: 'admins' };
const people = { own: ['ann', 'lab'], group: ['ben', 'lab'], other: ['cat', 'elsewhere'] } as const;
type Whose = keyof typeof people;

/** Asks a route about these things, in a way that changes none of them. */
async function ask(
  { server, jobs }: AccessServer,
  method: string,
  url: string,
  things: Things,
  headers: Record<string, string>,
): Promise<{ status: number; code: string }> {
  // A link that is there to be ended: each cell ends its own.
  const shareId = newSecret('share').slice(-12);
  if (url.includes(':shareId')) {
    const share = { shareId, jobId: things.jobId, caseId: things.caseId, madeBy: 'ann', revokedAt: null };
    const dates = { createdAt: new Date(), expiresAt: new Date(Date.now() + 60_000) };
    await jobs.access.shares.add({ ...share, ...dates }, hashOf(shareId));
  }
  const path = url
    .replace(':caseId', things.caseId)
    .replace(':jobId', things.jobId)
    .replace(':uploadId', things.uploadId)
    .replace(':shareId', shareId)
    .replace(':filename', 'lesion_msk.nii.gz')
    .replace(':file', 'dwi.nii.gz')
    .replace(':secret', 'none')
    .replace(':number', '1')
    .replace(/:tokenId|:name/, 'none')
    .replace('*', '/nothing-there');
  const bodies: Record<string, object> = {
    'POST /api/segment': { case_id: things.caseId, engine: 'diffusion' },
    'POST /api/cases': { files: [{ upload: things.uploadId }] },
    'POST /api/shares': { jobId: things.jobId },
  };
  const answer = await server.inject({
    method: method as 'GET',
    url: path,
    headers: { ...headers, 'last-event-id': '3', ...(method === 'POST' ? { 'upload-length': '0' } : {}) },
    ...(method === 'POST' && url !== '/api/uploads' ? { payload: bodies[`${method} ${url}`] ?? {} } : {}),
  });
  const isJson = String(answer.headers['content-type'] ?? '').startsWith('application/json');
  const body: unknown = isJson && answer.body !== '' ? answer.json() : null;
  const code = body !== null && typeof body === 'object' && 'code' in body ? String(body.code) : '';
  // An answer to HEAD has no body: its status says as much.
  const told =
    code === '' && method === 'HEAD' && answer.statusCode >= 400 ? `HEAD ${answer.statusCode}` : code;
  return { status: answer.statusCode, code: told };
}

const modes = ['proxy', 'token', 'oidc', 'token beside oidc'] as const;
const viewer = 'https://viewer.example.org';
const publicUrl = 'http://localhost:7860';
let behindProxy: AccessServer;
let withProvider: AccessServer;
let access: AccessServer;
let things: Things;

beforeAll(async () => {
  behindProxy = await startAccessServer({ ATOLL_AUTH: 'proxy', ATOLL_ORIGINS: viewer });
  // Sessions are laid into the table here; how they come about with a real provider is played elsewhere.
  const env = { ...signInEnv('http://localhost:9', publicUrl), ATOLL_ORIGINS: viewer };
  withProvider = await startAccessServer(env, behindProxy);
  access = behindProxy;
  things = await makeThings(access);
});
afterAll(async () => {
  await withProvider.close();
  await behindProxy.close();
});

describe.each(modes)('who signs in by %s', (mode) => {
  beforeAll(() => {
    access = mode.endsWith('oidc') ? withProvider : behindProxy;
  });
  const played: string[] = [];

  const tokens = new Map<string, Promise<Record<string, string>>>();
  const headersOf = async (id: string, groups: readonly string[], role: Role) => {
    if (mode === 'proxy') return as(id, groupOf[role], ...groups);
    if (mode === 'oidc') return session(access, id, [groupOf[role], ...groups]);
    const known = tokens.get(`${id} ${role}`) ?? bearer(access, id, groups, role, scopes);
    tokens.set(`${id} ${role}`, known);
    return known;
  };

  it('may do what the table says, whoever they are and whosever it is, and no more', async () => {
    const wrong: string[] = [];
    for (const { method, url } of access.routes) {
      const row = expected[`${method} ${url}`] ?? (method === 'HEAD' ? expected[`GET ${url}`] : undefined);
      const cells: [string, boolean, Record<string, string>][] = [
        ['nobody', row !== undefined && words[row[0]].nobody, {}],
        ['link', row !== undefined && words[row[0]].link, { cookie: `atoll-shares=${things.link}` }],
        [
          'other link',
          row !== undefined && words[row[0]].otherLink,
          { cookie: `atoll-shares=${things.otherLink}` },
        ],
      ];
      for (const [whose, [id, group]] of Object.entries(people)) {
        for (const role of roles) {
          const least = row === undefined ? null : words[row[0]][whose as Whose];
          const passes = least !== null && roles.indexOf(role) >= roles.indexOf(least);
          cells.push([`${whose} ${role}`, passes, await headersOf(id, [group], role)]);
        }
      }
      for (const [who, passes, headers] of cells) {
        const { status, code } = await ask(access, method, url, things, headers);
        played.push(`${method} ${url} ${who}`);
        // An answer to HEAD says no code: it must have the status of the answer to GET.
        const isOfGet = method === 'HEAD' && expected[`HEAD ${url}`] === undefined;
        const isAway = isOfGet
          ? (await ask(access, 'GET', url, things, headers)).status !== status
          : turnedAway.includes(code) || /^HEAD 40[134]$/.test(code);
        const isRight = row === undefined ? status === 405 : isAway === (isOfGet ? false : !passes);
        if (!isRight) wrong.push(`${method} ${url} as ${who}: ${status} ${code}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(played.length).toBeGreaterThan(1500);
  });

  it('changes nothing when the page of another origin makes their browser ask, on any route', async () => {
    const isSent = !mode.startsWith('token');
    const wrong: string[] = [];
    for (const { method, url } of access.routes) {
      const row = expected[`${method} ${url}`];
      if (row === undefined || ['GET', 'HEAD', 'OPTIONS'].includes(method)) continue;
      const headers = await headersOf('ann', ['lab'], 'admin');
      for (const origin of ['https://evil.example', 'null', `${publicUrl}.evil.example`]) {
        const { code, status } = await ask(access, method, url, things, { ...headers, origin });
        if (code !== 'ORIGIN_REFUSED') wrong.push(`${method} ${url} from ${origin}: ${status} ${code}`);
      }
      // A listed page may ask, and is nobody without a token.
      const listed = await ask(access, method, url, things, { ...headers, origin: viewer });
      const isNobody = ['SIGN_IN_NEEDED', 'SESSION_ENDED', 'ORIGIN_REFUSED', 'SIGN_IN_OFF'].includes(
        listed.code,
      );
      if (isNobody !== (isSent || url === '/api/sign-out'))
        wrong.push(`${method} ${url} listed: ${listed.code}`);
    }
    expect(wrong).toEqual([]);
  });

  it('is told of others’ things what is told of things that are not there', async () => {
    const headers = await headersOf('cat', ['elsewhere'], 'reviewer');
    const none = { ...things, jobId: '0'.repeat(32), caseId: `u-${'0'.repeat(32)}` };
    for (const route of [
      'GET /api/jobs/:jobId',
      'GET /api/cases/:caseId',
      'POST /api/segment',
      'DELETE /api/jobs/:jobId',
    ]) {
      const [method, url] = route.split(' ');
      const theirs = await ask(access, method, url, things, headers);
      expect(theirs, route).toEqual(await ask(access, method, url, none, headers));
      expect(turnedAway).toContain(theirs.code);
    }
  });

  it('sees listed cases, whoever they are, and no link opens them', async () => {
    const listed = { ...things, caseId: 'case-one' };
    for (const role of roles) {
      const headers = await headersOf('cat', ['elsewhere'], role);
      const answer = await ask(access, 'GET', '/api/cases/:caseId', listed, headers);
      expect(answer.status).toBe(200);
    }
    const linked = await ask(access, 'GET', '/api/cases/:caseId', listed, {
      cookie: `atoll-shares=${things.link}`,
    });
    expect(linked.code).toBe('CASE_NOT_FOUND');
  });
});

describe('a token', () => {
  it('is good for its scopes alone, on every route', async () => {
    const wrong: string[] = [];
    const headers = new Map<Scope, Record<string, string>>();
    for (const scope of scopes) headers.set(scope, await bearer(access, 'ann', ['lab'], 'admin', [scope]));
    for (const [route, [, needed]] of Object.entries(expected)) {
      const [method, url] = route.split(' ');
      for (const [scope, sent] of headers) {
        const { code, status } = await ask(access, method, url, things, sent);
        const isRefused = code === 'TOKEN_SCOPE_MISSING' || (method === 'HEAD' && status === 403);
        if (isRefused !== (needed !== null && needed !== scope))
          wrong.push(`${route} with ${scope}: ${code}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('where nobody has to sign in', () => {
  let open: AccessServer;
  let openThings: Things;

  beforeAll(async () => {
    open = await startAccessServer({ ATOLL_AUTH: 'none' });
    openThings = await makeThings(open);
  });
  afterAll(() => open.close());

  it('every route answers everybody, whatever they send; what is about accounts says that there are none', async () => {
    const wrong: string[] = [];
    for (const headers of [{}, as('ann', 'lab'), { authorization: 'Bearer whatever' }]) {
      for (const { method, url } of open.routes) {
        const row = expected[`${method} ${url}`] ?? (method === 'HEAD' ? expected[`GET ${url}`] : undefined);
        const { status, code } = await ask(open, method, url, openThings, headers);
        const isOfAccounts = /share|\/tokens|\/audit|sign-(?:in|out)/.test(url);
        const isOff =
          code === 'ACCESS_OFF' || code === 'SIGN_IN_OFF' || code === 'HEAD 404' || status === 422;
        const isRight =
          row === undefined
            ? status === 405
            : isOfAccounts
              ? isOff
              : !turnedAway.includes(code) && !/^HEAD 40[13]$/.test(code);
        if (!isRight) wrong.push(`${method} ${url}: ${status} ${code}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** A browser with a session of its own. */
async function session({ jobs }: AccessServer, userId: string, groups: readonly string[]) {
  const secret = newSecret('session');
  const endsAt = new Date(Date.now() + 3600_000);
  const ends = { createdAt: new Date(), expiresAt: endsAt, endsAt, renewAt: null };
  await jobs.access.sessions.add({ userId, name: userId, groups, sealed: null, ...ends }, hashOf(secret));
  return { cookie: `atoll-session=${secret}`, origin: publicUrl };
}

async function bearer(
  { jobs }: AccessServer,
  userId: string,
  groups: readonly string[],
  role: Role,
  good: readonly Scope[],
): Promise<Record<string, string>> {
  const { token, secret, hash } = newToken({ label: 'test', userId, groups, role, scopes: good, days: 1 });
  await jobs.access.tokens.add(token, hash);
  return { authorization: `Bearer ${secret}` };
}

/** A case, a job with a revision, an upload and links, all of them ann's. */
async function makeThings({ server, jobs, uploaded }: AccessServer): Promise<Things> {
  const owner = { id: 'ann', groups: ['lab'] };
  const caseId = await uploaded.add({ images: new Map(), title: 'Hers', owner });
  const make = async (engineVersion: string) => {
    const wish = { caseId, engine: 'diffusion', engineVersion, preset: 'balanced', options: [] };
    const { jobId } = await jobs.submit(wish, { owner });
    await ended(jobs, jobId);
    return jobId;
  };
  const jobId = await make('1.2.3');
  const other = await make('older');
  await jobs.revisions.add(
    {
      jobId,
      parent: 0,
      author: 'Ann',
      note: '',
      verdict: 'accepted',
      maskSha256: '00',
      volumeMl: 1,
      lesionCount: 1,
      createdAt: new Date(),
    },
    new Map([
      ['lesion_msk.nii.gz', new Uint8Array(gzipSync(maskFile))],
      ['report.json', new TextEncoder().encode(JSON.stringify(sampleReport()))],
    ]),
  );
  const link = async (opened: string, of: string) => {
    const secret = newSecret('share');
    const share = { shareId: opened.slice(0, 8) + of.slice(0, 4), jobId: opened, caseId: of, madeBy: 'ann' };
    const dates = { createdAt: new Date(), expiresAt: new Date(Date.now() + 3600_000), revokedAt: null };
    await jobs.access.shares.add({ ...share, ...dates }, hashOf(secret));
    return secret;
  };
  // Begun by her where there is a proxy that says so, and by nobody where there is none.
  const begun = await server.inject({
    method: 'POST',
    url: '/api/uploads',
    headers: { ...as('ann', 'lab'), 'tus-resumable': '1.0.0', 'upload-length': '10' },
  });
  const uploadId = String(begun.headers.location).slice(-32);
  return {
    caseId,
    jobId,
    uploadId,
    link: await link(jobId, caseId),
    otherLink: await link(other, 'another-case'),
  };
}
