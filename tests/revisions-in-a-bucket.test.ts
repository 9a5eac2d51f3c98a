import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportArchive, importArchive } from '@atoll/jobs/archive';
import { resultKind } from '@atoll/jobs/job';
import type { Jobs } from '@atoll/jobs/jobs';
import { BucketStore } from '@atoll/store/bucket-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnswer, request, revise, Scratch, until, wholeText } from '../packages/jobs/test/scratch.ts';
import { usePostgres } from '../packages/jobs/test/use-postgres.ts';
import { type S3Server, startS3Server } from '../packages/store/test/s3-server.ts';

const server = usePostgres();
let bucket: S3Server;
const scratch = new Scratch(() => server().newDatabase());
const folder = mkdtempSync(path.join(tmpdir(), 'atoll-bucket-revisions-'));

beforeAll(async () => {
  bucket = await startS3Server();
});
afterAll(async () => {
  await scratch.clear();
  await bucket.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** On a queue of its own; the bucket is the one of all. */
const open = () => scratch.open({ results: new BucketStore(bucket.options, resultKind) });

async function completed(jobs: Jobs): Promise<string> {
  const { jobId } = await jobs.submit(request, { force: true });
  await until(jobs, jobId, 'completed');
  return jobId;
}

async function storedIds(): Promise<string[]> {
  const ids: string[] = [];
  for await (const some of new BucketStore(bucket.options, resultKind).list())
    ids.push(...some.map(({ id }) => id));
  return ids.toSorted();
}

describe('revisions in a bucket', () => {
  it('are whole beside the engine’s own result, and go with their job', async () => {
    const jobs = await open();
    const jobId = await completed(jobs);
    const made = [await revise(jobs, jobId), await revise(jobs, jobId)];
    expect(await jobs.revisions.list(jobId)).toEqual(made);
    const texts = await Promise.all(made.map((each) => readAnswer(jobs, each?.revisionId ?? '')));
    expect(texts).toEqual([wholeText(`${jobId} 1`), wholeText(`${jobId} 2`)]);
    expect(await readAnswer(jobs, jobId)).toBe('done');
    await jobs.purge(jobId);
    expect(await storedIds()).toEqual([]);
  });

  it('of two readers at once are one, and of the other nothing is left', async () => {
    const jobs = await open();
    const jobId = await completed(jobs);
    const ends = await Promise.allSettled([revise(jobs, jobId), revise(jobs, jobId), revise(jobs, jobId)]);
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.code] : []));
    expect(refused).toEqual(['REVISION_CONFLICT', 'REVISION_CONFLICT']);
    const [kept] = await jobs.revisions.list(jobId);
    expect(await storedIds()).toEqual([jobId, kept.revisionId].toSorted());
    await jobs.purge(jobId);
  });

  it('come out of one bucket, and from an archive into another queue on it', async () => {
    const jobs = await open();
    const jobId = await completed(jobs);
    const made = await revise(jobs, jobId);
    const archive = path.join(folder, 'export');
    expect(await exportArchive(jobs, archive)).toEqual({ jobs: 1, files: 2 });
    await jobs.purge(jobId);
    await jobs.stop();
    const others = await open();
    expect(await importArchive(others, archive)).toEqual({ jobs: 1, files: 2 });
    expect(await others.revisions.list(jobId)).toEqual([made]);
    expect(await readAnswer(others, made?.revisionId ?? '')).toBe(wholeText(`${jobId} 1`));
  });
});
