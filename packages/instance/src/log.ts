import { z } from 'zod';
import type { Settings } from './settings.ts';

type LineSink = { write(line: string): unknown };

/**
 * Options of the logger, which is Fastify's own. Nothing of a patient reaches the log: requests are named by the pattern of
 * their route and never by their URL, and errors by their class, code and frames and never by their text, for
 * that may hold a path or the parameters of a query.
 */
export function loggerOptions(
  settings: Pick<Settings, 'logLevel' | 'logFormat'>,
  sink: LineSink,
  tty: boolean,
) {
  const text = settings.logFormat === 'text' || (settings.logFormat === 'auto' && tty);
  return {
    level: settings.logLevel,
    base: null,
    stream: text ? { write: (line: string) => sink.write(`${formatLine(line)}\n`) } : sink,
    serializers: {
      req: describeRequest,
      res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
      err: describeError,
    },
  };
}

/** Of a request of Fastify's. */
type NamedRequest = {
  readonly method: string;
  readonly routeOptions?: { readonly url?: string | undefined };
};

function describeRequest(request: NamedRequest) {
  return { method: request.method, route: request.routeOptions?.url ?? null };
}

type ErrorTrace = { type: string; message: string; stack: string; cause?: ErrorTrace };

function describeError(thrown: unknown): ErrorTrace {
  // Some libraries throw a text. It may be of anything, and is not for the log.
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: '', stack: '' };
  const lines = (thrown.stack ?? '').split('\n').map((line) => line.trim());
  return {
    type: thrown.name,
    // Node's and the database's codes stand in for their sentences.
    message: 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '',
    stack: lines
      .filter((line) => /^at .*:\d+:\d+\)?$/.test(line))
      .slice(0, 12)
      .join('\n'),
    ...(thrown.cause instanceof Error ? { cause: describeError(thrown.cause) } : {}),
  };
}

const Trace = z.object({
  type: z.string(),
  message: z.string(),
  stack: z.string(),
  get cause() {
    return Trace.optional();
  },
});

const Line = z.object({
  level: z.number(),
  time: z.number(),
  msg: z.string().default(''),
  reqId: z.string().optional(),
  req: z.object({ method: z.string(), route: z.string().nullable() }).optional(),
  res: z.object({ status: z.number() }).optional(),
  elapsedMs: z.number().optional(),
  err: Trace.optional(),
});

const levelNames: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** A log line for people: `03:09:59 warn  GET /api/jobs/:jobId 404 in 2 ms (request 1f)`. */
export function formatLine(json: string): string {
  const parsed = Line.safeParse(JSON.parse(json));
  if (!parsed.success) return json.trimEnd();
  const { level, time, msg, reqId, req, res, elapsedMs, err } = parsed.data;
  const clock = new Date(time).toISOString().slice(11, 19);
  const request = req === undefined ? [] : [req.method, req.route ?? 'unknown address'];
  const words = [
    clock,
    (levelNames[level] ?? String(level)).padEnd(5),
    ...(res === undefined ? [msg, ...request] : [...request, String(res.status)]),
    ...(elapsedMs === undefined ? [] : [`in ${elapsedMs} ms`]),
    ...(reqId === undefined ? [] : [`(request ${reqId})`]),
  ];
  return [words.join(' '), ...formatTrace(err).map((line) => `    ${line}`)].join('\n');
}

function formatTrace(trace: z.infer<typeof Trace> | undefined): string[] {
  if (trace === undefined) return [];
  const { type, message, stack, cause } = trace;
  return [`${type} ${message}`.trim(), ...stack.split('\n'), ...formatTrace(cause)];
}
