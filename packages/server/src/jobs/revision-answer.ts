import type { Revision as RevisionAnswer, RevisionList, RevisionSummary } from '@atoll/contract/revisions';
import { maskFileName, missedFileName, reportFileName } from '@atoll/engines/result-files';
import { AtollError } from '@atoll/errors/error';
import type { Job } from '@atoll/jobs/job';
import type { Revision } from '@atoll/jobs/revision';
import type { JobDesk } from '../parts.ts';
import { readableNames } from '../reports/report-desk.ts';
import { readReport } from './kept-report.ts';
import { isRevisionFileName } from './result-files.ts';

/** A revision as lists have it. @param publicUrl what links begin with. */
export function summariseRevision(
  { jobId, number, parent, author, note, verdict, createdAt, volumeMl, lesionCount }: Revision,
  publicUrl: string,
): RevisionSummary {
  return {
    number,
    parent,
    author,
    note,
    verdict,
    createdAt: createdAt.toISOString(),
    volumeMl,
    lesionCount,
    url: `${publicUrl}/api/jobs/${jobId}/revisions/${number}`,
  };
}

/** @throws AtollError RESULT_GONE, RESULT_DAMAGED */
export async function answerRevision(
  revision: Revision,
  { results }: Pick<JobDesk, 'results'>,
  publicUrl: string,
): Promise<RevisionAnswer> {
  const names = (await results.names(revision.revisionId)).filter(isRevisionFileName);
  const summary = summariseRevision(revision, publicUrl);
  const url = (name: string) => `${summary.url}/files/${name}`;
  return {
    ...summary,
    maskUrl: url(maskFileName),
    reportUrl: url(reportFileName),
    missedUrl: names.includes(missedFileName) ? url(missedFileName) : null,
    zipUrl: `${summary.url}/files.zip`,
    // Those to read are made when they are asked for.
    files: [...names, ...readableNames].map((name) => ({ name, url: url(name) })),
    report: await readReport(results, revision.revisionId),
  };
}

/** @throws AtollError JOB_NOT_COMPLETED, RESULT_GONE, RESULT_DAMAGED */
export async function answerRevisions(job: Job, jobs: JobDesk, publicUrl: string): Promise<RevisionList> {
  if (job.status !== 'completed') throw new AtollError('JOB_NOT_COMPLETED');
  const { volumeMl, lesionCount } = await readReport(jobs.results, job.jobId);
  const revisions = await jobs.revisions.list(job.jobId);
  return {
    engine: {
      volumeMl,
      lesionCount,
      maskUrl: `${publicUrl}/files/${job.jobId}/${job.caseId}/${maskFileName}`,
    },
    revisions: revisions.map((revision) => summariseRevision(revision, publicUrl)),
  };
}
