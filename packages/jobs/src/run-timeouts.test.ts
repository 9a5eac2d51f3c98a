import { describe, expect, it } from 'vitest';
import { longestTimeoutSeconds } from './queue.ts';
import { runTimeouts } from './run-timeouts.ts';

describe('how long a run may take', () => {
  const timeouts = runTimeouts({ timeoutSeconds: 600, engineTimeouts: new Map([['deepisles', 3600]]) });

  it('is told by its engine, and of an ensemble by all of its parts, which run one after the other', () => {
    expect(timeouts.of('diffusion')).toBe(600);
    expect(timeouts.of('deepisles')).toBe(3600);
    expect(timeouts.of('diffusion+deepisles+lab')).toBe(4800);
  });

  it('is never longer than the queue waits', () => {
    expect(timeouts.longest).toBeGreaterThanOrEqual(timeouts.of('a+b+c+d+deepisles'));
    expect(runTimeouts({ timeoutSeconds: longestTimeoutSeconds }).of('a+b')).toBe(longestTimeoutSeconds);
  });
});
