import type { z } from 'zod';
import {
  AuditList,
  Me,
  ShareAdded,
  ShareList,
  type ShareRequest,
  SignedOut,
  TokenAdded,
  TokenList,
  type TokenRequest,
} from './access.ts';
import { CaseAdded, CaseDetail, CaseList, type CaseOfUploads, type ImageRole } from './cases.ts';
import { EngineList } from './engines.ts';
import { Health } from './health.ts';
import { Job, SegmentAccepted, type SegmentRequest } from './jobs.ts';
import { acceptContract } from './media-type.ts';
import { Problem } from './problem.ts';
import { Revision, type RevisionRequest } from './revisions.ts';

/** The service answered with an error of its own: code, sentence, and what to do. */
export class ServiceError extends Error {
  readonly status: number;
  readonly problem: Problem;
  readonly retryAfterSeconds: number | null;

  constructor(status: number, problem: Problem, retryAfterSeconds: number | null) {
    super(problem.detail);
    this.name = 'ServiceError';
    this.status = status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * Why the service itself did not answer. no-answer: nobody did, or the answer broke off; gateway: its host, in
 * its place; wake-page: its host, with a page for people; stranger: something that is not Atoll, or not of this
 * version.
 */
export type Absence = 'no-answer' | 'gateway' | 'wake-page' | 'stranger';

/** No answer came, or it was not the service's own. */
export class UnreachableError extends Error {
  readonly absence: Absence;
  readonly status: number | null;
  readonly retryAfterSeconds: number | null;

  constructor(absence: Absence, response: Response | null = null, options?: ErrorOptions) {
    super('The service cannot be reached.', options);
    this.name = 'UnreachableError';
    this.absence = absence;
    this.status = response?.status ?? null;
    this.retryAfterSeconds = response === null ? null : retryAfterSeconds(response);
  }
}

type Fetcher = typeof fetch;

/** Asks a service, and checks the answer against the contract. @throws ServiceError, UnreachableError */
export type Ask = <Schema extends z.ZodType>(
  schema: Schema,
  path: string,
  init?: RequestInit,
) => Promise<z.infer<Schema>>;

/** @param baseUrl as of `createClient`. */
export function createAsk(baseUrl: string, fetcher: Fetcher = (...args) => fetch(...args)): Ask {
  return async (schema, path, init = {}) => {
    const response = await fetcher(`${baseUrl}${path}`, init).catch(lostTouch(init.signal));
    await expectAnswer(response);
    const parsed = schema.safeParse(parseJson(await response.text().catch(lostTouch(init.signal))));
    if (!parsed.success) throw new UnreachableError('stranger', response, { cause: parsed.error });
    return parsed.data;
  };
}

export type Client = ReturnType<typeof createClient>;

/**
 * A typed client of Atoll's HTTP API; every answer is checked against the contract.
 * @param baseUrl where the service's routes begin, without a slash at the end: its origin, or '' or a path on the page's own.
 */
export function createClient(baseUrl: string, fetcher: Fetcher = (...args) => fetch(...args)) {
  const ask = createAsk(baseUrl, fetcher);

  async function remove(path: string, signal?: AbortSignal): Promise<void> {
    const init = { method: 'DELETE', ...withSignal(signal) };
    await expectAnswer(await fetcher(`${baseUrl}${path}`, init).catch(lostTouch(signal)));
  }

  return {
    health: (signal?: AbortSignal) => ask(Health, '/health', withSignal(signal)),
    listCases: (signal?: AbortSignal) => ask(CaseList, '/api/cases', withSignal(signal)),
    getCase: (caseId: string, signal?: AbortSignal) =>
      ask(CaseDetail, `/api/cases/${encodeURIComponent(caseId)}`, withSignal(signal)),
    /** Brings a case: images by their roles, or files of any kind of which it is found out what they are. */
    addCase: (upload: CaseUpload, signal?: AbortSignal) =>
      ask(CaseAdded, '/api/cases', { method: 'POST', body: toForm(upload), ...withSignal(signal) }),
    /** Brings a case of files that were uploaded with tus before, at `uploadsUrl`. */
    addCaseOfUploads: (wanted: CaseOfUploads, signal?: AbortSignal) =>
      ask(CaseAdded, '/api/cases', sending(wanted, signal)),
    uploadsUrl: `${baseUrl}/api/uploads`,
    /** Removes an uploaded case with its jobs and results. */
    removeCase: (caseId: string, signal?: AbortSignal) =>
      remove(`/api/cases/${encodeURIComponent(caseId)}`, signal),
    listEngines: (signal?: AbortSignal) => ask(EngineList, '/api/engines', withSignal(signal)),
    getJob: (jobId: string, signal?: AbortSignal) =>
      ask(Job, `/api/jobs/${encodeURIComponent(jobId)}`, {
        headers: { Accept: acceptContract },
        ...withSignal(signal),
      }),
    segment: (request: SegmentRequest, signal?: AbortSignal) =>
      ask(SegmentAccepted, '/api/segment', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: acceptContract },
        body: JSON.stringify(request),
        ...withSignal(signal),
      }),
    /** Accepts, corrects or rejects a result. @param mask of a correction, NIfTI; null where it stands as it is. */
    revise: (
      jobId: string,
      request: RevisionRequest,
      mask: Uint8Array<ArrayBuffer> | null,
      signal?: AbortSignal,
    ) =>
      ask(Revision, `/api/jobs/${encodeURIComponent(jobId)}/revisions`, {
        method: 'POST',
        body: reviewForm(request, mask),
        ...withSignal(signal),
      }),
    /** What a reader made of a result; it never changes. */
    revision: (jobId: string, number: number, signal?: AbortSignal) =>
      ask(Revision, `/api/jobs/${encodeURIComponent(jobId)}/revisions/${number}`, withSignal(signal)),
    /** Who asks, whether anybody has to sign in, and what they may do with a job and a case. */
    me: ({ jobId, caseId }: { jobId: string | null; caseId: string | null }, signal?: AbortSignal) => {
      const query = new URLSearchParams();
      if (jobId !== null) query.set('job', jobId);
      if (caseId !== null) query.set('case', caseId);
      return ask(Me, query.size === 0 ? '/api/me' : `/api/me?${query}`, withSignal(signal));
    },
    /** Ends the session of this browser. */
    signOut: (signal?: AbortSignal) =>
      ask(SignedOut, '/api/sign-out', { method: 'POST', ...withSignal(signal) }),
    /** Makes a link to a result that ends. */
    share: (wanted: ShareRequest, signal?: AbortSignal) =>
      ask(ShareAdded, '/api/shares', sending(wanted, signal)),
    listShares: (jobId: string, signal?: AbortSignal) =>
      ask(ShareList, `/api/jobs/${encodeURIComponent(jobId)}/shares`, withSignal(signal)),
    endShare: (shareId: string, signal?: AbortSignal) =>
      remove(`/api/shares/${encodeURIComponent(shareId)}`, signal),
    listTokens: (signal?: AbortSignal) => ask(TokenList, '/api/tokens', withSignal(signal)),
    addToken: (wanted: TokenRequest, signal?: AbortSignal) =>
      ask(TokenAdded, '/api/tokens', sending(wanted, signal)),
    revokeToken: (tokenId: string, signal?: AbortSignal) =>
      remove(`/api/tokens/${encodeURIComponent(tokenId)}`, signal),
    /** @param query as GET /api/audit takes it. */
    listAudit: (query: URLSearchParams, signal?: AbortSignal) =>
      ask(AuditList, `/api/audit?${query}`, withSignal(signal)),
    /** Where an EventSource hears of a job's changes. */
    jobEventsUrl: (jobId: string) => `${baseUrl}/api/jobs/${encodeURIComponent(jobId)}/events`,
    /** Cancels a pending or running job, and answers with it as it then is. */
    cancelJob: (jobId: string, signal?: AbortSignal) =>
      ask(Job, `/api/jobs/${encodeURIComponent(jobId)}`, { method: 'DELETE', ...withSignal(signal) }),
  };
}

