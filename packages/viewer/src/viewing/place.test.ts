import { describe, expect, it } from 'vitest';
import { readPlace } from './place.ts';

describe('the address', () => {
  it('names case and job', () => {
    const jobId = '0123456789abcdef'.repeat(2);
    expect(readPlace(`?case=phantom-emboli&job=${jobId}`)).toEqual({
      caseId: 'phantom-emboli',
      jobId,
      otherId: null,
    });
  });

  it('names the run to compare with, which is another one', () => {
    const [jobId, otherId] = ['a'.repeat(32), 'b'.repeat(32)];
    expect(readPlace(`?case=c&job=${jobId}&with=${otherId}`)).toEqual({ caseId: 'c', jobId, otherId });
    expect(readPlace(`?job=${jobId}&with=${jobId}`).otherId).toBeNull();
    expect(readPlace(`?job=${jobId}&with=../${otherId}`).otherId).toBeNull();
    expect(readPlace(`?with=${otherId}`).otherId).toBeNull();
  });

  it('with anything but a job id names no job', () => {
    expect(readPlace('?job=../../etc/passwd').jobId).toBeNull();
    expect(readPlace('').caseId).toBeNull();
  });
});
