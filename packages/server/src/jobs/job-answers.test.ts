import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryJobs } from '../../test/memory-jobs.ts';
import { JobAnswers } from './job-answers.ts';

const request = {
  caseId: 'case-one',
  engine: 'diffusion',
  engineVersion: '2.0.0',
  preset: 'balanced',
  options: [],
};
const publicUrl = 'http://127.0.0.1:7860';

describe('what is said of a job that waits', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is made once for all who ask within half a second, and anew after that', async () => {
    const jobs = new MemoryJobs();
    const job = await jobs.submit(request);
    const looks = vi.spyOn(jobs, 'wait');
    const answers = new JobAnswers(jobs);
    const crowd = await Promise.all(Array.from({ length: 50 }, () => answers.answer(job, publicUrl)));
    expect(new Set(crowd).size).toBe(1);
    expect(looks).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(600);
    await answers.answer(job, publicUrl);
    expect(looks).toHaveBeenCalledTimes(2);
  });

  it('is anew at once when the job has changed, and under another address', async () => {
    const jobs = new MemoryJobs();
    const job = await jobs.submit(request);
    const answers = new JobAnswers(jobs);
    const before = await answers.answer(job, publicUrl);
    jobs.set(job.jobId, { status: 'running', progress: 40 });
    const running = await jobs.get(job.jobId);
    if (running === null) throw new Error('The job is gone.');
    const after = await answers.answer(running, publicUrl);
    expect(after.etag).not.toBe(before.etag);
    expect(JSON.parse(after.bytes.toString())).toMatchObject({ status: 'running', progress: 40 });
    expect(await answers.answer(running, 'https://elsewhere.example.org')).not.toBe(after);
  });

  it('is not kept where it could not be made', async () => {
    const jobs = new MemoryJobs();
    const job = await jobs.submit(request);
    const answers = new JobAnswers(jobs);
    vi.spyOn(jobs, 'wait').mockRejectedValueOnce(new Error('the database sleeps'));
    await expect(answers.answer(job, publicUrl)).rejects.toThrow('the database sleeps');
    expect((await answers.answer(job, publicUrl)).bytes.toString()).toContain('"pending"');
  });
});
