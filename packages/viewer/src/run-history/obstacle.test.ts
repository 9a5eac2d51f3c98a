import type { Job } from '@atoll/contract/jobs';
import { describe, expect, it } from 'vitest';
import { obstacleOf } from './obstacle.ts';

function job(change: Partial<Pick<Job, 'caseId' | 'status'>>): Pick<Job, 'caseId' | 'status' | 'result'> {
  return { caseId: 'phantom-emboli', status: 'completed', result: null, ...change };
}

describe('what stands in the way of comparing a run with another', () => {
  it('is that the other one is of another case', () => {
    expect(obstacleOf(job({}), job({ caseId: 'phantom-pons' }))?.obstacle).toBe('other-case');
  });

  it('is that it has not ended yet, and may be shown then, or that it ended without a result', () => {
    for (const status of ['pending', 'running'] as const) {
      expect(obstacleOf(job({}), job({ status }))).toMatchObject({
        obstacle: 'not-completed',
        detail: expect.stringContaining('not finished yet'),
      });
    }
    for (const status of ['failed', 'cancelled'] as const) {
      expect(obstacleOf(job({}), job({ status }))).toMatchObject({
        obstacle: 'not-completed',
        detail: expect.stringContaining('no result'),
      });
    }
  });
});
