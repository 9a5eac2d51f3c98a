import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Seen = { readonly path: string; readonly headers: IncomingMessage['headers'] };

/** What the next answers do instead of answering well, one each. */
export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string> }
  /** Breaks off after so many bytes of the body. */
  | { readonly cutAfterBytes: number }
  /** Sends the whole file whatever was asked for. */
  | 'no-ranges'
  /** Never answers. */
  | 'silent';

/** A server of files and ranges on this machine, which counts what it sends. */
export class RangeServer {
  readonly files = new Map<string, Uint8Array | { readonly redirect: string }>();
  readonly faults: Fault[] = [];
  readonly seen: Seen[] = [];
  /** Bytes of bodies that were sent. */
  sentBytes = 0;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not started');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  forget(): void {
    this.seen.length = 0;
    this.sentBytes = 0;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    this.seen.push({ path, headers: request.headers });
    const fault = this.faults.shift();
    if (fault === 'silent') return;
    if (typeof fault === 'object' && 'status' in fault) {
      response.writeHead(fault.status, fault.headers).end();
      return;
    }
    const file = this.files.get(path);
    if (file === undefined) response.writeHead(404).end();
    else if (file instanceof Uint8Array) this.#send(file, request, response, fault);
    else response.writeHead(302, { location: file.redirect }).end();
  }

  #send(
    file: Uint8Array,
    request: IncomingMessage,
    response: ServerResponse,
    fault: Fault | undefined,
  ): void {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const ranged = from !== undefined && fault !== 'no-ranges';
    const first = ranged ? Number(from) : 0;
    const end = ranged ? Math.min(file.length, Number(to) + 1) : file.length;
    const headers = { 'content-length': end - first, 'content-type': 'application/octet-stream' };
    if (ranged)
      response.writeHead(206, { ...headers, 'content-range': `bytes ${first}-${end - 1}/${file.length}` });
    else response.writeHead(200, headers);
    if (typeof fault === 'object' && 'cutAfterBytes' in fault) {
      const part = file.subarray(first, Math.min(end, first + fault.cutAfterBytes));
      this.sentBytes += part.length;
      response.write(part, () => setTimeout(() => response.destroy(), 20));
      return;
    }
    this.sentBytes += end - first;
    response.end(file.subarray(first, end));
  }
}
