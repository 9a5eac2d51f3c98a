import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import {
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { writeStaticSpace } from '../../scripts/spaces/static-space.ts';

/**
 * Stand-ins for the two hosts that a page and a sleeping service have: one that gives out files with the headers
 * of the Space's README, and one that answers in a service's place while it is away.
 */

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return z.custom<AddressInfo>((address) => typeof address === 'object').parse(server.address()).port;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await close(server);
  return port;
}

export type StaticHost = { readonly origin: string; close(): Promise<void> };

export type StaticHostOptions = {
  /** Whether the host sends the headers that the README asks for; true unless given. */
  readonly isIsolating?: boolean;
  readonly port?: number;
  readonly allowedApis?: string[];
};

/** The page as `npm run deploy:spaces` writes it, on an origin of its own. */
export async function startStaticHost(
  api: string | null,
  { isIsolating = true, port = 0, allowedApis = [] }: StaticHostOptions = {},
): Promise<StaticHost> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-page-'));
  writeStaticSpace(folder, { api, allowedApis });
  const matter: unknown = parse(
    /^---\n(.*?)\n---/s.exec(readFileSync(join(folder, 'README.md'), 'utf8'))?.[1] ?? '',
  );
  const { custom_headers } = z.object({ custom_headers: z.record(z.string(), z.string()) }).parse(matter);
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://host').pathname);
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    const type = types[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, ...(isIsolating ? custom_headers : {}) });
    response.end(readFileSync(file));
  });
  const bound = await listen(server, port);
  return {
    origin: `http://127.0.0.1:${bound}`,
    close: async () => {
      await close(server);
      rmSync(folder, { recursive: true });
    },
  };
}

/** How a host answers while the service behind it sleeps. */
export type Sleep = 'refused' | 'gateway' | 'gateway-unreadable' | 'wake-page';

/**
 * The host of a service that sleeps: until it wakes it, it refuses connections, answers 503 of its own, or shows
 * a page; then it hands all requests on. It can lose the answer to a submission.
 */
export class SleepyHost {
  readonly #server: Server;
  readonly #backend: string;
  readonly port: number;
  #sleep: Sleep | null = null;
  /** Job ids that the service answered submissions with, whether or not the answers arrived. */
  readonly submitted: string[] = [];
  /** So many answers to submissions get lost on their way. */
  losesAnswers = 0;

  constructor(backend: string, port: number) {
    this.#backend = backend;
    this.port = port;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  async wake(): Promise<void> {
    this.#sleep = null;
    if (!this.#server.listening) await listen(this.#server, this.port);
  }

  async sleep(how: Sleep): Promise<void> {
    this.#sleep = how;
    if (how !== 'refused') {
      if (!this.#server.listening) await listen(this.#server, this.port);
      this.#server.closeAllConnections();
    } else if (this.#server.listening) {
      await close(this.#server);
    }
  }

  async close(): Promise<void> {
    if (this.#server.listening) await close(this.#server);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const html = { 'Content-Type': 'text/html; charset=utf-8' };
    // Some hosts let every page read what they say themselves.
    const readable = {
      ...html,
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'Content-Type',
    };
    switch (this.#sleep) {
      case 'gateway':
        response.writeHead(503, { ...readable, 'Retry-After': '1' }).end('<h1>503 Service unavailable</h1>');
        return;
      case 'gateway-unreadable':
        response.writeHead(503, html).end('<h1>503 Service unavailable</h1>');
        return;
      case 'wake-page':
        response.writeHead(200, readable).end('<h1>Preparing Space</h1>');
        return;
    }
    this.#forward(request, response);
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = request;
    const onward = forward(`${this.#backend}${url}`, { method, headers }, (answer) => {
      const isSubmission = method === 'POST' && url === '/api/segment';
      if (!isSubmission) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        return;
      }
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const body = Buffer.concat(chunks);
        const taken = z.object({ jobId: z.string() }).safeParse(JSON.parse(body.toString()));
        if (taken.success) this.submitted.push(taken.data.jobId);
        if (this.losesAnswers-- > 0) response.destroy();
        else response.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
      });
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
    response.on('close', () => onward.destroy());
  }
}
