import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isDiskFull } from '@atoll/errors/disk-full';
import { AtollError } from '@atoll/errors/error';
import { S3mini } from 's3mini';
import { z } from 'zod';
import type { Content, Store, StoredFile, StoreKind } from './store.ts';
import { checkNames, isFileName, isOwnerId } from './store-names.ts';

/** Bucket and key of an S3-compatible store. */
export type S3Options = {
  /** Address of the bucket: https://s3.example.org/bucket */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

/** Which objects are a set's files. */
const Manifest = z.object({
  writtenAt: z.iso.datetime().transform((text) => new Date(text)),
  files: z.record(z.string(), z.object({ key: z.string(), sizeBytes: z.int().nonnegative() })),
});
type Manifest = z.infer<typeof Manifest>;

const manifestName = 'manifest.json';
/** An empty object whose own time is the last use of the set. */
const usedName = 'used';
/** Instead of the manifest where a set was put aside: what the manifest was. Its own time is when that happened. */
const asideFolder = 'quarantine';
/** The id of the database that the store belongs to. */
const ownerName = 'database';
const listedAtOnce = 1000;
/** A set is asked for file by file; for so long its manifest is not read again. */
const freshMs = 10_000;
/** Of a file that is read: one request each, held in memory for as long as its reader takes. */
const pieceBytes = 4 * 2 ** 20;
const remembered = 200;

/**
 * A store in a bucket, for processes that share no folder. A bucket knows no rename: each attempt writes its objects
 * under a name of its own, and the manifest, written last, makes one attempt's objects the set's files. Of a
 * writer that was killed before only objects stay that nobody sees, until a sweep finds them.
 */
export class BucketStore implements Store {
  readonly #kind: StoreKind;
  readonly #bucket: S3mini;
  readonly #manifests = new Map<string, { readonly manifest: Manifest; readonly at: number }>();

  constructor({ endpoint, region, accessKeyId, secretAccessKey }: S3Options, kind: StoreKind) {
    this.#kind = kind;
    this.#bucket = new S3mini({
      endpoint,
      region,
      accessKeyId,
      secretAccessKey,
      requestAbortTimeout: 60_000,
    });
  }

  async put(id: string, files: ReadonlyMap<string, Content>): Promise<void> {
    checkNames(this.#kind, id, files);
    try {
      if ((await this.#manifest(id, 0)) !== null) return;
      const attempt = `${this.#folder(id)}${randomBytes(8).toString('hex')}`;
      const entries: Record<string, { key: string; sizeBytes: number }> = {};
      for (const [name, content] of files) {
        const key = `${attempt}/${name}`;
        entries[name] = { key, sizeBytes: await this.#write(key, content) };
      }
      const manifest = JSON.stringify({ writtenAt: new Date().toISOString(), files: entries });
      await this.#write(this.#manifestKey(id), new TextEncoder().encode(manifest));
    } catch (thrown) {
      if (isDiskFull(thrown)) throw new AtollError('DISK_FULL', undefined, { cause: thrown });
      throw new AtollError('FILE_UNWRITABLE', 'The files could not be written.', { cause: thrown });
    }
  }

  async open(id: string, name: string): Promise<StoredFile | null> {
    if (!this.#kind.isId(id) || !isFileName(name)) return null;
    const manifest = await this.#manifest(id, freshMs);
    if (manifest === null || !Object.hasOwn(manifest.files, name)) return null;
    const { key, sizeBytes } = manifest.files[name];
    const whole = { first: 0, last: sizeBytes - 1 };
    return { sizeBytes, modifiedAt: manifest.writtenAt, read: (range = whole) => this.#read(key, range) };
  }

  async names(id: string): Promise<string[]> {
    const manifest = this.#kind.isId(id) ? await this.#manifest(id, freshMs) : null;
    return Object.keys(manifest?.files ?? {}).sort();
  }

  async has(id: string): Promise<boolean> {
    return this.#kind.isId(id) && (await this.#manifest(id, 0)) !== null;
  }

  async delete(id: string): Promise<void> {
    if (!this.#kind.isId(id)) return;
    this.#manifests.delete(id);
    // First what makes the others a set.
    if ((await this.#manifest(id, 0)) !== null) await this.#bucket.deleteObject(this.#manifestKey(id));
    this.#manifests.delete(id);
    const rest = (await this.#bucket.listObjects('/', this.#folder(id))) ?? [];
    for (const { Key } of rest) await this.#bucket.deleteObject(Key);
    if (await this.#bucket.objectExists(this.#asideKey(id)))
      await this.#bucket.deleteObject(this.#asideKey(id));
  }

  async setAside(id: string): Promise<void> {
    if (!this.#kind.isId(id)) return;
    const manifest = await this.#bucket.getObject(this.#manifestKey(id));
    await this.#write(this.#asideKey(id), new TextEncoder().encode(manifest ?? ''));
    if (manifest !== null) await this.#bucket.deleteObject(this.#manifestKey(id));
    this.#manifests.delete(id);
  }

  async aside(): Promise<{ id: string; since: Date }[]> {
    const start = `${this.#kind.prefix}/${asideFolder}/`;
    const objects = (await this.#bucket.listObjects('/', start)) ?? [];
    return objects
      .map(({ Key, LastModified }) => ({ id: Key.slice(start.length), since: new Date(LastModified) }))
      .filter(({ id }) => this.#kind.isId(id));
  }

  async bringBack(id: string): Promise<void> {
    if (!this.#kind.isId(id)) return;
    const manifest = await this.#bucket.getObject(this.#asideKey(id));
    if (manifest === null) return;
    if (manifest !== '') await this.#write(this.#manifestKey(id), new TextEncoder().encode(manifest));
    await this.#bucket.deleteObject(this.#asideKey(id));
  }

  async owner(): Promise<string | null> {
    const id = (await this.#bucket.getObject(this.#ownerKey))?.trim() ?? '';
    return isOwnerId(id) ? id : null;
  }

  async setOwner(databaseId: string): Promise<void> {
    await this.#write(this.#ownerKey, new TextEncoder().encode(`${databaseId}\n`));
  }

  async touch(id: string): Promise<void> {
    if (await this.has(id)) await this.#write(`${this.#folder(id)}${usedName}`, new Uint8Array(0));
  }

  async usedAt(id: string): Promise<Date | null> {
    if (!(await this.has(id))) return null;
    const objects = (await this.#bucket.listObjects('/', this.#folder(id))) ?? [];
    return objects
      .map(({ LastModified }) => new Date(LastModified))
      .reduce((newest, each) => (each > newest ? each : newest), new Date(0));
  }

  async *list(): AsyncGenerator<readonly { id: string; usedAt: Date }[]> {
    const aside = new Set((await this.aside()).map(({ id }) => id));
    let token: string | undefined;
    do {
      const page = await this.#bucket.listObjectsPaged('/', `${this.#kind.prefix}/`, listedAtOnce, token);
      const newest = new Map<string, Date>();
      for (const { Key, LastModified } of page?.objects ?? []) {
        const id = Key.slice(this.#kind.prefix.length + 1).split('/')[0];
        const usedAt = new Date(LastModified);
        if (this.#kind.isId(id) && !aside.has(id) && usedAt > (newest.get(id) ?? new Date(0)))
          newest.set(id, usedAt);
      }
      yield [...newest].map(([id, usedAt]) => ({ id, usedAt }));
      token = page?.nextContinuationToken;
    } while (token !== undefined);
  }

  async freeBytes(): Promise<null> {
    return null;
  }

  /** @throws Error when the bucket does not answer or refuses, so that a set is not taken for missing. */
  async #manifest(id: string, mayBeOldMs: number): Promise<Manifest | null> {
    const known = this.#manifests.get(id);
    if (known !== undefined && performance.now() - known.at < mayBeOldMs) return known.manifest;
    const manifest = await this.#readManifest(id);
    if (manifest === null) return null;
    if (this.#manifests.size >= remembered) this.#manifests.clear();
    this.#manifests.set(id, { manifest, at: performance.now() });
    return manifest;
  }

  /** An answer that was cut on its way is no JSON: it is asked for once more before anybody is told. */
  async #readManifest(id: string, attempts = 2): Promise<Manifest | null> {
    const text = await this.#bucket.getObject(this.#manifestKey(id));
    if (text === null) return null;
    try {
      return Manifest.parse(JSON.parse(text));
    } catch (thrown) {
      if (attempts === 1) throw thrown;
      return this.#readManifest(id, attempts - 1);
    }
  }

  #folder(id: string): string {
    return `${this.#kind.prefix}/${id}/`;
  }

  #asideKey(id: string): string {
    return `${this.#kind.prefix}/${asideFolder}/${id}`;
  }

  get #ownerKey(): string {
    return `${this.#kind.prefix}/${ownerName}`;
  }

  #manifestKey(id: string): string {
    return `${this.#folder(id)}${manifestName}`;
  }

  /** A large file goes in parts, so that it need not be in memory. @returns its size in bytes. */
  async #write(key: string, content: Content): Promise<number> {
    const isBytes = content instanceof Uint8Array;
    const data = isBytes ? content : await openAsBlob(content.path);
    const response = await this.#bucket.putAnyObject(key, data, 'application/octet-stream');
    if (!response.ok) throw new Error(`The bucket answered ${response.status}.`);
    if (!isBytes) await rm(content.path, { force: true });
    return data instanceof Uint8Array ? data.byteLength : data.size;
  }

  /**
   * In pieces that are each taken whole: a reader may be slow, and Node's fetch (undici 7 of Node 24) throws where nobody
   * can catch it when the other side closes the connection over an answer that is being read slowly.
   */
  #read(key: string, { first, last }: { first: number; last: number }): ReadableStream<Uint8Array> {
    const bucket = this.#bucket;
    let at = first;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (at > last) return controller.close();
        const end = Math.min(at + pieceBytes, last + 1);
        const response = await bucket.getObjectRaw(key, false, at, end);
        if (!response.ok) throw new Error(`The bucket answered ${response.status}.`);
        const piece = new Uint8Array(await response.arrayBuffer());
        if (piece.byteLength !== end - at)
          throw new Error('The bucket did not send the bytes that were asked for.');
        at = end;
        controller.enqueue(piece);
        if (at > last) controller.close();
      },
    });
  }
}
