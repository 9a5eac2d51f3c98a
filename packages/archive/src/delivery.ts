import { Report } from '@atoll/contract/report';
import { storeInstances } from '@atoll/dicom/web/store';
import { maskFileName, reportFileName } from '@atoll/engines/result-files';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { Archive } from '@atoll/instance/archive-settings';
import type { Job } from '@atoll/jobs/job';
import type { Jobs } from '@atoll/jobs/jobs';
import type { Delivery, ReceivedStudy } from '@atoll/jobs/received-study';
import { imageFileName } from '@atoll/jobs/segment-job';
import type { StudyChange } from '@atoll/jobs/study-table';
import type { Store } from '@atoll/store/store';
import { resultObjects } from './result-objects.ts';
import { layOut } from './study-files.ts';

export type DeliveryParts = {
  readonly jobs: Pick<Jobs, 'studies' | 'get' | 'results'>;
  readonly files: () => Promise<Store>;
  readonly archives: readonly Archive[];
  readonly scratch: string;
  readonly onDeliveryFailed: (archive: string, error: AtollError, isLast: boolean) => void;
};

/** Waits between tries double from here to there; with the last one that makes some three days. */
const [firstWaitSeconds, longestWaitSeconds, mostTries] = [5, 3600, 80];

/**
 * Sends a study’s result to the archives that have not got it. One that cannot be had is tried again later, by itself:
 * the others get theirs.
 * @throws AtollError RESULT_GONE, SEG_*, DICOM_*, IMAGE_*, JOB_CANCELLED
 */
export async function deliver(
  study: ReceivedStudy,
  parts: DeliveryParts,
  signal: AbortSignal,
): Promise<StudyChange> {
  const { jobs, archives } = parts;
  const done: StudyChange = { state: 'done', attempts: 0, dueInSeconds: null };
  const { jobId } = study;
  if (jobId === null) return done;
  const all = await jobs.studies.deliveries(
    study.studyId,
    jobId,
    archives.map(({ name }) => name),
  );
  const now = Date.now();
  const waiting = all.filter(({ state }) => state === 'waiting');
  const due = waiting.filter(({ dueAt }) => dueAt.getTime() <= now);
  const targets = due.flatMap((delivery) => {
    const archive = archives.find(({ name }) => name === delivery.archive);
    return archive === undefined ? [] : [{ delivery, archive }];
  });
  if (targets.length > 0) {
    const objects = await makeObjects(study, jobId, parts, signal);
    for (const { delivery, archive } of targets) await send(delivery, archive, objects, parts, signal);
  }
  const left = (await jobs.studies.deliveries(study.studyId, jobId, [])).filter(
    ({ state, archive }) => state === 'waiting' && archives.some(({ name }) => name === archive),
  );
  if (left.length === 0) return done;
  const next = Math.min(...left.map(({ dueAt }) => dueAt.getTime()));
  return { attempts: 0, dueInSeconds: Math.max(1, (next - Date.now()) / 1000) };
}

async function send(
  delivery: Delivery,
  archive: Archive,
  objects: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  { jobs, onDeliveryFailed }: DeliveryParts,
  signal: AbortSignal,
): Promise<void> {
  try {
    await storeInstances(archive.root, objects.values(), {
      authorization: archive.authorization ?? undefined,
      signal,
    });
  } catch (thrown) {
    if (signal.aborted) throw new AtollError('JOB_CANCELLED');
    const error = asAtollError(thrown);
    const tries = delivery.attempts + 1;
    const isLast = tries >= mostTries;
    const wait = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** Math.min(20, delivery.attempts));
    onDeliveryFailed(archive.name, error, isLast);
    await jobs.studies.delivered(delivery, {
      errorCode: error.code,
      againInSeconds: isLast ? null : wait,
    });
    return;
  }
  await jobs.studies.delivered(delivery, 'sent');
}

async function makeObjects(
  study: ReceivedStudy,
  jobId: string,
  { jobs, files, scratch }: DeliveryParts,
  signal: AbortSignal,
) {
  const job = await jobs.get(jobId);
  if (job?.finishedAt == null) throw new AtollError('RESULT_GONE');
  const instances = await jobs.studies.instances(study.studyId);
  const wanted = instances.filter(({ fileId }) => study.sources.includes(fileId));
  await using folder = await layOut(scratch, await files(), wanted, signal);
  // Awaited here: the folder goes with this scope.
  return await resultObjects(
    {
      jobId,
      ...(await readResult(jobs.results, job)),
      sources: folder.files.map(({ path }) => path),
      madeAt: job.finishedAt,
    },
    signal,
  );
}

/** @throws AtollError RESULT_GONE, RESULT_DAMAGED */
async function readResult(results: Pick<Store, 'open'>, { jobId, caseId }: Job) {
  const read = async (name: string) => {
    const file = await results.open(jobId, name);
    return file === null ? null : new Uint8Array(await new Response(file.read()).arrayBuffer());
  };
  const [report, mask, dwi, adc, flair] = await Promise.all([
    read(reportFileName),
    read(maskFileName),
    read(imageFileName(caseId, 'dwi')),
    read(imageFileName(caseId, 'adc')),
    read(imageFileName(caseId, 'flair')),
  ]);
  if (report === null || mask === null || dwi === null || adc === null) throw new AtollError('RESULT_GONE');
  const parsed = Report.safeParse(JSON.parse(new TextDecoder().decode(report)));
  if (!parsed.success) throw new AtollError('RESULT_DAMAGED');
  return { report: parsed.data, study: { dwi, adc, mask, flair: flair ?? undefined } };
}
