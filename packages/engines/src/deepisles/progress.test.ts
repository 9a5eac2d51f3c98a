import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Progress } from '../engine.ts';
import { RunProgress, stages } from './progress.ts';
import { planTask } from './task.ts';

describe('the progress of DeepISLES', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  const open = (hasFlair = true) => {
    const told: Progress[] = [];
    const { task } = planTask({ preset: 'auto', options: [], hasFlair });
    return { told, progress: new RunProgress(task, (each) => told.push(each)) };
  };

  it('goes by time between two signs, calls that an estimate, and does not reach the next sign by it', () => {
    const { told, progress } = open(false);
    progress.starting('Starting the container');
    progress.line('Running SEALS algorithm ...');
    vi.advanceTimersByTime(3_600_000);
    progress.stop();
    const last = told.at(-1);
    expect(last?.message).toBe('Running the models, 3600 s (progress estimated)');
    const before = last?.fraction ?? 1;
    progress.line('Running Majority voting ...');
    expect(told.at(-1)).toMatchObject({ stage: 'vote', message: 'Combining the results' });
    expect(told.at(-1)?.fraction).toBeGreaterThan(before);
  });

  it('begins anew with a run that is tried again, and does not fall for that', () => {
    const { told, progress } = open();
    progress.starting('Starting the container');
    progress.line('Returning results from SEALS `algorithm`.');
    const before = told.at(-1)?.fraction ?? 1;
    progress.again('Running the models again');
    expect(told.at(-1)).toEqual({ stage: 'models', fraction: before, message: 'Running the models again' });
    progress.stop();
  });

  it('takes signs of models that run at the same time in any order, and never falls', () => {
    const { told, progress } = open();
    progress.starting('Starting DeepISLES');
    progress.finished('factorizer');
    progress.folds(2);
    progress.finished('seals');
    progress.line('Finished: /app/data/dwi.nii.gz');
    progress.line('Running SEALS algorithm ...');
    progress.stop();
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(told.map(({ message }) => message)).toContain('2 of 3 models are done');
    expect(told.at(-1)?.stage).toBe('collect');
    const known = stages.map(({ id }) => id);
    for (const { stage } of told) expect(known).toContain(stage);
  });
});
