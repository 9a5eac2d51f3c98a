import { AtollError } from '@atoll/errors/error';
import type { Errand } from '@atoll/threads/errand';
import type { ConvertAnswer } from './compiled.ts';
import { conversionOf } from './conversion.ts';
import type { Conversion, ConvertOptions } from './convert.ts';

/** How a worker's conversion goes on and ends, in a thread of Node and in a page alike. */
export function conversionErrand({
  signal,
  onProgress,
  timeLimitMs,
}: ConvertOptions & { readonly timeLimitMs: number }): Errand<ConvertAnswer, Conversion> {
  return {
    signal,
    read: (answer) => {
      if (answer.kind === 'progress') {
        onProgress?.(answer.fraction);
        return null;
      }
      return { done: conversionOf(answer) };
    },
    cancelled: () => new AtollError('JOB_CANCELLED'),
    crashed: (cause) => new AtollError('DICOM_UNREADABLE', undefined, { cause }),
    limit: { ms: timeLimitMs, passed: () => new AtollError('DICOM_TIMED_OUT') },
  };
}
