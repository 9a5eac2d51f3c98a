import { request as ask } from 'node:http';
import { z } from 'zod';
import type { Chance } from './chance.ts';
import { mutate } from './mutation.ts';
import { type Extent, goesOn, type Outcome } from './outcome.ts';

/** A route that anybody may knock at: `*` in its path is any name. */
export type Door = {
  readonly method: string;
  readonly path: string;
  /** Sound bodies, which are spoilt, by their type. */
  readonly bodies?: readonly (readonly [type: string, body: Uint8Array])[];
};

/** Who is knocked at. */
export type House = { readonly url: string; isAlive(): Promise<boolean> };

const Problem = z.looseObject({ code: z.string(), detail: z.string() });
/** What is said where something else is at fault: a full disk, an archive or a provider that does not answer. */
const ownFault = 'INTERNAL';

const texts = [
  '',
  '-1',
  '0',
  '1e400',
  'null',
  '[object Object]',
  '__proto__',
  '../../../etc/passwd',
  '..%2f..%2fdb',
  '%00',
  '%ff%fe',
  '%',
  'ä'.repeat(40),
  'a'.repeat(6000),
  '" onload="x',
  "' OR 1=1 --",
  '\u202e',
  '{"a":1}',
  'phantom-large-left',
  'f'.repeat(32),
  '1.2.840.10008.1',
  '01',
];
const keys = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'session_state',
  'to',
  'next',
  'limit',
  'before',
  'q',
];

/**
 * Knocks at doors with names, queries, cookies, tokens and bodies of all sorts: each is answered with what was asked for or
 * with a reason of the catalogue, never as a fault of the service's own.
 * @param usual headers of every request, such as those of a proxy that has signed somebody in.
 */
export async function attackDoors(
  name: string,
  { url, isAlive }: House,
  doors: readonly Door[],
  extent: Extent,
  chance: Chance,
  usual: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const faults: string[] = [];
  let tries = 0;
  for (; goesOn(extent, tries); tries++) {
    const door = chance.pick(doors);
    const path = withQuery(
      door.path.replaceAll('*', () => escaped(chance.pick(texts), chance)),
      chance,
    );
    const [type, body] = bodyOf(door, chance);
    const headers = { ...usual, ...oddHeaders(chance), ...(type === null ? {} : { 'content-type': type }) };
    const method = chance.next() < 0.9 ? door.method : chance.pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH']);
    const answer = await send(new URL(url), method, path, headers, body);
    const fault = typeof answer === 'string' ? answer : faultOf(answer.status, answer.text);
    if (fault !== null) faults.push(`try ${tries}: ${method} ${path.slice(0, 120)}: ${fault}`);
    if (tries % 100 === 0 && !(await isAlive())) faults.push(`try ${tries}: the service is gone`);
  }
  if (!(await isAlive())) faults.push('the service is gone');
  return { name, tries, faults };
}

/** As it would be written, or as it is where a request line can carry it. */
function escaped(text: string, chance: Chance): string {
  return /^[\x21-\x7e]*$/.test(text) && !/[?#]/.test(text) && chance.next() < 0.5
    ? text
    : encodeURIComponent(text);
}

function withQuery(path: string, chance: Chance): string {
  if (chance.next() < 0.4) return path;
  const pairs = Array.from(
    { length: 1 + chance.below(3) },
    () => `${chance.pick(keys)}=${escaped(chance.pick(texts), chance)}`,
  );
  return `${path}?${pairs.join('&')}`;
}

function oddHeaders(chance: Chance): Record<string, string> {
  const plain = () => chance.pick(texts).replace(/[^\x21-\x7e]/g, 'x');
  const headers: Record<string, string> = {};
  if (chance.next() < 0.3)
    headers.cookie = `atoll-${chance.pick(['shares', 'session', 'sign-in'])}=${plain()}`;
  if (chance.next() < 0.15) headers.authorization = `Bearer ${plain()}`;
  if (chance.next() < 0.3) headers.accept = chance.pick(['text/html', 'application/json', '*/*', plain()]);
  if (chance.next() < 0.1) headers.range = chance.pick(['bytes=-1', 'bytes=9-1', 'bytes=0-0,5-9', plain()]);
  if (chance.next() < 0.1) headers['if-none-match'] = plain();
  return headers;
}

function bodyOf({ bodies = [] }: Door, chance: Chance): readonly [type: string | null, body: Uint8Array] {
  if (bodies.length === 0) return [null, new Uint8Array()];
  const [type, sound] = chance.pick(bodies);
  const body = chance.next() < 0.2 ? sound : mutate(sound, chance);
  return [
    chance.next() < 0.9
      ? type
      : mutate(Buffer.from(type), chance)
          .toString('latin1')
          .replace(/[^\x20-\x7e]/g, ''),
    body,
  ];
}

function send(
  { hostname, port, pathname }: URL,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Promise<{ status: number; text: string } | string> {
  return new Promise((resolve) => {
    const asked = ask(
      {
        hostname,
        port,
        method,
        path: `${pathname.replace(/\/$/, '')}${path}`,
        headers: { ...headers, ...(body.length === 0 ? {} : { 'content-length': String(body.length) }) },
        timeout: 60_000,
        agent: false,
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += text.length < 10_000 ? chunk : '';
        });
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.once('error', (error) => resolve(String(error)));
      },
    );
    asked.once('timeout', () => asked.destroy(new Error('no answer within a minute')));
    asked.once('error', (error) => resolve(isRefusal(error) ? { status: 400, text: '' } : String(error)));
    asked.end(body);
  });
}

/** A body that goes on being sent when it was refused, or a request that Node itself would not send. */
function isRefusal(error: Error): boolean {
  return 'code' in error && ['EPIPE', 'ECONNRESET'].includes(String(error.code));
}

function faultOf(status: number, text: string): string | null {
  if (status < 500) return null;
  const problem = Problem.safeParse(parsed(text));
  if (!problem.success) return `${status} with ${text.slice(0, 200)}`;
  return problem.data.code === ownFault ? `${status} ${problem.data.code}: ${problem.data.detail}` : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
