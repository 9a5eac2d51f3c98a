import type { RevisionRequest } from '@atoll/contract/revisions';
import type { Report } from '@atoll/engines/report';
import { brainFileName, maskFileName, reportFileName } from '@atoll/engines/result-files';
import type { Revised } from '@atoll/engines/revise';
import { reviseInThread } from '@atoll/engines/revise-thread';
import { AtollError } from '@atoll/errors/error';
import { locationWishOf } from '@atoll/instance/atlas';
import type { Job } from '@atoll/jobs/job';
import type { Revision } from '@atoll/jobs/revision';
import { imageFileName } from '@atoll/jobs/segment-job';
import { Turns } from '@atoll/reception/turns';
import type { z } from 'zod';
import type { ServerParts } from '../parts.ts';
import { parseReport } from './kept-report.ts';

type Wanted = z.output<typeof RevisionRequest>;

type DeskParts = Pick<ServerParts, 'jobs' | 'atlas' | 'settings'>;

/** Making one takes some seconds of a thread, and holds a mask: so many may wait for their turn. */
const mostWaiting = 16;

/** Makes revisions: reads what a job keeps, checks the reader's mask against it, and has the result kept. */
export class RevisionDesk {
  readonly #parts: DeskParts;
  readonly #turns = new Turns(1);
  #waiting = 0;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /**
   * A revision of a job's result. The same sent again, because no answer came, is answered with what it made.
   * @throws AtollError SERVICE_BUSY; as `Revisions.add`, `reviseSegmentation`; RESULT_GONE, RESULT_DAMAGED
   */
  async make(client: string, jobId: string, wanted: Wanted, mask: Uint8Array | null): Promise<Revision> {
    const { jobs } = this.#parts;
    const again = await this.#sameAgain(jobId, wanted);
    const job = again === null ? await jobs.revisions.check(jobId, wanted.parent) : again.job;
    if (wanted.verdict === 'corrected' && mask === null) {
      throw new AtollError('REVISION_UNFIT', 'A corrected mask must be sent along, as the file mask.');
    }
    if (this.#waiting >= mostWaiting) throw new AtollError('SERVICE_BUSY');
    this.#waiting++;
    try {
      return await this.#turns.do(client, async () => {
        const revised = await this.#revise(job, wanted, mask);
        const { report } = revised;
        if (again !== null) {
          if (again.newest.maskSha256 === report.revision.maskSha256) return again.newest;
          await jobs.revisions.check(jobId, wanted.parent);
        }
        const { author, note, verdict, parent } = wanted;
        const { maskSha256, createdAt } = report.revision;
        return jobs.revisions.add(
          {
            jobId,
            parent,
            author,
            note,
            verdict,
            maskSha256,
            volumeMl: report.volumeMl,
            lesionCount: report.lesionCount,
            createdAt: new Date(createdAt),
          },
          filesOf(revised),
        );
      });
    } finally {
      this.#waiting--;
    }
  }

  /** The newest revision, where all but its mask is known to be what is wanted once more. */
  async #sameAgain(jobId: string, wanted: Wanted): Promise<{ job: Job; newest: Revision } | null> {
    const { jobs } = this.#parts;
    const job = await jobs.get(jobId);
    if (job === null || job.revisions !== wanted.parent + 1) return null;
    const newest = await jobs.revisions.get(jobId, job.revisions);
    const isSame =
      newest !== null &&
      newest.author === wanted.author &&
      newest.note === wanted.note &&
      newest.verdict === wanted.verdict;
    return isSame ? { job, newest } : null;
  }

  async #revise({ jobId, caseId }: Job, wanted: Wanted, mask: Uint8Array | null): Promise<Revised> {
    const { atlas, settings } = this.#parts;
    const parent = wanted.parent === 0 ? null : await this.#parts.jobs.revisions.get(jobId, wanted.parent);
    const [dwi, adc, reference, brain, engineMask, report, parentMask, location] = await Promise.all([
      this.#need(jobId, imageFileName(caseId, 'dwi')),
      this.#need(jobId, imageFileName(caseId, 'adc')),
      this.#read(jobId, imageFileName(caseId, 'reference')),
      this.#read(jobId, brainFileName),
      this.#need(jobId, maskFileName),
      this.#need(jobId, reportFileName),
      parent === null ? null : this.#need(parent.revisionId, maskFileName),
      locationWishOf(atlas, settings),
    ]);
    const { author, note, verdict } = wanted;
    return reviseInThread({
      files: { dwi, adc, reference: reference ?? undefined, brain: brain ?? undefined },
      engine: { mask: engineMask, report: reportOf(report) },
      parent: { number: wanted.parent, mask: parentMask ?? engineMask },
      mask,
      review: { author, note, verdict },
      of: jobId,
      createdAt: new Date(),
      location: { ...location, mni: 'mask' },
    });
  }

  /** @throws AtollError RESULT_GONE */
  async #need(setId: string, name: string): Promise<Uint8Array> {
    const bytes = await this.#read(setId, name);
    if (bytes === null) throw new AtollError('RESULT_GONE');
    return bytes;
  }

  async #read(setId: string, name: string): Promise<Uint8Array | null> {
    const file = await this.#parts.jobs.results.open(setId, name);
    return file === null ? null : new Uint8Array(await new Response(file.read()).arrayBuffer());
  }
}

/** @throws AtollError RESULT_DAMAGED */
function reportOf(bytes: Uint8Array): Report {
  return parseReport(new TextDecoder().decode(bytes));
}

function filesOf({ maskFile, furtherFiles, report }: Revised): Map<string, Uint8Array> {
  const text = new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`);
  return new Map([...furtherFiles, [maskFileName, maskFile], [reportFileName, text]]);
}
