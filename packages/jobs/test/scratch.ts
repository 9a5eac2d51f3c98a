import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, JobStatus } from '@atoll/jobs/job';
import type { Jobs } from '@atoll/jobs/jobs';
import { type JobsOptions, openJobs } from '@atoll/jobs/open-jobs';
import type { Revision } from '@atoll/jobs/revision';

export const request = {
  caseId: 'some-case',
  engine: 'tiny',
  engineVersion: '1',
  preset: 'balanced',
  options: [],
};

/** The files of a result, as the tiny handlers of the tests make them. */
export const answer = (text: string) => new Map([['answer.txt', new TextEncoder().encode(text)]]);

/** The text of a result that shows whether it is whole, and whose. */
export const wholeText = (jobId: string) => `${`${jobId}\n`.repeat(2000)}end`;

/** The text of a job's result; null when it has none. */
export async function readAnswer({ results }: Jobs, jobId: string): Promise<string | null> {
  const file = await results.open(jobId, 'answer.txt');
  return file === null ? null : new Response(file.read()).text();
}

/** The next revision of a job, whose files say whether they are whole and whose; null where it is not done yet. */
export async function revise(jobs: Jobs, jobId: string): Promise<Revision | null> {
  const job = await jobs.get(jobId);
  if (job?.status !== 'completed') return null;
  const { revisions: parent } = job;
  return jobs.revisions.add(
    {
      jobId,
      parent,
      author: 'A reader',
      note: '',
      verdict: 'corrected',
      maskSha256: '00',
      volumeMl: 1,
      lesionCount: 1,
      createdAt: new Date(),
    },
    answer(wholeText(`${jobId} ${parent + 1}`)),
  );
}

/** Waits until the job is in one of these states. */
export async function until(jobs: Jobs, jobId: string, ...wanted: JobStatus[]): Promise<Job> {
  for (;;) {
    const job = await jobs.get(jobId);
    if (job !== null && wanted.includes(job.status)) return job;
    await sleep(20);
  }
}

/** Waits until something is so. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

/**
 * Data folders for tests, and what runs on them; `clear` stops and removes all. Making a database takes
 * seconds, copying one does not.
 */
export class Scratch {
  readonly #folders: string[] = [];
  readonly #opened: Jobs[] = [];
  readonly #newDatabase: () => Promise<string | null>;
  #prepared: string | null = null;

  /** @param newDatabase URL of an empty database for each queue that names none; null is the embedded one. */
  constructor(newDatabase: () => Promise<string | null> = async () => null) {
    this.#newDatabase = newDatabase;
  }

  emptyFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-jobs-'));
    this.#folders.push(folder);
    return folder;
  }

  /** A data folder with a database in it that no job was ever in. */
  async dataFolder(): Promise<string> {
    if (this.#prepared === null) {
      const prepared = this.emptyFolder();
      await (await this.open({ dataDir: prepared })).stop();
      this.#prepared = prepared;
    }
    const folder = this.emptyFolder();
    cpSync(this.#prepared, folder, { recursive: true });
    return folder;
  }

  async open(options: Partial<JobsOptions> = {}): Promise<Jobs> {
    const databaseUrl = options.databaseUrl ?? (await this.#newDatabase());
    const isEmbedded = databaseUrl === null;
    const jobs = await openJobs({
      databaseUrl,
      dataDir: options.dataDir ?? (isEmbedded ? await this.dataFolder() : this.emptyFolder()),
      handler: async () => answer('done'),
      concurrency: 1,
      timeoutSeconds: 60,
      maxPending: 100,
      retryDelaySeconds: 0,
      ...options,
    });
    this.#opened.push(jobs);
    return jobs;
  }

  async clear(): Promise<void> {
    for (const jobs of this.#opened.splice(0)) await jobs.stop();
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
