import type { Job as JobAnswer, JobResult } from '@atoll/contract/jobs';
import type { Report } from '@atoll/contract/report';
import {
  mniMaskFileName,
  mniSideCarName,
  mniTransformName,
  territoriesFileName,
} from '@atoll/engines/location-files';
import { overlayFileName } from '@atoll/engines/overlays';
import {
  brainFileName,
  maskFileName,
  missedFileName,
  probabilityFileName,
  reportFileName,
} from '@atoll/engines/result-files';
import { catalogue } from '@atoll/errors/catalogue';
import type { Job } from '@atoll/jobs/job';
import { imageFileName } from '@atoll/jobs/segment-job';
import type { Store } from '@atoll/store/store';
import type { JobDesk } from '../parts.ts';
import { readReport } from './kept-report.ts';
import { summariseRevision } from './revision-answer.ts';

/**
 * A job as the contract has it.
 * @param publicUrl what the links to its files begin with.
 * @param knowsCancelled whether the client knows that state; to any other such a job has failed.
 * @throws AtollError RESULT_GONE when the files of a completed job are no longer there, RESULT_DAMAGED when its
 *   report cannot be read.
 */
export async function answerJob(
  job: Job,
  jobs: JobDesk,
  publicUrl: string,
  knowsCancelled = true,
): Promise<JobAnswer> {
  const isTold = job.status !== 'cancelled' || knowsCancelled;
  const status = isTold ? job.status : 'failed';
  const error = isTold ? job.error : { code: 'JOB_CANCELLED' as const, message: null };
  const wait = status === 'pending' ? await jobs.wait(job.jobId) : null;
  const failure = status === 'failed' ? (error ?? { code: 'ENGINE_FAILED' as const, message: null }) : null;
  const detail = failure === null ? null : (failure.message ?? catalogue[failure.code].sentence);
  return {
    jobId: job.jobId,
    status,
    progress: Math.round(job.progress),
    progressMessage: job.progressMessage,
    elapsedSeconds: elapsedSeconds(job, new Date()),
    result: status === 'completed' ? await answerResult(job, jobs.results, publicUrl) : null,
    error: detail,
    caseId: job.caseId,
    engine: job.engine,
    preset: job.preset,
    options: [...job.options],
    stage: job.stage,
    problem:
      failure === null || detail === null
        ? null
        : { detail, code: failure.code, action: catalogue[failure.code].action },
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: job.finishedAt?.toISOString() ?? null,
    expiresAt: jobs.expiresAt(job)?.toISOString() ?? null,
    revision: await newestRevision(job, jobs, publicUrl),
    queuePosition: wait?.ahead ?? null,
    estimatedWaitSeconds: wait === null || wait.seconds === null ? null : roughSeconds(wait.seconds),
  };
}

/** What the last reader made of the result. */
async function newestRevision(
  { jobId, revisions }: Job,
  jobs: JobDesk,
  publicUrl: string,
): Promise<JobAnswer['revision']> {
  const newest = revisions === 0 ? null : await jobs.revisions.get(jobId, revisions);
  return newest === null ? null : summariseRevision(newest, publicUrl);
}

async function answerResult(job: Job, results: Store, publicUrl: string): Promise<JobResult> {
  const { jobId, caseId } = job;
  const report = await readReport(results, jobId);
  const url = (name: string) => `${publicUrl}/files/${jobId}/${caseId}/${name}`;
  const urlIfStored = async (name: string) => ((await results.open(jobId, name)) === null ? null : url(name));
  return {
    caseId,
    diceScore: report.metrics.status === 'computed' ? report.metrics.dice : null,
    volumeMl: round(report.volumeMl),
    elapsedSeconds: round(report.elapsedSeconds),
    dwiUrl: url(imageFileName(caseId, 'dwi')),
    predictionUrl: url(maskFileName),
    warning: joinWarnings(report),
    adcUrl: url(imageFileName(caseId, 'adc')),
    flairUrl: await urlIfStored(imageFileName(caseId, 'flair')),
    referenceUrl: await urlIfStored(imageFileName(caseId, 'reference')),
    reportUrl: url(reportFileName),
    overlays: report.overlays.map(({ sha256: _sha256, ...overlay }) => ({
      ...overlay,
      url: url(overlayFileName(overlay.id)),
    })),
    brainUrl: await urlIfStored(brainFileName),
    missedUrl: await urlIfStored(missedFileName),
    probabilityUrl: await urlIfStored(probabilityFileName),
    atlas: await answerAtlas(urlIfStored),
    zipUrl: `${publicUrl}/api/jobs/${jobId}/files.zip`,
    report,
  };
}

/** What came of laying an atlas over the brain. */
async function answerAtlas(urlOf: (name: string) => Promise<string | null>): Promise<JobResult['atlas']> {
  const territoriesUrl = await urlOf(territoriesFileName);
  if (territoriesUrl === null) return null;
  const [maskUrl, sideCarUrl, transformUrl] = await Promise.all(
    [mniMaskFileName, mniSideCarName, mniTransformName].map(urlOf),
  );
  const hasMni = maskUrl !== null && sideCarUrl !== null && transformUrl !== null;
  return { territoriesUrl, mni: hasMni ? { maskUrl, sideCarUrl, transformUrl } : null };
}

/** The original page shows one sentence: what a reader must know, the gravest first. */
function joinWarnings({ warnings }: Report): string | null {
  const grave = (['serious', 'caution'] as const).flatMap((severity) =>
    warnings.filter((warning) => warning.severity === severity).map((warning) => warning.message),
  );
  return grave.length === 0 ? null : grave.join(' ');
}

/** As coarse as an estimate is: a client that polls is told of it anew when it has changed, and not each time. */
function roughSeconds(seconds: number): number {
  const step = seconds < 10 ? 1 : seconds < 60 ? 5 : seconds < 600 ? 15 : 60;
  return step * Math.round(seconds / step);
}

/** The original's page computes with it, also while the job waits. */
function elapsedSeconds({ startedAt, finishedAt }: Job, now: Date): number {
  if (startedAt === null) return 0;
  return round(Math.max(0, (finishedAt ?? now).getTime() - startedAt.getTime()) / 1000);
}

/** To 2 decimals, as the original has its figures. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
