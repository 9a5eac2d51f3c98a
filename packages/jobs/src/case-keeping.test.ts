import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { answer, eventually, readAnswer, request, Scratch, until } from '../test/scratch.ts';
import type { KeptCases } from './case-keeping.ts';
import type { JobHandler } from './worker.ts';

const scratch = new Scratch();
let dataDir: string;

beforeEach(async () => {
  dataDir = await scratch.dataFolder();
});
afterAll(() => scratch.clear());

const hourMs = 3600_000;
const ago = (hours: number) => new Date(Date.now() - hours * hourMs);

/** Uploaded cases with the time of their last use. */
class MemoryCases implements KeptCases {
  readonly used = new Map<string, Date>();

  #owner: string | null = null;

  async owner() {
    return this.#owner;
  }

  async setOwner(databaseId: string) {
    this.#owner = databaseId;
  }

  async usedAt(caseId: string) {
    return this.used.get(caseId) ?? null;
  }

  async touch(caseId: string) {
    if (this.used.has(caseId)) this.used.set(caseId, new Date());
  }

  async remove(caseId: string) {
    this.used.delete(caseId);
  }

  async *stored() {
    yield [...this.used].map(([id, usedAt]) => ({ id, usedAt }));
  }
}

/** Ends at once, but of a case whose name says otherwise. */
const handler: JobHandler = async ({ caseId }, { signal }) => {
  if (!caseId.startsWith('endless')) return answer('done');
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });
};

/** A queue over these cases, which are kept for an hour. */
async function open(cases: MemoryCases, options: { resultTtlSeconds?: number | null } = {}) {
  const { resultTtlSeconds = 3600 } = options;
  return scratch.open({ dataDir, handler, resultTtlSeconds, uploads: { cases, ttlSeconds: 3600 } });
}

describe('an uploaded case', () => {
  it('is kept for its time after the last use, and at least as long as its last result', async () => {
    const cases = new MemoryCases();
    const used = new Date();
    for (const id of ['idle', 'done', 'endless']) cases.used.set(id, used);
    const jobs = await open(cases, { resultTtlSeconds: 7200 });
    expect(await jobs.cases.expiresAt('nobody')).toBeNull();
    expect((await jobs.cases.expiresAt('idle'))?.getTime()).toBe(used.getTime() + hourMs);
    const done = await until(jobs, (await jobs.submit({ ...request, caseId: 'done' })).jobId, 'completed');
    expect(await jobs.cases.expiresAt('done')).toEqual(jobs.expiresAt(done));
    const { jobId } = await jobs.submit({ ...request, caseId: 'endless' });
    expect(await jobs.cases.expiresAt('endless')).toBeNull();
    await jobs.cancel(jobId);
    expect(await jobs.cases.expiresAt('endless')).not.toBeNull();
    await jobs.stop();
    // Where results are kept for ever, so is what they were made of.
    const forEver = await open(cases, { resultTtlSeconds: null });
    expect(await forEver.cases.expiresAt('done')).toBeNull();
    expect(await forEver.cases.expiresAt('idle')).not.toBeNull();
    await forEver.stop();
  });

  it('that is past its time goes, but never while a job of it waits or runs, nor before its results', async () => {
    const cases = new MemoryCases();
    for (const id of ['old', 'endless-old', 'just-run', 'young']) cases.used.set(id, ago(0));
    const first = await open(cases);
    const running = await first.submit({ ...request, caseId: 'endless-old' });
    await until(first, running.jobId, 'running');
    const waiting = await first.submit({ ...request, caseId: 'just-run' });
    await first.cancel(running.jobId);
    await until(first, waiting.jobId, 'completed');
    const again = await first.submit({ ...request, caseId: 'endless-old' }, { force: true });
    await until(first, again.jobId, 'running');
    await first.stop();
    for (const id of ['old', 'endless-old', 'just-run']) cases.used.set(id, ago(2));
    const jobs = await open(cases);
    await eventually(() => !cases.used.has('old'));
    await eventually(() => jobs.cases.isExpired('old'));
    await until(jobs, again.jobId, 'running');
    expect([...cases.used.keys()]).toEqual(['endless-old', 'just-run', 'young']);
    expect(await jobs.cases.isExpired('young')).toBe(false);
    await jobs.stop();
  });

  it('that is removed takes its jobs and results with it, and stops what runs', async () => {
    const cases = new MemoryCases();
    for (const id of ['mine', 'endless-mine', 'other']) cases.used.set(id, new Date());
    const jobs = await open(cases);
    const submit = async (caseId: string) => (await jobs.submit({ ...request, caseId })).jobId;
    const mine = await submit('mine');
    const other = await submit('other');
    for (const jobId of [mine, other]) await until(jobs, jobId, 'completed');
    await jobs.cases.remove('mine');
    expect(cases.used.has('mine')).toBe(false);
    expect(await jobs.get(mine)).toBeNull();
    expect(await readAnswer(jobs, mine)).toBeNull();
    expect(await jobs.cases.isExpired('mine')).toBe(false);
    expect(await readAnswer(jobs, other)).toBe('done');

    const [running, waiting] = [await submit('endless-mine'), await submit('endless-mine')];
    await until(jobs, running, 'running');
    await jobs.cases.remove('endless-mine');
    expect([await jobs.get(running), await jobs.get(waiting)]).toEqual([null, null]);
    // Its slot is free: another job runs to its end.
    const next = await jobs.submit({ ...request, caseId: 'other' }, { force: true });
    await until(jobs, next.jobId, 'completed');
    await jobs.stop();
  });
});
