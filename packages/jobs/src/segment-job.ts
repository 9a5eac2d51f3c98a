import type { CaseSource } from '@atoll/cases/source';
import { derivationOf } from '@atoll/engines/caution';
import type { Engine } from '@atoll/engines/engine';
import type { LocationWish } from '@atoll/engines/location';
import { maskFileName, reportFileName } from '@atoll/engines/result-files';
import { runInThread } from '@atoll/engines/run-thread';
import { AtollError } from '@atoll/errors/error';
import { type CaseRole, caseRoles } from '@atoll/volume/case-files';
import { gzip, isGzip } from '@atoll/volume/gzip';
import type { JobHandler } from './worker.ts';

/** Names of a finished job's files. The first two are the original service's and stay as they are. */
export const imageFileName = (caseId: string, role: CaseRole) => `${caseId}_${role}.nii.gz`;

/**
 * The job that Atoll exists for: a case, an engine, a checked mask. None of it computes on this thread.
 * @param location how lesions are placed; asked for each job. Without it reports are silent on that.
 * @throws AtollError CASE_UNKNOWN, ENGINE_REMOVED, IMAGE_*, STUDY_*, ENGINE_FAILED, JOB_CANCELLED
 */
export function segmentJob(
  cases: Pick<CaseSource, 'open'>,
  findEngine: (id: string) => Engine,
  location?: () => Promise<LocationWish>,
): JobHandler {
  return async (job, { signal, onProgress }) => {
    const files = await cases.open(job.caseId, { signal });
    const { report, maskFile, furtherFiles } = await runInThread({
      engine: findQueued(findEngine, job.engine),
      files,
      preset: job.preset,
      options: job.options,
      derivation: derivationOf(files),
      location: location && { ...(await location()), mni: 'mask' },
      signal,
      onProgress: ({ stage, fraction, message }) => onProgress({ stage, message, progress: 100 * fraction }),
    });
    const results = new Map<string, Uint8Array>();
    for (const role of caseRoles) {
      const bytes = files[role];
      // Kept beside the mask: a result must be readable when its case is long gone.
      if (bytes !== undefined) {
        results.set(imageFileName(job.caseId, role), isGzip(bytes) ? bytes : await gzip(bytes));
      }
    }
    results.set(maskFileName, maskFile);
    for (const [name, file] of furtherFiles) results.set(name, file);
    results.set(reportFileName, new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`));
    return results;
  };
}

/** The engine of a job, which was there when the job was queued. @throws AtollError ENGINE_REMOVED */
function findQueued(findEngine: (id: string) => Engine, id: string): Engine {
  try {
    return findEngine(id);
  } catch (thrown) {
    if (!(thrown instanceof AtollError) || thrown.code !== 'ENGINE_UNKNOWN') throw thrown;
    throw new AtollError(
      'ENGINE_REMOVED',
      `This job was queued for “${id}”, which has been removed since. ${thrown.message}`,
      { cause: thrown },
    );
  }
}
