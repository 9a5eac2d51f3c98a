import { ServiceError, UnreachableError } from '@atoll/contract/client';
import { catalogue, type ErrorCode } from '@atoll/errors/catalogue';
import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnosis.ts';

const refusal = (code: string, status: number) =>
  new ServiceError(status, { detail: 'No.', code, action: 'Wait.' }, null);
const ofCatalogue = (code: ErrorCode) => refusal(code, catalogue[code].status);

describe('what was wrong', () => {
  it.each([
    'QUEUE_FULL',
    'TOO_MANY_JOBS',
    'RATE_LIMITED',
    'QUEUE_UNREACHABLE',
    'UPLOADS_BUSY',
    'TOO_MANY_UPLOADS',
    'DISK_FULL',
    'SERVICE_BUSY',
    'DATABASE_UNREACHABLE',
  ] as const)('is that the service is busy, by its answer %s', (code) => {
    expect(diagnose(ofCatalogue(code), true)).toBe('busy');
  });

  it.each(['INTERNAL', 'SOURCE_REFUSED', 'SOURCE_UNREACHABLE', 'ENGINE_UNAVAILABLE'] as const)(
    'does not pass while the reader waits, by the answer %s',
    (code) => {
      expect(diagnose(ofCatalogue(code), true)).toBeNull();
    },
  );

  it('is told by the status where a newer service has a code that this page does not know', () => {
    expect(diagnose(refusal('TIDE_OUT', 503), true)).toBe('busy');
    expect(diagnose(refusal('TIDE_OUT', 409), true)).toBeNull();
  });

  it('is sleep, or no network, where nobody answers', () => {
    expect(diagnose(new UnreachableError('no-answer'), true)).toBe('sleeping');
    expect(diagnose(new UnreachableError('no-answer'), false)).toBe('offline');
  });
});
