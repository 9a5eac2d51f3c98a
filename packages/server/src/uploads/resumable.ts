import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Owner } from '@atoll/access/visitor';
import { UploadId } from '@atoll/contract/cases';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { isDiskFull } from '@atoll/errors/disk-full';
import { AtollError } from '@atoll/errors/error';
import type { FileStore } from '@tus/file-store';
import type { Server } from '@tus/server';
import { z } from 'zod';

export type TusRequest = {
  readonly method: string;
  /** null for the address of all uploads. */
  readonly uploadId: string | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable | null;
  /** Whom an upload that begins belongs to; null where nobody has to sign in. */
  readonly owner?: Owner | null;
};

export type TusAnswer = {
  readonly headers: ReadonlyMap<string, string>;
  /** Of an upload that was begun. */
  readonly uploadId: string | null;
};

/** An upload that was not made a case of within this time is removed. */
const keptMs = 24 * 3600_000;
/** One to which no first byte comes within this time goes sooner, and one that stands still for so long holds no room. */
const patienceMs = 10 * 60_000;
/** Uploads that may be under way or waiting to be made cases of, in all and of one client. */
const usualPlaces = { all: 500, perClient: 100 };
/** What one client may announce, counted in the most that one upload may have. */
const maxAnnouncedPerClient = 4;
/** When all places are taken, one whose sender has not been heard of for so long makes room, the longest silent first. */
const silentMs = { unfinished: patienceMs, finished: 3600_000 };

/** An upload as it lies there. */
type Found = {
  readonly id: string;
  readonly sizeBytes: number;
  readonly offset: number;
  readonly silentMs: number;
  /** null for those of before the last start. */
  readonly client: string | null;
};

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
  507: 'DISK_FULL',
};

/**
 * Files that are sent in pieces by the tus protocol (1.0.0), and can be gone on with after a connection broke or this
 * process was started anew. They lie in one folder, with random names that are their ids.
 */
export class ResumableUploads {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #places: typeof usualPlaces;
  /** Sizes as they were announced: they do not change. */
  readonly #sizes = new Map<string, number>();
  /** Whose uploads are whose, as far as this process began them. */
  readonly #clients = new Map<string, string>();
  readonly #beginning = new Set<{ readonly client: string; readonly sizeBytes: number }>();
  #opened: Promise<{ server: Server; store: FileStore }> | null = null;

