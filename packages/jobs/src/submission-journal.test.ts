import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, request, Scratch } from '../test/scratch.ts';
import { SubmissionJournal } from './submission-journal.ts';
import type { SubmissionRow } from './submission-row.ts';

let folder: string;
let journal: SubmissionJournal;
const text = () =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-journal-'));
  journal = new SubmissionJournal(folder);
});

afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

describe('a journal of submissions', () => {
  it('has its lines on the disk when it says so, and keeps those that come while others are written', () => {
    journal.append(['1', '2']);
    const settled = journal.mark();
    journal.append(['3']);
    expect(text().split('\n').filter(Boolean).sort()).toEqual(['1', '2', '3']);
    settled();
    expect(text()).toBe('3\n');
    journal.mark()();
    expect(text()).toBe('');
  });

  it('keeps what a writing that failed left, until a later one has it', () => {
    journal.append(['1']);
    journal.mark();
    journal.append(['2']);
    const second = journal.mark();
    journal.append(['3']);
    second();
    expect(text()).toContain('3');
    journal.mark()();
    expect(text()).toBe('');
    journal.append(['4']);
    journal.mark();
    journal.mark()();
    expect(text()).toBe('');
  });

  it('gives what a killed process left, less a line that it did not finish', () => {
    journal.append(['1']);
    journal.mark();
    journal.append(['2']);
    appendFileSync(join(folder, 'submissions-a.ndjson'), '{"cut');
    const later = new SubmissionJournal(folder);
    expect(later.left().sort()).toEqual(['1', '2']);
    later.close();
  });
});

const scratch = new Scratch();
afterAll(() => scratch.clear());

describe('a queue that starts after a kill', () => {
  const row = (digit: string, createdAt: string): SubmissionRow => ({
    job_id: digit.repeat(32),
    case_id: 'some-case',
    engine: 'tiny',
    engine_version: '1',
    preset: 'balanced',
    options: ['a', 'b'],
    priority: 'batch',
    client: 'someone',
    submission_key: null,
    owner: null,
    owner_groups: [],
    created_at: createdAt,
  });

  it('runs what was acknowledged and not written yet, once, in the order in which it came', async () => {
    const dataDir = await scratch.dataFolder();
    const left = new SubmissionJournal(join(dataDir, 'db'));
    left.append([
      JSON.stringify(row('b', '2026-11-26T10:00:00.000002Z')),
      JSON.stringify(row('a', '2026-11-26T10:00:00.000003Z')),
      JSON.stringify(row('c', '2026-11-26T10:00:00.000001Z')),
    ]);
    left.close();
    const ran: string[] = [];
    const handler = async ({ jobId, options }: { jobId: string; options: readonly string[] }) => {
      expect(options).toEqual(['a', 'b']);
      ran.push(jobId[0]);
      return new Map();
    };
    const jobs = await scratch.open({ dataDir, handler });
    await eventually(async () => (await jobs.get('a'.repeat(32)))?.status === 'completed');
    expect(ran).toEqual(['c', 'b', 'a']);
    await jobs.stop();
    // What the database has already is not taken over again.
    const again = new SubmissionJournal(join(dataDir, 'db'));
    expect(again.left()).toEqual([]);
    again.append([JSON.stringify(row('a', '2026-11-26T10:00:00.000003Z'))]);
    again.close();
    const later = await scratch.open({ dataDir, handler });
    expect((await later.get('a'.repeat(32)))?.status).toBe('completed');
    expect(await later.counts()).toEqual({ pending: 0, running: 0 });
    expect(ran).toHaveLength(3);
  }, 60_000);

  it('keeps lines that it cannot read, says so, and takes over the others', async () => {
    const dataDir = await scratch.dataFolder();
    const left = new SubmissionJournal(join(dataDir, 'db'));
    left.append(['{"job_id": 1}', JSON.stringify(row('a', '2026-11-26T10:00:00.000003Z'))]);
    left.close();
    const warnings: string[] = [];
    const jobs = await scratch.open({ dataDir, onWarning: (sentence) => warnings.push(sentence) });
    expect(await jobs.get('a'.repeat(32))).not.toBeNull();
    expect(warnings.join()).toContain('cannot be read');
    const aside = readdirSync(join(dataDir, 'db')).filter((name) => /^submissions-a\.ndjson\./.test(name));
    expect(aside).toHaveLength(1);
  }, 60_000);
});

describe('a job that is acknowledged', () => {
  it('is known at once to all who ask, and can be cancelled and counted', async () => {
    const jobs = await scratch.open({ concurrency: 0 });
    const made = await Promise.all(
      Array.from({ length: 5 }, () => jobs.submit(request, { force: true, priority: 'batch' })),
    );
    for (const job of made) expect(await jobs.get(job.jobId)).toEqual(job);
    expect(await jobs.counts()).toEqual({ pending: 5, running: 0 });
    for (const job of made) expect(await jobs.get(job.jobId)).toEqual(job);
    const late = await jobs.submit(request, { force: true });
    expect((await jobs.cancel(late.jobId)).status).toBe('cancelled');
    const waits = await Promise.all(made.map(({ jobId }) => jobs.wait(jobId)));
    expect(waits.map((wait) => wait?.ahead)).toEqual([0, 1, 2, 3, 4]);
  }, 60_000);

  it('survives a stop that comes right after', async () => {
    const dataDir = await scratch.dataFolder();
    const jobs = await scratch.open({ dataDir, concurrency: 0 });
    const { jobId } = await jobs.submit(request);
    await jobs.stop();
    const later = await scratch.open({ dataDir });
    await eventually(async () => (await later.get(jobId))?.status === 'completed');
  }, 60_000);
});
