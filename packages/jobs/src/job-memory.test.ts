import { describe, expect, it } from 'vitest';
import type { Job } from './job.ts';
import { JobMemory } from './job-memory.ts';

const job: Job = {
  jobId: 'a'.repeat(32),
  caseId: 'tiny',
  engine: 'tiny',
  engineVersion: '1',
  preset: 'none',
  options: [],
  version: 1,
  priority: 'interactive',
  status: 'running',
  progress: 0,
  progressMessage: '',
  stage: null,
  error: null,
  createdAt: new Date(),
  startedAt: null,
  finishedAt: null,
  revisions: 0,
  owner: null,
};

/** A database that answers when it is told to. */
function slowDatabase() {
  const asked: ((answer: Job | null) => void)[] = [];
  const read = () => new Promise<Job | null>((resolve) => asked.push(resolve));
  return { asked, read };
}

describe('the memory of jobs', () => {
  it('asks once for those who ask together, and not again until the job changes', async () => {
    const { asked, read } = slowDatabase();
    const memory = new JobMemory(read);
    const both = [memory.get(job.jobId), memory.get(job.jobId)];
    asked[0](job);
    expect(await Promise.all(both)).toEqual([job, job]);
    expect(await memory.get(job.jobId)).toBe(job);
    expect(asked).toHaveLength(1);

    memory.hear({ jobId: job.jobId, status: 'completed' });
    const changed = memory.get(job.jobId);
    asked[1]({ ...job, version: 2 });
    expect((await changed)?.version).toBe(2);
  });

  it('keeps nothing that was read before a change and came after it', async () => {
    for (const change of [{ jobId: job.jobId, status: 'completed' }, null]) {
      const { asked, read } = slowDatabase();
      const memory = new JobMemory(read);
      const before = memory.get(job.jobId);
      memory.hear(change);
      const after = memory.get(job.jobId);
      asked[1]({ ...job, version: 2 });
      asked[0](job);
      expect([(await before)?.version, (await after)?.version]).toEqual([1, 2]);
      expect((await memory.get(job.jobId))?.version).toBe(2);
    }
  });

  it('remembers neither a job that is not there nor a failure', async () => {
    let asked = 0;
    const memory = new JobMemory(async () => {
      asked++;
      if (asked === 1) throw new Error('down');
      return null;
    });
    await expect(memory.get(job.jobId)).rejects.toThrow('down');
    expect(await memory.get(job.jobId)).toBeNull();
    expect(await memory.get(job.jobId)).toBeNull();
    expect(asked).toBe(3);
  });
});
