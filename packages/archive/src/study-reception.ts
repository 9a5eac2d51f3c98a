import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Owner } from '@atoll/access/visitor';
import { readParts } from '@atoll/dicom/web/multipart';
import { AtollError } from '@atoll/errors/error';
import type { StudyTable } from '@atoll/jobs/study-table';
import type { UploadLimits } from '@atoll/reception/received';
import type { Store } from '@atoll/store/store';
import { type ArrivedFile, inspect, writeArriving } from './arriving-files.ts';
import { type FailureReason, failureReasons, type StoredOutcome } from './store-answer.ts';

export type ReceptionParts = {
  readonly files: () => Promise<Store>;
  readonly studies: StudyTable;
  /** Of one request, and of one study. */
  readonly limits: UploadLimits;
  readonly quietSeconds: number;
  /** Makes a file over before anything of it is kept; null where files stay as they came. */
  readonly makeOver: ((file: ArrivedFile) => Promise<ArrivedFile | FailureReason>) | null;
};

export type Request = {
  readonly body: AsyncIterable<Uint8Array>;
  readonly boundary: string;
  /** Of the address; null where files of any study may come. */
  readonly studyUid: string | null;
  /** Whom what comes of it will belong to; null where nobody signs in. */
  readonly owner: Owner | null;
  /** For files on their way; what is left in it is the caller’s to remove. */
  readonly folder: string;
  /** Told how many bytes have come in all; what it throws ends the request. */
  readonly came: (bytes: number) => Promise<void>;
};

export type ReceivedRequest = {
  readonly outcomes: readonly StoredOutcome[];
  /** Ids of the studies that files were kept for. */
  readonly studyIds: readonly string[];
};

/** Files are written down together, so many at a time: what has been is kept, should the rest never come. */
const batchFiles = 32;

/** Takes in what archives and scanners store: straight to the disk, checked, and written down before it is acknowledged. */
export class StudyReception {
  readonly #parts: ReceptionParts;

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
  }

  /**
   * Reads a multipart body to its end. The same file may come any number of times: it is kept once.
   * @throws AtollError REQUEST_MALFORMED, UPLOAD_TOO_LARGE, UPLOAD_TOO_MANY_FILES, DISK_FULL. Files before the fault
   *   are kept: whoever sends all again does no harm.
   */
  async receive({ body, boundary, studyUid, owner, folder, came }: Request): Promise<ReceivedRequest> {
    const { limits } = this.#parts;
    const outcomes: StoredOutcome[] = [];
    const studyIds = new Set<string>();
    let batch: ArrivedFile[] = [];
    let [total, parts] = [0, 0];
    const flush = async () => {
      const kept = await this.#keep(batch, owner);
      for (const id of kept.studyIds) studyIds.add(id);
      outcomes.push(...kept.outcomes);
      batch = [];
    };
    try {
      for await (const part of readParts(body, boundary)) {
        if (++parts > limits.maxFiles) throw new AtollError('UPLOAD_TOO_MANY_FILES');
        const path = await writeArriving(folder, part.body, async (bytes) => {
          total += bytes;
          if (total > limits.maxBytes) throw new AtollError('UPLOAD_TOO_LARGE');
          await came(total);
        });
        const arrived = await this.#examine(path, studyUid);
        if ('failure' in arrived) {
          outcomes.push(arrived);
          await rm(path, { force: true });
        } else batch.push(arrived);
        if (batch.length === batchFiles) await flush();
      }
    } finally {
      // Also what came whole before a body broke off.
      await flush();
    }
    if (parts === 0) throw new AtollError('REQUEST_MALFORMED', 'The request contains no file.');
    return { outcomes, studyIds: [...studyIds] };
  }

  async #examine(path: string, studyUid: string | null): Promise<ArrivedFile | StoredOutcome> {
    const { makeOver } = this.#parts;
    const found = await inspect(path);
    if (found === null) return { instance: null, failure: failureReasons.notUnderstood };
    const { header } = found;
    if (studyUid !== null && header.studyUid !== studyUid) {
      return { instance: header, failure: failureReasons.wrongStudy };
    }
    // They come back from archives that pass on all that they get: kept there, and of no use here.
    if (header.isOwnResult) return { instance: header, failure: null };
    if (makeOver === null) return found;
    const made = await makeOver(found);
    return typeof made === 'number' ? { instance: header, failure: made } : { ...made, original: header };
  }

  async #keep(batch: readonly ArrivedFile[], owner: Owner | null): Promise<ReceivedRequest> {
    const { studies, limits, quietSeconds } = this.#parts;
    const outcomes: StoredOutcome[] = [];
    const studyIds: string[] = [];
    const files = await this.#parts.files();
    for (const [studyUid, some] of Map.groupBy(batch, ({ header }) => header.studyUid)) {
      const uids = some.map(({ header }) => header.sopInstanceUid);
      const known = await studies.known(studyUid, owner, uids);
      const named = some.map((file) => ({ file, fileId: randomBytes(16).toString('hex') }));
      // First the files, then the word that they are there.
      for (const { file, fileId } of named) {
        if (!known.has(file.header.sopInstanceUid)) await put(files, fileId, file);
      }
      const { studyId, verdicts } = await studies.receive({
        studyUid,
        owner,
        instances: named.map(({ file: { header, sizeBytes }, fileId }) => ({
          sopUid: header.sopInstanceUid,
          fileId,
          sizeBytes,
        })),
        quietSeconds,
        maxInstances: limits.maxFiles,
        maxBytes: limits.maxBytes,
      });
      studyIds.push(studyId);
      for (const { file, fileId } of named) {
        const verdict = verdicts.get(fileId);
        const wasKnown = known.has(file.header.sopInstanceUid);
        // It was forgotten in this moment.
        if (verdict === 'taken' && wasKnown) await put(files, fileId, file);
        if (verdict !== 'taken') await files.delete(fileId);
        await rm(file.path, { force: true });
        const failure = verdict === 'too-much' ? failureReasons.outOfResources : null;
        outcomes.push({ instance: file.original ?? file.header, failure });
      }
    }
    return { outcomes, studyIds };
  }
}

const put = (files: Store, fileId: string, { path }: ArrivedFile) =>
  files.put(fileId, new Map([[instanceFileName, { path }]]));

/** Name of the one file in the set of an instance. */
export const instanceFileName = 'instance.dcm';
