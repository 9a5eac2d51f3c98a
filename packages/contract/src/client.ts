import type { z } from 'zod';
import { CaseList } from './cases.ts';
import { EngineList } from './engines.ts';
import { Job, SegmentAccepted, type SegmentRequest } from './jobs.ts';
import { Problem } from './problem.ts';

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

/** No answer came, or it was not the service's own (a gateway, a host that wakes it up). */
export class UnreachableError extends Error {
  readonly status: number | null;

  constructor(status: number | null, options?: ErrorOptions) {
    super('The service cannot be reached.', options);
    this.name = 'UnreachableError';
    this.status = status;
  }
}

export type Client = ReturnType<typeof createClient>;

/**
 * A typed client of Atoll's HTTP API; every answer is checked against the contract.
 * @param baseUrl origin of the service without a slash at the end; '' for the page's own.
 */
export function createClient(baseUrl: string, fetcher: typeof fetch = (...args) => fetch(...args)) {
  async function ask<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    init: RequestInit = {},
  ): Promise<z.infer<Schema>> {
    const response = await send(fetcher, `${baseUrl}${path}`, init);
    if (!response.ok) throw await errorOf(response);
    const parsed = schema.safeParse(await readJson(response));
    // An answer outside the contract is a host's page or another service: as good as none.
    if (!parsed.success) throw new UnreachableError(response.status, { cause: parsed.error });
    return parsed.data;
  }

  return {
    listCases: (signal?: AbortSignal) => ask(CaseList, '/api/cases', withSignal(signal)),
    listEngines: (signal?: AbortSignal) => ask(EngineList, '/api/engines', withSignal(signal)),
    getJob: (jobId: string, signal?: AbortSignal) =>
      ask(Job, `/api/jobs/${encodeURIComponent(jobId)}`, withSignal(signal)),
    segment: (request: SegmentRequest, signal?: AbortSignal) =>
      ask(SegmentAccepted, '/api/segment', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(request),
        ...withSignal(signal),
      }),
    /** Where an EventSource hears of a job's changes. */
    jobEventsUrl: (jobId: string) => `${baseUrl}/api/jobs/${encodeURIComponent(jobId)}/events`,
    /** Cancels a pending or running job, and answers with it as it then is. */
    cancelJob: (jobId: string, signal?: AbortSignal) =>
      ask(Job, `/api/jobs/${encodeURIComponent(jobId)}`, { method: 'DELETE', ...withSignal(signal) }),
  };
}

function withSignal(signal: AbortSignal | undefined): RequestInit {
  return signal === undefined ? {} : { signal };
}

async function send(fetcher: typeof fetch, url: string, init: RequestInit): Promise<Response> {
  return fetcher(url, init).catch(lostTouch(init.signal));
}

/** For a request's own rejection: no answer, or one that broke off. An abort stays one. */
export function lostTouch(signal?: AbortSignal | null): (thrown: unknown) => never {
  return (thrown) => {
    if (signal?.aborted) throw thrown;
    // Browsers word this differently ("Failed to fetch", "Load failed"): never look at the text.
    throw new UnreachableError(null, { cause: thrown });
  };
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (thrown) {
    throw new UnreachableError(response.status, { cause: thrown });
  }
}

/** What went wrong, by an answer that is no success: the service's own words, or a host's that stands before it. */
export async function errorOf(response: Response): Promise<ServiceError | UnreachableError> {
  const problem = Problem.safeParse(await response.json().catch(() => null));
  if (!problem.success) return new UnreachableError(response.status);
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new ServiceError(response.status, problem.data, Number.isFinite(retryAfter) ? retryAfter : null);
}
