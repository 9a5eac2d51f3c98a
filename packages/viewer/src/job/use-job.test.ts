import type { Job } from '@atoll/contract/jobs';
import { expect, it } from 'vitest';
import { laterOf } from './use-job.ts';

const job = (status: Job['status'], progress: number): Job => ({
  jobId: 'a'.repeat(32),
  status,
  progress,
  progressMessage: '',
  elapsedSeconds: null,
  result: null,
  error: null,
  caseId: 'phantom-large-left',
  engine: 'diffusion',
  preset: 'balanced',
  options: [],
  stage: null,
  problem: null,
  createdAt: '2026-11-24T03:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  expiresAt: null,
  queuePosition: null,
  estimatedWaitSeconds: null,
  revision: null,
});

it('a late answer about a job that has ended since is not believed, and a job that started again is', () => {
  const [early, late, cancelled] = [job('running', 20), job('running', 80), job('cancelled', 80)];
  expect(laterOf(undefined, early)).toBe(early);
  expect(laterOf(early, late)).toBe(late);
  // An attempt that was cut short begins anew.
  expect(laterOf(late, early)).toBe(early);
  expect(laterOf(cancelled, late)).toBe(cancelled);
});
