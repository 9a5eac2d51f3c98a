import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { UploadId } from '@atoll/contract/cases';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

export type TusRequest = {
  readonly method: string;
  /** null for the address of all uploads. */
  readonly uploadId: string | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable | null;
};

export type TusAnswer = {
  readonly headers: ReadonlyMap<string, string>;
  /** Of an upload that was begun. */
  readonly uploadId: string | null;
};

/** An upload that was not made a case of within this time is removed. */
const keptMs = 24 * 3600_000;
/** Uploads that may be under way or waiting to be made cases of. */
const maxUploads = 500;

/** What of a request tus hears of: the name in Upload-Metadata may be a patient's, so it is not among them. */
const heard = ['tus-resumable', 'upload-length', 'upload-offset', 'content-type', 'content-length'] as const;
/** What of its answers goes out: about origins Atoll decides itself. */
const told = ['tus-resumable', 'upload-length', 'upload-offset', 'upload-expires', 'cache-control'] as const;

const codes: Readonly<Record<number, ErrorCode>> = {
  404: 'UPLOAD_UNKNOWN',
  409: 'UPLOAD_CONFLICT',
  410: 'UPLOAD_UNKNOWN',
  413: 'UPLOAD_TOO_LARGE',
  500: 'FILE_UNWRITABLE',
};

/**
 * Files that are sent in pieces by the tus protocol (1.0.0), and can be gone on with after a connection broke or this
 * process was started anew. They lie in one folder, with random names that are their ids.
 */
export class ResumableUploads {
  readonly #folder: string;
  readonly #maxBytes: number;
  #opened: Promise<{ server: Server; store: FileStore }> | null = null;

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /**
   * Answers a request of the protocol.
   * @throws AtollError UPLOAD_UNKNOWN, UPLOAD_CONFLICT, UPLOAD_TOO_LARGE, REQUEST_MALFORMED, FILE_UNWRITABLE
   */
  async answer({ method, uploadId, headers, body }: TusRequest): Promise<TusAnswer> {
    if (uploadId !== null && !UploadId.safeParse(uploadId).success) throw new AtollError('UPLOAD_UNKNOWN');
    const { server } = await this.#open();
    const passed = heard.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as [string, string]] : [];
    });
    const url = `http://atoll.invalid${path}${uploadId === null ? '' : `/${uploadId}`}`;
    const stream = body === null ? {} : { body: piecesOf(body), duplex: 'half' as const };
    const answer = await server.handleWeb(new Request(url, { method, headers: passed, ...stream }));
    if (answer.status >= 400) {
      throw new AtollError(codes[answer.status] ?? 'REQUEST_MALFORMED');
    }
    const kept = told.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    const made = answer.headers.get('location')?.split('/').at(-1) ?? null;
    return { headers: new Map(kept), uploadId: made };
  }

  /** Bytes that were announced and have not come. @throws AtollError UPLOADS_BUSY when there are too many uploads. */
  async outstandingBytes(): Promise<number> {
    const { store } = await this.#open();
    const ids = await this.#ids();
    if (ids.length >= maxUploads) throw new AtollError('UPLOADS_BUSY');
    const uploads = await Promise.all(ids.map((id) => store.getUpload(id).catch(() => null)));
    return uploads.reduce(
      (sum, upload) => sum + (upload === null ? 0 : (upload.size ?? 0) - upload.offset),
      0,
    );
  }

  /**
   * Takes the file of a complete upload away to a path; of two that want it, one gets it.
   * @returns its size in bytes.
   * @throws AtollError UPLOAD_UNKNOWN, UPLOAD_INCOMPLETE
   */
  async claim(uploadId: string, to: string): Promise<number> {
    const { store } = await this.#open();
    const upload = await store.getUpload(uploadId).catch(() => null);
    if (upload === null) throw new AtollError('UPLOAD_UNKNOWN');
    if (upload.offset !== upload.size) throw new AtollError('UPLOAD_INCOMPLETE');
    await rename(this.#path(uploadId), to).catch((cause: unknown) => {
      throw new AtollError('UPLOAD_UNKNOWN', undefined, { cause });
    });
    return upload.offset;
  }

  /** Puts a claimed file back, so that its sender can try something else with it. */
  async giveBack(uploadId: string, from: string): Promise<void> {
    await rename(from, this.#path(uploadId));
  }

  async remove(uploadId: string): Promise<void> {
    await rm(this.#path(uploadId), { force: true });
    await rm(`${this.#path(uploadId)}.json`, { force: true });
  }

  /** Removes uploads that are past their time. */
  async sweep(now = Date.now()): Promise<void> {
    for (const id of await this.#ids()) {
      const found =
        (await stat(`${this.#path(id)}.json`).catch(() => null)) ??
        (await stat(this.#path(id)).catch(() => null));
      if (found !== null && now - found.mtimeMs > keptMs) await this.remove(id);
    }
  }

  #path(uploadId: string): string {
    return join(this.#folder, uploadId);
  }

  async #ids(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return [...new Set(names.map((name) => name.split('.')[0]))];
  }

  #open() {
    this.#opened ??= (async () => {
      // Before the store makes it itself, open to all.
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const store = new FileStore({ directory: this.#folder, expirationPeriodInMilliseconds: keptMs });
      const server = new Server({
        path,
        datastore: store,
        maxSize: this.#maxBytes,
        relativeLocation: true,
        namingFunction: () => randomBytes(16).toString('hex'),
      });
      return { server, store };
    })();
    return this.#opened;
  }
}

const path = '/api/uploads';

/** A body that is not closed with its connection when it is given up: the answer has to get out. */
function piecesOf(body: Readable): ReadableStream<Uint8Array> {
  const pieces = body.iterator({ destroyOnReturn: false });
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
