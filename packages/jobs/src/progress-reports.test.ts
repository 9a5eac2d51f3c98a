import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobProgress } from './job-table.ts';
import { ProgressReports } from './progress-reports.ts';

let written: JobProgress[] = [];
const report = (progress: number) => ({ progress, message: 'Working', stage: 'middle' });
const percents = () => written.map(({ progress }) => progress);

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
});

afterEach(() => {
  vi.useRealTimers();
});

function newReports(): ProgressReports {
  return new ProgressReports(async (progress) => {
    written.push(progress);
  });
}

describe('reports of progress', () => {
  it('are written at most five times a second, the newest each time', async () => {
    const reports = newReports();
    for (let step = 0; step < 100; step++) {
      reports.offer(report(step));
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(percents()).toEqual([0, 19, 39, 59, 79, 99]);
  });

  it('are written at once after a pause', async () => {
    const reports = newReports();
    reports.offer(report(1));
    await vi.advanceTimersByTimeAsync(1000);
    reports.offer(report(2));
    await vi.advanceTimersByTimeAsync(0);
    expect(percents()).toEqual([1, 2]);
  });

  it('wait for a slow writer instead of overtaking it', async () => {
    let atOnce = 0;
    let most = 0;
    const reports = new ProgressReports(async (progress) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 500));
      atOnce--;
      written.push(progress);
    });
    for (let step = 0; step < 20; step++) {
      reports.offer(report(step));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(most).toBe(1);
  });

  it('are whole percents that leave 100 to the end itself', async () => {
    const reports = newReports();
    for (const progress of [-5, 12.9, Number.NaN, 250]) {
      reports.offer(report(progress));
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(percents()).toEqual([0, 12, 99]);
  });

  it('end when they are closed', async () => {
    const reports = newReports();
    reports.offer(report(1));
    reports.offer(report(2));
    await reports.close();
    reports.offer(report(3));
    await vi.advanceTimersByTimeAsync(1000);
    expect(percents()).toEqual([1]);
  });
});