export type CaseUpload = {
  readonly files: Readonly<Partial<Record<ImageRole, Blob>>>;
  /** Anything; a file's name, with its folders, helps to find out what it is. */
  readonly others?: readonly { readonly name: string; readonly content: Blob }[];
  readonly title?: string | undefined;
  /** b-value of the DWI (s/mm²), if the ADC has to be computed and no file states it. */
  readonly bValue?: number | undefined;
};

function toForm({ files, others = [], title, bValue }: CaseUpload): FormData {
  const form = new FormData();
  if (title !== undefined) form.append('title', title);
  if (bValue !== undefined) form.append('b_value', String(bValue));
  // Under names that say nothing of the patient.
  for (const [role, content] of Object.entries(files)) form.append(role, content, role);
  for (const { name, content } of others) form.append('files', content, name);
  return form;
}

function reviewForm(request: RevisionRequest, mask: Uint8Array<ArrayBuffer> | null): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(request)) form.append(name, String(value));
  if (mask !== null) form.append('mask', new Blob([mask]), 'mask');
  return form;
}

function sending(body: unknown, signal: AbortSignal | undefined): RequestInit {
  const headers = { 'Content-Type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body), ...withSignal(signal) };
}

function withSignal(signal: AbortSignal | undefined): RequestInit {
  return signal === undefined ? {} : { signal };
}

/** For a request's own rejection: no answer, or one that broke off. An abort stays one. */
export function lostTouch(signal?: AbortSignal | null): (thrown: unknown) => never {
  return (thrown) => {
    if (signal?.aborted) throw thrown;
    // Browsers word this differently ("Failed to fetch", "Load failed"): never look at the text.
    throw new UnreachableError('no-answer', null, { cause: thrown });
  };
}

/**
 * Lets pass only what the service itself can have sent as a success.
 * @throws ServiceError with the service's own words, UnreachableError for a host's that stands before it.
 */
export async function expectAnswer(response: Response): Promise<void> {
  if (response.ok) {
    // The service sends pages only to who asks for one; a host that wakes it up sends them to all.
    if (response.headers.get('Content-Type')?.startsWith('text/html')) {
      throw new UnreachableError('wake-page', response);
    }
    return;
  }
  const problem = Problem.safeParse(parseJson(await response.text().catch(() => '')));
  if (!problem.success) throw new UnreachableError(isGateway(response) ? 'gateway' : 'stranger', response);
  throw new ServiceError(response.status, problem.data, retryAfterSeconds(response));
}

/** Answers of hosts for a service that is not there yet, or not for the moment. */
function isGateway({ status }: Response): boolean {
  return [408, 425, 429, 500].includes(status) || (status >= 502 && status <= 504) || status >= 520;
}

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). */
function retryAfterSeconds({ headers }: Response): number | null {
  const text = headers.get('Retry-After')?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
