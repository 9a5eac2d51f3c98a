import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { catalogue, type ErrorCode } from '@atoll/errors/catalogue';
import { problemOf } from '../answers/problems.ts';

/** Our own word for an Expect header that means nothing here; Node would answer it without a body. */
export const unmetExpectation = 'ATOLL_UNMET_EXPECTATION';

const codesOfNode: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMED_OUT',
  [unmetExpectation]: 'EXPECTATION_FAILED',
};

/**
 * Answers what is not even HTTP, or came too slowly: Node hands over the bare socket then.
 * @param headers those of every answer.
 */
export function answerBrokenRequest(headers: Readonly<Record<string, string>>) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const code = codesOfNode[error.code ?? ''] ?? 'REQUEST_MALFORMED';
    const { status } = catalogue[code];
    const body = JSON.stringify(problemOf(code));
    const lines = Object.entries({
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      Connection: 'close',
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  };
}
