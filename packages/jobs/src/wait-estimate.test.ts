import { describe, expect, it } from 'vitest';
import { estimateWaits, type Line } from './wait-estimate.ts';

const now = new Date('2026-11-24T12:00:00Z');
const job = (jobId: string, startedSecondsAgo: number | null = null, engine = 'fast') => ({
  jobId,
  engine,
  status: startedSecondsAgo === null ? ('pending' as const) : ('running' as const),
  startedAt: startedSecondsAgo === null ? null : new Date(now.getTime() - 1000 * startedSecondsAgo),
});
const line = (jobs: Line['jobs'], slots = 1): Line => ({
  jobs,
  slots,
  meanRunSeconds: new Map([
    ['fast', 10],
    ['slow', 100],
  ]),
});
const wait = (of: Line, jobId: string) => estimateWaits(of, now).get(jobId) ?? null;

describe('the estimate of a wait', () => {
  it('is nothing for a job that does not wait', () => {
    expect(wait(line([job('a', 1)]), 'a')).toBeNull();
    expect(wait(line([]), 'a')).toBeNull();
  });

  it('is never less than nothing, nor longer for a clock that was set back', () => {
    const back = { ...line([job('a', -50_000), job('b')]), meanRunSeconds: new Map([['fast', -51_835]]) };
    expect(wait(back, 'b')).toEqual({ ahead: 0, seconds: 0 });
    expect(wait(line([job('a', -50_000), job('b')]), 'b')).toEqual({ ahead: 0, seconds: 10 });
  });

  it('is none at all while a slot is free, even when nothing was measured', () => {
    expect(wait(line([job('a')]), 'a')).toEqual({ ahead: 0, seconds: 0 });
    expect(wait({ ...line([job('a', 1), job('b')], 2), meanRunSeconds: new Map() }, 'b')).toEqual({
      ahead: 0,
      seconds: 0,
    });
  });

  it('is what is left of the running job and all of those ahead', () => {
    const jobs = [job('a', 4), job('b'), job('c', null, 'slow'), job('d')];
    expect(wait(line(jobs), 'b')).toEqual({ ahead: 0, seconds: 6 });
    expect(wait(line(jobs), 'd')).toEqual({ ahead: 2, seconds: 116 });
  });

  it('takes the slot that is free first', () => {
    const jobs = [job('a', 4), job('b', 8), job('c', null, 'slow'), job('d')];
    expect(wait(line(jobs, 2), 'd')).toEqual({ ahead: 1, seconds: 6 });
  });

  it('is no less than nothing when a job runs longer than usual', () => {
    expect(wait(line([job('a', 99), job('b')]), 'b')).toEqual({ ahead: 0, seconds: 0 });
  });

  it('is unknown when nobody works, or an engine was never measured', () => {
    expect(wait(line([job('a'), job('b')], 0), 'b')).toEqual({ ahead: 1, seconds: null });
    expect(wait(line([job('a', 1, 'new'), job('b')]), 'b')).toEqual({ ahead: 0, seconds: null });
  });
});
