import { connect } from 'node:net';
import { Problem } from '@atoll/contract/problem';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

let server: FastifyInstance;
let port: number;

beforeAll(async () => {
  server = await buildServer(memoryParts());
  await server.listen({ host: '127.0.0.1', port: 0 });
  const [address] = server.addresses();
  port = typeof address === 'object' ? address.port : 0;
});
afterAll(() => server.close());

/** Sends bytes as they are, and reads until the server hangs up. */
function sendRaw(text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  let answer = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('close', () => resolve(answer));
  socket.on('error', reject);
  return promise;
}

it.each([
  ['no HTTP at all', '\x16\x03\x01hello\r\n\r\n', 400, 'REQUEST_MALFORMED'],
  ['a request without a host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'HOST_REFUSED'],
  ['an old request without a host', 'GET / HTTP/1.0\r\n\r\n', 400, 'HOST_REFUSED'],
  [
    'two hosts',
    'GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    400,
    'HOST_REFUSED',
  ],
  [
    'a host that is no address, and an origin',
    'POST /api/segment HTTP/1.1\r\nHost: 999.999.999.999\r\nOrigin: http://localhost\r\nConnection: close\r\n\r\n',
    400,
    'HOST_REFUSED',
  ],
  [
    'an expectation of something else',
    'POST /api/segment HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\nConnection: close\r\n\r\n',
    417,
    'EXPECTATION_FAILED',
  ],
  [
    'a method that no address takes',
    'TRACE /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    405,
    'METHOD_NOT_ALLOWED',
  ],
  ['an empty host', 'GET / HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n', 400, 'HOST_REFUSED'],
  [
    'two lengths',
    'POST /api/segment HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
    'REQUEST_MALFORMED',
  ],
  [
    'headers without end',
    `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'HEADERS_TOO_LARGE',
  ],
])('%s gets an answer of the same form', async (_what, text, status, code) => {
  const answer = await sendRaw(text);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(Problem.parse(JSON.parse(body)).code).toBe(code);
  expect(head).toMatch(/^cross-origin-resource-policy: cross-origin\r?$/im);
});

it('a broken connection does not end the server', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET /api/cases HTTP/1.1\r\nHost: loc');
  socket.resetAndDestroy();
  const answer = await fetch(`http://127.0.0.1:${port}/health`);
  expect(answer.status).toBe(200);
});
