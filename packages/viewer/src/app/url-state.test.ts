import { describe, expect, it } from 'vitest';
import { readPlace } from './url-state.ts';

describe('the address', () => {
  it('names case and job', () => {
    const jobId = '0123456789abcdef'.repeat(2);
    expect(readPlace(`?case=phantom-emboli&job=${jobId}`)).toEqual({ caseId: 'phantom-emboli', jobId });
  });

  it('with anything but a job id names no job', () => {
    expect(readPlace('?job=../../etc/passwd').jobId).toBeNull();
    expect(readPlace('').caseId).toBeNull();
  });
});
