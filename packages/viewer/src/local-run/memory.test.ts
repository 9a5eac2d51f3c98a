import { describe, expect, it } from 'vitest';
import { maxVoxelsHere, memoryGbOf } from './memory.ts';

describe('the largest image that a page works on', () => {
  it('goes by the memory that the browser tells, and never beyond what a service takes', () => {
    expect(maxVoxelsHere(1)).toBeLessThan(1.4e6);
    expect(maxVoxelsHere(8)).toBeGreaterThan(256 * 256 * 128);
    expect(maxVoxelsHere(64)).toBe(1 << 24);
  });

  it('is that of a machine of 4 GB where the browser tells nothing', () => {
    expect(memoryGbOf({ deviceMemory: 8 })).toBe(8);
    expect(maxVoxelsHere(memoryGbOf({}))).toBe(maxVoxelsHere(4));
  });
});
