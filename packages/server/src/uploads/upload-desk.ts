import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Owner } from '@atoll/access/visitor';
import type { UploadedCases } from '@atoll/cases/uploads/uploaded-cases';
import type { CaseOfUploads } from '@atoll/contract/cases';
import { AtollError } from '@atoll/errors/error';
import type { Settings } from '@atoll/instance/settings';
import { strayMs, uploadFolders } from '@atoll/instance/uploaded-cases';
import type { Received, UploadLimits } from '@atoll/reception/received';
import { prepareImages } from '@atoll/reception/take-in';
import { type Claim, claimUploads } from './claim.ts';
import { receiveForm } from './form.ts';
import { Places } from './places.ts';
import { ResumableUploads } from './resumable.ts';
import { Room } from './room.ts';
import { Scratch, type ScratchFolder } from './scratch.ts';

/** Cases that come or are made at the same time, in all and of one client. */
const maxAtOnce = 32;
const maxAtOncePerClient = 4;
const sweepEveryMs = 10 * 60_000;

/** Who sends: for limits, as `clientId` has it; and whom the case will belong to, null where nobody signs in. */
export type Sender = { readonly client: string; readonly owner: Owner | null };

/** A case that is whole and lasts, and remarks for its sender. */
export type TakenIn = { readonly caseId: string; readonly remarks: readonly string[] };

/** Where cases are uploaded: what may come, where it lies on its way, and what becomes of it. */
export class UploadDesk {
  readonly limits: UploadLimits;
  readonly resumable: ResumableUploads;
  readonly #cases: UploadedCases;
  readonly #scratch: Scratch;
  readonly room: Room;
  readonly #isShared: boolean;
  readonly #places = new Places({
    all: maxAtOnce,
    allTaken: () => new AtollError('UPLOADS_BUSY'),
    perClient: maxAtOncePerClient,
    ownTaken: () => new AtollError('TOO_MANY_UPLOADS'),
  });
  #timer: NodeJS.Timeout | null = null;

  constructor(settings: Settings, cases: UploadedCases) {
    const folders = uploadFolders(settings.dataDir);
    this.limits = { maxBytes: settings.uploadMaxBytes, maxFiles: settings.uploadMaxFiles };
    this.resumable = new ResumableUploads(folders.resumable, settings.uploadMaxBytes);
    this.#cases = cases;
    this.#scratch = new Scratch(folders.scratch);
    this.room = new Room(settings.dataDir, settings.minFreeDiskMegabytes * 2 ** 20, () =>
      this.resumable.promisedBytes(),
    );
    this.#isShared = settings.databaseUrl !== null;
  }

  /** Clears away what a killed process left, now and from time to time. */
  async start(onError: (thrown: unknown) => void): Promise<void> {
    // A folder with a database in it belongs to this process alone.
    await this.#scratch.sweep(this.#isShared ? strayMs : 0);
    const sweep = async () => {
      await this.#scratch.sweep(strayMs);
      await this.resumable.sweep();
    };
    this.#timer = setInterval(() => sweep().catch(onError), sweepEveryMs).unref();
    await this.resumable.sweep();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /**
   * Takes in a case that comes as a form. Room is held for the bytes that it announces, or for those that come.
   * @throws AtollError UPLOADS_BUSY, TOO_MANY_UPLOADS, DISK_FULL, and as `receiveForm` and `prepareImages` do.
   */
  async takeInForm(
    sender: Sender,
    headers: IncomingHttpHeaders,
    body: Readable,
    signal?: AbortSignal,
  ): Promise<TakenIn> {
    return this.#takeIn(
      sender,
      async (folder) => {
        const reservation = await this.room.reserve(Number(headers['content-length'] ?? 0));
        try {
          const received = await receiveForm(headers, body, folder, this.limits, reservation.came);
          return { received, keep: async () => undefined, giveBack: async () => undefined };
        } finally {
          reservation.release();
        }
      },
      signal,
    );
  }

  /**
   * The same of files that were uploaded before. Those of which no case can be made stay as they were, so that their
   * sender can say more of them; they are removed when their time is over.
   * @throws AtollError UPLOADS_BUSY, TOO_MANY_UPLOADS, DISK_FULL, and as `claimUploads` and `prepareImages` do.
   */
  async takeInUploads(sender: Sender, wanted: CaseOfUploads, signal?: AbortSignal): Promise<TakenIn> {
    await this.room.check();
    return this.#takeIn(
      sender,
      (folder) => claimUploads(wanted, this.resumable, folder, this.limits),
      signal,
    );
  }

  /**
   * The same of files that are fetched from elsewhere.
   * @param fetch writes them into a folder.
   */
  async takeInFetched(
    sender: Sender,
    fetch: (folder: string) => Promise<Received['files']>,
    signal?: AbortSignal,
  ): Promise<TakenIn> {
    await this.room.check(this.limits.maxBytes);
    return this.#takeIn(
      sender,
      async (folder) => ({
        received: { files: await fetch(folder) },
        keep: async () => undefined,
        giveBack: async () => undefined,
      }),
      signal,
    );
  }

  /** @param bring brings the files into a folder that is gone when all is over. */
  async #takeIn(
    sender: Sender,
    bring: (folder: string) => Promise<Claim>,
    signal?: AbortSignal,
  ): Promise<TakenIn> {
    const leave = this.#places.take(sender.client);
    try {
      await using scratch: ScratchFolder = await this.#scratch.open();
      const claim = await bring(scratch.path);
      try {
        const taken = await this.#make(sender, claim.received, scratch.path, signal);
        await claim.keep();
        return taken;
      } catch (thrown) {
        await claim.giveBack();
        throw thrown;
      }
    } finally {
      leave();
    }
  }

  async #make(
    { client, owner }: Sender,
    received: Received,
    folder: string,
    signal?: AbortSignal,
  ): Promise<TakenIn> {
    const { maxFiles } = this.limits;
    const { images, derivation, remarks } = await prepareImages(received, {
      client,
      folder,
      maxFiles,
      signal,
    });
    signal?.throwIfAborted();
    const caseId = await this.#cases.add({ images, derivation, title: received.title, owner });
    if (!signal?.aborted) return { caseId, remarks };
    // Whom it was for has gone: nobody would ever know its id.
    await this.#cases.remove(caseId);
    throw signal.reason;
  }
}
