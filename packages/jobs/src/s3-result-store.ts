import { randomBytes } from 'node:crypto';
import { AtollError } from '@atoll/errors/error';
import { S3mini } from 's3mini';
import { z } from 'zod';
import { checkResultNames, isJobId, isResultName } from './result-names.ts';
import type { ResultStore, StoredFile } from './result-store.ts';

/** Bucket and key of an S3-compatible store. */
export type S3Options = {
  /** Address of the bucket: https://s3.example.org/bucket */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

/** Which objects are a job's files. */
const Manifest = z.object({
  writtenAt: z.iso.datetime().transform((text) => new Date(text)),
  files: z.record(z.string(), z.object({ key: z.string(), sizeBytes: z.int().nonnegative() })),
});
type Manifest = z.infer<typeof Manifest>;

const prefix = 'results/';
const manifestName = 'manifest.json';
const listedAtOnce = 1000;
/** A result is asked for file by file; for so long its manifest is not read again. */
const freshMs = 10_000;
const remembered = 200;

/**
 * Results in a bucket, for workers that share no folder. A bucket knows no rename: each attempt writes its objects
 * under a name of its own, and the manifest, written last, makes one attempt's objects the job's files. Of a
 * writer that was killed before only objects stay that nobody sees, until a sweep finds them.
 */
export class S3ResultStore implements ResultStore {
  readonly #bucket: S3mini;
  readonly #manifests = new Map<string, { readonly manifest: Manifest; readonly at: number }>();

  constructor({ endpoint, region, accessKeyId, secretAccessKey }: S3Options) {
    this.#bucket = new S3mini({
      endpoint,
      region,
      accessKeyId,
      secretAccessKey,
      requestAbortTimeout: 60_000,
    });
  }

  async put(jobId: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    checkResultNames(jobId, files);
    try {
      if ((await this.#manifest(jobId, 0)) !== null) return;
      const attempt = `${prefix}${jobId}/${randomBytes(8).toString('hex')}`;
      const entries: Record<string, { key: string; sizeBytes: number }> = {};
      for (const [name, bytes] of files) {
        const key = `${attempt}/${name}`;
        await this.#write(key, bytes);
        entries[name] = { key, sizeBytes: bytes.byteLength };
      }
      const manifest = JSON.stringify({ writtenAt: new Date().toISOString(), files: entries });
      await this.#write(manifestKey(jobId), new TextEncoder().encode(manifest));
    } catch (thrown) {
      throw new AtollError('FILE_UNWRITABLE', 'The result could not be written.', { cause: thrown });
    }
  }

  async open(jobId: string, name: string): Promise<StoredFile | null> {
    if (!isJobId(jobId) || !isResultName(name)) return null;
    const manifest = await this.#manifest(jobId, freshMs);
    if (manifest === null || !Object.hasOwn(manifest.files, name)) return null;
    const { key, sizeBytes } = manifest.files[name];
    return { sizeBytes, modifiedAt: manifest.writtenAt, read: (range) => this.#read(key, range) };
  }

  async names(jobId: string): Promise<string[]> {
    const manifest = isJobId(jobId) ? await this.#manifest(jobId, freshMs) : null;
    return Object.keys(manifest?.files ?? {}).sort();
  }

  async has(jobId: string): Promise<boolean> {
    return isJobId(jobId) && (await this.#manifest(jobId, 0)) !== null;
  }

  async delete(jobId: string): Promise<void> {
    if (!isJobId(jobId)) return;
    this.#manifests.delete(jobId);
    // First what makes the others a result.
    if ((await this.#manifest(jobId, 0)) !== null) await this.#bucket.deleteObject(manifestKey(jobId));
    this.#manifests.delete(jobId);
    const rest = (await this.#bucket.listObjects('/', `${prefix}${jobId}/`)) ?? [];
    for (const { Key } of rest) await this.#bucket.deleteObject(Key);
  }

  async *list(): AsyncGenerator<readonly { jobId: string; modifiedAt: Date }[]> {
    let token: string | undefined;
    do {
      const page = await this.#bucket.listObjectsPaged('/', prefix, listedAtOnce, token);
      const newest = new Map<string, Date>();
      for (const { Key, LastModified } of page?.objects ?? []) {
        const jobId = Key.slice(prefix.length).split('/')[0];
        const modifiedAt = new Date(LastModified);
        if (isJobId(jobId) && modifiedAt > (newest.get(jobId) ?? new Date(0))) newest.set(jobId, modifiedAt);
      }
      yield [...newest].map(([jobId, modifiedAt]) => ({ jobId, modifiedAt }));
      token = page?.nextContinuationToken;
    } while (token !== undefined);
  }

  async freeBytes(): Promise<null> {
    return null;
  }

  /** @throws Error when the bucket does not answer or refuses, so that a result is not taken for missing. */
  async #manifest(jobId: string, mayBeOldMs: number): Promise<Manifest | null> {
    const known = this.#manifests.get(jobId);
    if (known !== undefined && performance.now() - known.at < mayBeOldMs) return known.manifest;
    const text = await this.#bucket.getObject(manifestKey(jobId));
    if (text === null) return null;
    const manifest = Manifest.parse(JSON.parse(text));
    if (this.#manifests.size >= remembered) this.#manifests.clear();
    this.#manifests.set(jobId, { manifest, at: performance.now() });
    return manifest;
  }

  async #write(key: string, bytes: Uint8Array): Promise<void> {
    const response = await this.#bucket.putObject(key, bytes, 'application/octet-stream');
    if (!response.ok) throw new Error(`The bucket answered ${response.status}.`);
  }

  #read(key: string, range?: { first: number; last: number }): ReadableStream<Uint8Array> {
    const bucket = this.#bucket;
    let chunks: AsyncIterator<Uint8Array> | null = null;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (chunks === null) {
          const response =
            range === undefined
              ? await bucket.getObjectRaw(key, true)
              : // Its end is not included, ours is.
                await bucket.getObjectRaw(key, false, range.first, range.last + 1);
          if (!response.ok || response.body === null)
            throw new Error(`The bucket answered ${response.status}.`);
          chunks = response.body[Symbol.asyncIterator]();
        }
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks?.return?.();
      },
    });
  }
}

function manifestKey(jobId: string): string {
  return `${prefix}${jobId}/${manifestName}`;
}