  constructor(folder: string, maxBytes: number, places = usualPlaces) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#places = places;
  }

  /**
   * Answers a request of the protocol.
   * @throws AtollError UPLOAD_UNKNOWN, UPLOAD_CONFLICT, UPLOAD_TOO_LARGE, REQUEST_MALFORMED, FILE_UNWRITABLE
   */
  async answer({ method, uploadId, headers, body, owner = null }: TusRequest): Promise<TusAnswer> {
    if (uploadId !== null && !UploadId.safeParse(uploadId).success) throw new AtollError('UPLOAD_UNKNOWN');
    const { server } = await this.#open();
    const passed = heard.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as [string, string]] : [];
    });
    if (uploadId === null && owner !== null) passed.push(['upload-metadata', `owner ${packOwner(owner)}`]);
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

  /**
   * Begins an upload, if its client may. While `create` works it counts already, so that several at once do not each
   * find the same place free.
   * @throws AtollError UPLOADS_BUSY, TOO_MANY_UPLOADS, and what `create` throws.
   */
  async begin(client: string, sizeBytes: number, create: () => Promise<TusAnswer>): Promise<TusAnswer> {
    const beginning = { client, sizeBytes };
    this.#beginning.add(beginning);
    try {
      await this.#checkPlaces(client);
      const answer = await create();
      if (answer.uploadId !== null) this.#clients.set(answer.uploadId, client);
      return answer;
    } finally {
      this.#beginning.delete(beginning);
    }
  }

  /** Bytes that were announced and have not come, but for those of uploads that stand still. */
  async promisedBytes(): Promise<number> {
    const found = (await this.#survey()).filter(({ silentMs }) => silentMs < patienceMs);
    return sum(found, ({ sizeBytes, offset }) => sizeBytes - offset) + sum([...this.#beginning], ofSize);
  }

  async #checkPlaces(client: string): Promise<void> {
    const found = await this.#survey();
    const beginning = [...this.#beginning];
    const own = [...found, ...beginning].filter((each) => each.client === client);
    if (own.length > this.#places.perClient || sum(own, ofSize) > maxAnnouncedPerClient * this.#maxBytes) {
      throw new AtollError('TOO_MANY_UPLOADS');
    }
    if (found.length + beginning.length <= this.#places.all) return;
    const [silent] = found
      .filter((each) => each.silentMs > silentMs[each.offset < each.sizeBytes ? 'unfinished' : 'finished'])
      .sort((a, b) => b.silentMs - a.silentMs);
    if (silent === undefined) throw new AtollError('UPLOADS_BUSY');
    await this.remove(silent.id);
  }

  /** All uploads that are there. Those to which no first byte came in time are removed on the way. */
  async #survey(now = Date.now()): Promise<Found[]> {
    const looked = (await this.#ids()).map(async (id): Promise<Found[]> => {
      const [size, file] = await Promise.all([this.#sizeOf(id), stat(this.#path(id)).catch(() => null)]);
      if (size === null || file === null) return [];
      const offset = file.size;
      const silentMs = now - file.mtimeMs;
      if (offset === 0 && size > 0 && silentMs > patienceMs) {
        await this.remove(id);
        return [];
      }
      return [{ id, sizeBytes: size, offset, silentMs, client: this.#clients.get(id) ?? null }];
    });
    return (await Promise.all(looked)).flat();
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

  /** Whom an upload belongs to; null for one that nobody is known to have begun, and where there is none. */
  async ownerOf(uploadId: string): Promise<Owner | null> {
    const { store } = await this.#open();
    const upload = await store.getUpload(uploadId).catch(() => null);
    return unpackOwner(upload?.metadata?.owner ?? null);
  }

  /** Puts a claimed file back, so that its sender can try something else with it. */
  async giveBack(uploadId: string, from: string): Promise<void> {
    await rename(from, this.#path(uploadId));
  }

  async remove(uploadId: string): Promise<void> {
    this.#clients.delete(uploadId);
    this.#sizes.delete(uploadId);
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
    await this.#survey(now);
  }

  async #sizeOf(uploadId: string): Promise<number | null> {
    const known = this.#sizes.get(uploadId);
    if (known !== undefined) return known;
    const { store } = await this.#open();
    const size = await store.getUpload(uploadId).then(
      (upload) => upload.size ?? 0,
      () => null,
    );
    if (size !== null) this.#sizes.set(uploadId, size);
    return size;
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
      // Only where something is uploaded: it brings half a hundred modules along.
      const [tus, files] = await Promise.all([import('@tus/server'), import('@tus/file-store')]);
      // Before the store makes it itself, open to all.
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const store = new files.FileStore({
        directory: this.#folder,
        expirationPeriodInMilliseconds: keptMs,
      });
      const server = new tus.Server({
        path,
        datastore: store,
        maxSize: this.#maxBytes,
        relativeLocation: true,
        onResponseError: async (_request, error) =>
          isDiskFull(error) ? { status_code: 507, body: '' } : undefined,
        namingFunction: () => randomBytes(16).toString('hex'),
      });
      return { server, store };
    })();
    return this.#opened;
  }
}

const path = '/api/uploads';

const KeptOwner = z.object({ id: z.string(), groups: z.array(z.string()) });

/** As the protocol's metadata has it: base64. */
function packOwner({ id, groups }: Owner): string {
  return Buffer.from(JSON.stringify({ id, groups })).toString('base64');
}

function unpackOwner(text: string | null): Owner | null {
  try {
    return KeptOwner.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
}

const ofSize = ({ sizeBytes }: { readonly sizeBytes: number }) => sizeBytes;

function sum<Each>(all: readonly Each[], of: (each: Each) => number): number {
  return all.reduce((total, each) => total + of(each), 0);
}

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
