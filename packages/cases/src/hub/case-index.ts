import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { caseRoles } from '@atoll/volume/case-files';
import { z } from 'zod';
import { writeWholeFile } from '../whole-file.ts';
import type { HubClient, Shard } from './hub-client.ts';
import { readRows } from './shard-file.ts';

const Row = z.object({ id: z.string(), images: z.array(z.enum(caseRoles)) });
const Index = z.object({
  shards: z.array(
    z.object({
      path: z.string(),
      sizeBytes: z.number().int(),
      /** null until they were read. */
      rows: z.array(Row).nullable(),
    }),
  ),
});
type Index = z.infer<typeof Index>;

/** A case, and where it is. */
export type IndexedCase = z.infer<typeof Row> & Shard & { readonly row: number };

/** Shards whose ids are read at the same time. */
const width = 8;
/** After a failure the hub is left alone for so long, however often the list is asked for. */
const restMs = 30_000;

/**
 * Which case is which row of which file of one revision. A commit never changes, so that what was read once is
 * kept for good: a broken reading goes on where it stopped.
 */
export class CaseIndex {
  readonly #client: HubClient;
  readonly #file: string;
  #index: Index | null = null;
  #reading: Promise<void> | null = null;
  #failure: { readonly thrown: unknown; readonly at: number } | null = null;

  constructor(client: HubClient, file: string) {
    this.#client = client;
    this.#file = file;
  }

  /**
   * What is known of the cases by now, and how many files are still unread.
   * @param waitMs how long to wait for the rest.
   * @throws what reading the list threw, when nothing is known at all.
   */
  async cases(waitMs: number): Promise<{ cases: readonly IndexedCase[]; unread: number; failure: unknown }> {
    this.#index ??= await this.#load();
    if (!this.#isComplete()) {
      this.#read();
      await Promise.race([this.#reading, sleep(waitMs, undefined, { ref: false })]);
    }
    const index = this.#index;
    if (index === null && this.#failure !== null) throw this.#failure.thrown;
    const shards = index?.shards ?? [];
    return {
      cases: shards.flatMap(({ path, sizeBytes, rows }) =>
        (rows ?? []).map(({ id, images }, row) => ({ id, images, path, sizeBytes, row })),
      ),
      unread: index === null ? -1 : shards.filter(({ rows }) => rows === null).length,
      failure: this.#failure?.thrown ?? null,
    };
  }

  #isComplete(): boolean {
    return this.#index?.shards.every(({ rows }) => rows !== null) ?? false;
  }

  #read(): void {
    const resting = this.#failure !== null && performance.now() - this.#failure.at < restMs;
    if (this.#reading !== null || resting) return;
    this.#failure = null;
    this.#reading = this.#readNow()
      .catch((thrown: unknown) => {
        this.#failure = { thrown, at: performance.now() };
      })
      .finally(() => {
        this.#reading = null;
      });
  }

  async #readNow(): Promise<void> {
    const index = this.#index ?? {
      shards: (await this.#client.listShards()).map((shard) => ({ ...shard, rows: null })),
    };
    this.#index = index;
    const unread = index.shards.filter(({ rows }) => rows === null).values();
    const abort = new AbortController();
    const readers = Array.from({ length: width }, async () => {
      for (const shard of unread) {
        const rows = await readRows(this.#client.file(shard), abort.signal);
        shard.rows = rows.map(({ id, images }) => ({ id, images: [...images] }));
      }
    });
    try {
      await Promise.all(readers);
    } finally {
      abort.abort();
      await Promise.allSettled(readers);
      // A disk that cannot be written to costs the next start its time, and nobody their list.
      await writeWholeFile(this.#file, JSON.stringify(index)).catch(() => undefined);
    }
  }

  async #load(): Promise<Index | null> {
    try {
      return Index.parse(JSON.parse(await readFile(this.#file, 'utf8')));
    } catch {
      return null;
    }
  }
}
