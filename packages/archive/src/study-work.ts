import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { UploadedCases } from '@atoll/cases/uploads/uploaded-cases';
import { checkWish } from '@atoll/engines/choice';
import type { Engines } from '@atoll/engines/registry';
import type { AtollError } from '@atoll/errors/error';
import type { Archive } from '@atoll/instance/archive-settings';
import { ruleFor, type StudyRule } from '@atoll/instance/study-rules';
import { hasEnded, type Job } from '@atoll/jobs/job';
import type { Jobs } from '@atoll/jobs/jobs';
import type { ReceivedStudy } from '@atoll/jobs/received-study';
import type { StudyChange } from '@atoll/jobs/study-table';
import { prepareImages } from '@atoll/reception/take-in';
import type { Store } from '@atoll/store/store';
import type { CaseRole } from '@atoll/volume/case-files';
import { inspect } from './arriving-files.ts';
import { deliver } from './delivery.ts';
import { layOut, type StudyFolder } from './study-files.ts';

export type StudyWorkParts = {
  readonly jobs: Pick<Jobs, 'studies' | 'submit' | 'get' | 'results'>;
  readonly files: () => Promise<Store>;
  readonly cases: Pick<UploadedCases, 'add'>;
  readonly engines: Pick<Engines, 'find'>;
  readonly defaultEngine: string;
  readonly rules: readonly StudyRule[];
  readonly maxFiles: number;
  /** Archives that get results. */
  readonly archives: readonly Archive[];
  /** For files that are being worked on. */
  readonly scratch: string;
  /** Told of what went wrong on the way to an archive, for the log. */
  readonly onDeliveryFailed: (archive: string, error: AtollError, isLast: boolean) => void;
};

/** How often a job is looked at of whose end no word came. */
const lookAgainSeconds = 20;

/**
 * The next step with a study: what is to be written down of it. Every step may be broken off and done again by any
 * process: cases and jobs get the ids that they had the first time.
 * @throws AtollError for what went wrong with this step.
 */
export async function takeStep(
  study: ReceivedStudy,
  parts: StudyWorkParts,
  signal: AbortSignal,
): Promise<StudyChange> {
  switch (study.state) {
    case 'receiving':
      return makeCase(study, parts, signal);
    case 'running':
      return follow(study, parts);
    case 'sending':
      return deliver(study, parts, signal);
    case 'done':
    case 'ignored':
    case 'failed':
      return { dueInSeconds: null };
  }
}

async function makeCase(
  study: ReceivedStudy,
  parts: StudyWorkParts,
  signal: AbortSignal,
): Promise<StudyChange> {
  const { jobs, files, cases, rules, maxFiles, scratch } = parts;
  const instances = await jobs.studies.instances(study.studyId);
  await using folder = await layOut(scratch, await files(), instances, signal);
  const rule = ruleFor(rules, await lookAt(folder));
  if (rule === null) return { state: 'ignored', attempts: 0, dueInSeconds: null };
  const { images, derivation, dwiSources } = await prepareImages(
    {
      files: folder.files.map(({ fileId, path, sizeBytes }) => ({
        path,
        sizeBytes,
        role: null,
        name: fileId,
      })),
    },
    { client: study.owner?.id ?? 'archive', folder: folder.path, maxFiles, signal },
  );
  const fingerprint = await fingerprintOf(images);
  // What came late changed none of the images: the result that there is, or that is on its way, stands.
  if (study.jobId !== null && study.fingerprint === fingerprint) {
    return { state: 'running', sources: dwiSources, attempts: 0, dueInSeconds: 0 };
  }
  const caseId = caseIdOf(study);
  await cases.add({ images, derivation, title: 'Received examination', owner: study.owner, caseId });
  const job = await submit(study, caseId, rule, images.has('flair'), parts);
  return {
    state: 'running',
    caseId,
    jobId: job.jobId,
    fingerprint,
    sources: dwiSources,
    attempts: 0,
    dueInSeconds: hasEnded(job.status) ? 0 : lookAgainSeconds,
  };
}

/** Not to be guessed, for the study’s own id is random and known to nobody; and the same whenever the step is done. */
function caseIdOf({ studyId, round }: ReceivedStudy): string {
  return `u-${createHash('sha256').update(`case ${studyId} ${round}`).digest('hex').slice(0, 32)}`;
}

async function submit(
  study: ReceivedStudy,
  caseId: string,
  rule: StudyRule,
  hasFlair: boolean,
  { jobs, engines, defaultEngine }: StudyWorkParts,
): Promise<Job> {
  const engine = engines.find(rule.engine ?? defaultEngine);
  const { preset, options } = checkWish(engine, { preset: rule.preset ?? undefined, hasFlair });
  return jobs.submit(
    { caseId, engine: engine.id, engineVersion: engine.version, preset, options },
    {
      priority: 'batch',
      owner: study.owner,
      submissionKey: createHash('sha256').update(`job ${study.studyId} ${study.round}`).digest('hex'),
    },
  );
}

async function follow({ jobId }: ReceivedStudy, { jobs }: StudyWorkParts): Promise<StudyChange> {
  const job = jobId === null ? null : await jobs.get(jobId);
  if (job === null || job.status === 'cancelled') {
    return { state: 'failed', errorCode: job === null ? 'JOB_UNKNOWN' : 'JOB_CANCELLED', dueInSeconds: null };
  }
  if (job.status === 'failed') {
    return { state: 'failed', errorCode: job.error?.code ?? 'INTERNAL', dueInSeconds: null };
  }
  if (job.status === 'completed') return { state: 'sending', attempts: 0, dueInSeconds: 0 };
  return { attempts: 0, dueInSeconds: lookAgainSeconds };
}

/** What rules go by: one file of each series is enough. */
async function lookAt({ files }: StudyFolder) {
  const series = new Map<string, { modality: string; description: string }>();
  let description = '';
  for (const { path } of files) {
    const found = await inspect(path);
    if (found === null) continue;
    const { header } = found;
    description ||= header.studyDescription;
    series.set(header.seriesUid, { modality: header.modality, description: header.seriesDescription });
  }
  return { description, series: [...series.values()] };
}

async function fingerprintOf(images: ReadonlyMap<CaseRole, string>): Promise<string> {
  const hash = createHash('sha256');
  for (const [role, path] of [...images].sort(([one], [other]) => (one < other ? -1 : 1))) {
    hash.update(`${role}\n`);
    for await (const piece of createReadStream(path)) hash.update(piece);
  }
  return hash.digest('hex');
}
