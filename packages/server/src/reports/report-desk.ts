import { isUploadId } from '@atoll/cases/uploads/uploaded-cases';
import { maskFileName } from '@atoll/engines/result-files';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { Job } from '@atoll/jobs/job';
import { imageFileName } from '@atoll/jobs/segment-job';
import { Turns } from '@atoll/reception/turns';
import { htmlFileName, pdfFileName } from '@atoll/report/file-names';
import type { StoredFile } from '@atoll/store/store';
import type { ZipEntry } from '../answers/zip.ts';
import { readReport } from '../jobs/kept-report.ts';
import type { JobDesk } from '../parts.ts';
import { readableReport } from './readable-report.ts';

/** The files that are made when they are asked for. */
export const readableNames = [htmlFileName, pdfFileName] as const;
export type ReadableName = (typeof readableNames)[number];

export function isReadableName(name: string): name is ReadableName {
  return readableNames.some((each) => each === name);
}

export const readableTypes: Readonly<Record<ReadableName, string>> = {
  [htmlFileName]: 'text/html; charset=utf-8',
  [pdfFileName]: 'application/pdf',
};

type Made = ReadonlyMap<string, StoredFile>;

/** Each takes up to a megabyte or so, and is asked for twice (HTML and PDF) or again by a ZIP. */
const mostKept = 8;
/** Making one holds the images of a case: so many may wait for their turn. */
const mostWaiting = 16;

/** Makes reports to read of what jobs and revisions keep, one at a time, and remembers the last ones. */
export class ReportDesk {
  readonly #jobs: JobDesk;
  readonly #turns = new Turns(1);
  readonly #kept = new Map<string, Promise<Made>>();
  #waiting = 0;

  constructor(jobs: JobDesk) {
    this.#jobs = jobs;
  }

  /**
   * The report of a job, or of a revision of it, by file names.
   * @param setId the files of the mask: the job's own, or a revision's.
   * @throws AtollError RESULT_GONE, RESULT_DAMAGED, SERVICE_BUSY, IMAGE_*
   */
  async open(client: string, job: Job, setId: string = job.jobId): Promise<Made> {
    // A result that is gone by now must not be handed out from memory.
    if ((await this.#jobs.results.open(setId, maskFileName)) === null) throw new AtollError('RESULT_GONE');
    const known = this.#kept.get(setId);
    this.#kept.delete(setId);
    const made = known ?? this.#makeInTurn(client, job, setId);
    this.#kept.set(setId, made);
    made.catch(() => this.#kept.delete(setId));
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
    return made;
  }

  /**
   * The same as entries of a ZIP. None where the report cannot be made: the files that are kept are worth having
   * without it.
   * @param nameOf an entry, by the name of its file.
   * @throws AtollError SERVICE_BUSY
   */
  async entries(
    client: string,
    job: Job,
    nameOf: (name: string) => string,
    setId: string = job.jobId,
  ): Promise<ZipEntry[]> {
    try {
      const made = await this.open(client, job, setId);
      return [...made].map(([name, file]) => ({ name: nameOf(name), open: async () => file }));
    } catch (thrown) {
      if (asAtollError(thrown).code === 'SERVICE_BUSY') throw thrown;
      return [];
    }
  }

  async #makeInTurn(client: string, job: Job, setId: string): Promise<Made> {
    if (this.#waiting >= mostWaiting) throw new AtollError('SERVICE_BUSY');
    this.#waiting++;
    try {
      return await this.#turns.do(client, () => this.#make(job, setId));
    } finally {
      this.#waiting--;
    }
  }

  async #make({ jobId, caseId, finishedAt }: Job, setId: string): Promise<Made> {
    const [report, mask, dwi, adc, flair] = await Promise.all([
      readReport(this.#jobs.results, setId),
      this.#need(setId, maskFileName),
      this.#need(jobId, imageFileName(caseId, 'dwi')),
      this.#need(jobId, imageFileName(caseId, 'adc')),
      this.#read(jobId, imageFileName(caseId, 'flair')),
    ]);
    // The id of an uploaded case is the right to see and to remove it, and no name.
    const subject = { label: isUploadId(caseId) ? null : caseId, studyDate: null };
    const files = await readableReport({
      report,
      subject,
      files: { dwi, adc, mask, flair: flair ?? undefined },
    });
    const modifiedAt = finishedAt ?? new Date(report.provenance.createdAt);
    return new Map([...files].map(([name, bytes]) => [name, inMemory(bytes, modifiedAt)]));
  }

  /** @throws AtollError RESULT_GONE */
  async #need(setId: string, name: string): Promise<Uint8Array> {
    const bytes = await this.#read(setId, name);
    if (bytes === null) throw new AtollError('RESULT_GONE');
    return bytes;
  }

  async #read(setId: string, name: string): Promise<Uint8Array | null> {
    const file = await this.#jobs.results.open(setId, name);
    return file === null ? null : new Uint8Array(await new Response(file.read()).arrayBuffer());
  }
}

/** Bytes as a store hands out its files. */
function inMemory(bytes: Uint8Array, modifiedAt: Date): StoredFile {
  return {
    sizeBytes: bytes.length,
    modifiedAt,
    read: (range) =>
      new ReadableStream({
        type: 'bytes',
        start(controller) {
          // A copy, for what goes into such a stream is given away.
          controller.enqueue(bytes.slice(range?.first, range === undefined ? undefined : range.last + 1));
          controller.close();
        },
      }),
  };
}
