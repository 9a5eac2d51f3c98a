import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { openBucket } from '@atoll/instance/bucket';
import type { Instance } from '@atoll/instance/instance';
import type { Jobs } from '@atoll/jobs/jobs';
import { studyFileKind } from '@atoll/jobs/received-study';
import { FolderStore } from '@atoll/store/folder-store';
import type { Store } from '@atoll/store/store';
import {
  type ReceivedRequest,
  type ReceptionParts,
  type Request,
  StudyReception,
} from './study-reception.ts';
import { StudyRounds } from './study-rounds.ts';

/** Where lines about studies are written. */
export type StudyLog = {
  info(context: object, text: string): void;
  warn(context: object, text: string): void;
  error(context: object, text: string): void;
};

const strayMs = 2 * 3600_000;

/** Examinations that archives and scanners send to an instance, and what becomes of them. */
export class StudyDesk {
  readonly #reception: StudyReception;
  readonly #rounds: StudyRounds;

  /**
   * @param jobs the open queue of the same instance.
   * @throws AtollError DEIDENTIFY_KEY_UNUSABLE
   */
  static async open(instance: Instance, jobs: Jobs, log: StudyLog): Promise<StudyDesk> {
    const { dataDir, archives } = instance.settings;
    const { deidentify, receives } = archives;
    if (deidentify === null || !receives) return new StudyDesk(instance, jobs, log, null);
    // Brought along where it is needed: it has the whole dictionary of DICOM with it.
    const { deidentifier } = await import('./deidentification.ts');
    const keyFile = deidentify.keyFile ?? join(dataDir, 'deidentify.key');
    const makeOver = await deidentifier({ keyFile, dates: deidentify.dates });
    return new StudyDesk(instance, jobs, log, makeOver);
  }

  private constructor(
    { settings, uploads, engines }: Instance,
    jobs: Jobs,
    log: StudyLog,
    makeOver: ReceptionParts['makeOver'],
  ) {
    const { archives } = settings;
    const root = join(settings.dataDir, 'studies');
    const isShared = settings.databaseUrl !== null;
    let opened: Promise<Store> | null = null;
    const files = () => {
      opened ??= openFiles(join(root, 'files'), settings.bucket, isShared);
      return opened;
    };
    const limits = { maxBytes: settings.uploadMaxBytes, maxFiles: settings.uploadMaxFiles };
    this.#reception = new StudyReception({
      files,
      studies: jobs.studies,
      limits,
      quietSeconds: archives.quietSeconds,
      makeOver,
    });
    this.#rounds = new StudyRounds({
      work: {
        jobs,
        files,
        cases: uploads,
        engines,
        defaultEngine: settings.engine,
        rules: archives.rules,
        maxFiles: limits.maxFiles,
        archives: archives.forResults,
        scratch: join(root, 'scratch'),
        onDeliveryFailed: (archive, { code, message }, isLast) =>
          log.warn(
            { archive, code, isLast },
            `results were not taken by an archive${isLast ? ', and are not sent again' : ''}: ${message}`,
          ),
      },
      studies: jobs.studies,
      watch: (listener) => jobs.watch(listener),
      files,
      isShared,
      keepSeconds: settings.uploadTtlSeconds,
      onStep: (step) => log.info(step, 'a received study goes on'),
      onError: (err) => log.error({ err: plain(err) }, 'an error while working on received studies'),
    });
  }

  /** @throws as {@link StudyReception.receive} does. */
  receive(request: Request): Promise<ReceivedRequest> {
    return this.#reception.receive(request);
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }
}

async function openFiles(
  folder: string,
  bucket: Instance['settings']['bucket'],
  isShared: boolean,
): Promise<Store> {
  if (bucket !== null) return openBucket(bucket, studyFileKind);
  const store = new FolderStore(folder, studyFileKind);
  await store.sweep(isShared ? strayMs : 0);
  return store;
}

/** A query’s own error would carry DICOM’s UIDs into the log. */
function plain(thrown: unknown): unknown {
  const isQuery = thrown instanceof Error && thrown.constructor.name === 'DrizzleQueryError';
  return isQuery ? new AtollError('QUEUE_UNREACHABLE', undefined, { cause: thrown.cause }) : thrown;
}
