import type { ErrorCode } from '@atoll/errors/catalogue';
import type { AuditAction } from './audit-entry.ts';
import { reaches, type Scope, type Standing } from './standing.ts';
import { type Relation, relationTo, standingOf, type Thing, type Visitor } from './visitor.ts';

/** What a request does to the thing that it names. */
export type Act = 'see' | 'use' | 'remove';

/** How one must stand to a thing to do it; admins may do all. */
const relationsFor: Readonly<Record<Act, readonly Relation[]>> = {
  see: ['own', 'group', 'shared', 'listed'],
  use: ['own', 'group', 'listed'],
  // What is listed belongs to its source: the route says so to whoever wants to remove it.
  remove: ['own', 'listed'],
};

/** What a route is about, and where the request says which. */
export type Subject = {
  readonly kind: Thing['kind'];
  /** A parameter of the address, or a field of the JSON body. */
  readonly in: 'path' | 'body';
  readonly field: string;
};

/** A row of the table: who may ask a route for an answer. */
export type PolicyRow = {
  readonly least: Standing;
  /** What a token must be good for; null where nothing is asked of it. */
  readonly scope: Scope | null;
  readonly about: Subject | null;
  readonly act: Act;
  /** What is written down of it; null for nothing. */
  readonly audit: AuditAction | null;
};

const open: PolicyRow = { least: 'nobody', scope: null, about: null, act: 'see', audit: null };

/** Whether it matters to a route who asks: whatever is the same for all asks no database. */
export function asksWho(row: PolicyRow): boolean {
  return row !== open;
}
const job: Subject = { kind: 'job', in: 'path', field: 'jobId' };
const oneCase: Subject = { kind: 'case', in: 'path', field: 'caseId' };
const upload: Subject = { kind: 'upload', in: 'path', field: 'uploadId' };

const seeJob: PolicyRow = { least: 'guest', scope: 'read', about: job, act: 'see', audit: 'open' };
const seeCase: PolicyRow = { least: 'guest', scope: 'read', about: oneCase, act: 'see', audit: 'open' };
const send: PolicyRow = { least: 'reader', scope: 'run', about: upload, act: 'use', audit: null };

/**
 * Who may what: one row for each route, by method and address. GET answers for HEAD. A route without a row keeps the
 * server from starting, so that none can be forgotten.
 */
const policy: Readonly<Record<string, PolicyRow>> = {
  // The page and what describes the service hold nothing of any patient.
  'GET /': open,
  'GET /*': open,
  'OPTIONS *': open,
  'GET /openapi.json': open,
  'GET /config.json': open,
  'GET /atlas/:name': open,
  'GET /model-runtime/:name': open,
  'GET /health': open,
  'GET /ready': open,
  // The answer depends on who asks, and nobody is refused.
  'GET /api/me': { ...open },
  'GET /metrics': { ...open, least: 'admin', scope: 'admin' },
  'GET /api/engines': { ...open, least: 'guest', scope: 'read' },

  'GET /api/cases': { ...open, least: 'reader', scope: 'read' },
  'GET /api/cases/:caseId': seeCase,
  'GET /api/cases/:caseId/images/:file': seeCase,
  'POST /api/cases': {
    least: 'reader',
    scope: 'run',
    about: { kind: 'upload', in: 'body', field: 'files' },
    act: 'use',
    audit: 'upload',
  },
  'DELETE /api/cases/:caseId': {
    least: 'reader',
    scope: 'run',
    about: oneCase,
    act: 'remove',
    audit: 'delete',
  },
  'POST /api/uploads': { ...open, least: 'reader', scope: 'run' },
  'PATCH /api/uploads/:uploadId': send,
  'GET /api/uploads/:uploadId': send,
  'DELETE /api/uploads/:uploadId': { ...send, act: 'remove' },

  // Archives and scanners: a token that is good for this alone reads nothing.
  'POST /dicom-web/studies': { ...open, least: 'reader', scope: 'send', audit: 'receive' },
  'POST /dicom-web/studies/:studyUid': { ...open, least: 'reader', scope: 'send', audit: 'receive' },

  // What they show names patients of a whole hospital: not for everybody who may run a case.
  'GET /api/archives': { ...open, least: 'reviewer', scope: 'search' },
  'POST /api/archives/:archive/search': { ...open, least: 'reviewer', scope: 'search', audit: 'search' },
  'POST /api/archives/:archive/cases': { ...open, least: 'reviewer', scope: 'search', audit: 'fetch' },

  'POST /api/segment': {
    least: 'reader',
    scope: 'run',
    about: { kind: 'case', in: 'body', field: 'case_id' },
    act: 'use',
    audit: 'run',
  },
  'GET /api/jobs/:jobId': seeJob,
  'GET /api/jobs/:jobId/events': seeJob,
  'POST /api/jobs/:jobId/retry': { least: 'reader', scope: 'run', about: job, act: 'use', audit: 'run' },
  'DELETE /api/jobs/:jobId': { least: 'reader', scope: 'run', about: job, act: 'remove', audit: 'delete' },
  'GET /files/:jobId/:caseId/:filename': seeJob,
  'GET /api/jobs/:jobId/files.zip': { ...seeJob, audit: 'export' },

  'GET /api/jobs/:jobId/revisions': seeJob,
  'GET /api/jobs/:jobId/revisions/:number': seeJob,
  'GET /api/jobs/:jobId/revisions/:number/files/:filename': seeJob,
  'GET /api/jobs/:jobId/revisions/:number/files.zip': { ...seeJob, audit: 'export' },
  'POST /api/jobs/:jobId/revisions': {
    least: 'reviewer',
    scope: 'review',
    about: job,
    act: 'use',
    audit: 'revise',
  },

  // Whoever comes here is nobody yet, or not any more.
  'GET /sign-in': { ...open },
  'GET /sign-in/done': { ...open, audit: 'sign-in' },
  'GET /signed-in': open,
  'POST /api/sign-out': { ...open, audit: 'sign-out' },

  // A link is opened by whoever holds it.
  'GET /share/:secret': { ...open, audit: 'open-share' },
  'POST /api/shares': {
    least: 'reader',
    scope: 'run',
    about: { kind: 'job', in: 'body', field: 'jobId' },
    act: 'remove',
    audit: 'share',
  },
  'GET /api/jobs/:jobId/shares': { least: 'reader', scope: 'read', about: job, act: 'remove', audit: null },
  'DELETE /api/shares/:shareId': {
    least: 'reader',
    scope: 'run',
    about: { kind: 'share', in: 'path', field: 'shareId' },
    act: 'remove',
    audit: 'unshare',
  },

  'GET /api/tokens': { ...open, least: 'admin', scope: 'admin' },
  'POST /api/tokens': { ...open, least: 'admin', scope: 'admin', audit: 'add-token' },
  'DELETE /api/tokens/:tokenId': { ...open, least: 'admin', scope: 'admin', audit: 'revoke-token' },
  'GET /api/audit': { ...open, least: 'admin', scope: 'admin' },
};

/** The pages that describe the API, whose addresses are their package's own. */
const isOfDocs = (key: string) => key === 'GET /docs' || key.startsWith('GET /docs/');

/** The row of a route; undefined where it was forgotten. */
export function policyOf(method: string, url: string): PolicyRow | undefined {
  const key = `${method === 'HEAD' ? 'GET' : method} ${url}`;
  if (isOfDocs(key)) return open;
  return Object.hasOwn(policy, key) ? policy[key] : undefined;
}

/** May somebody ask for this at all? @returns null, or why not. */
export function refusalOf(visitor: Visitor, { least, scope }: PolicyRow): ErrorCode | null {
  if (least === 'nobody') return null;
  const { principal } = visitor;
  if (!reaches(standingOf(visitor), least)) return principal === null ? 'SIGN_IN_NEEDED' : 'ROLE_TOO_LOW';
  const isNarrowed = principal !== null && principal.scopes !== null && scope !== null;
  return isNarrowed && !principal.scopes.includes(scope) ? 'TOKEN_SCOPE_MISSING' : null;
}

/** May somebody do this to that? Whoever may not is told what they would be told if it were not there. */
export function mayDo(visitor: Visitor, act: Act, thing: Thing): boolean {
  if (visitor.principal?.role === 'admin') return true;
  return relationsFor[act].includes(relationTo(visitor, thing));
}
