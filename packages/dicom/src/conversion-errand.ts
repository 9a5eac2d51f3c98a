import { AtollError } from '@atoll/errors/error';
import type { Errand } from '@atoll/threads/errand';
import type { ConvertAnswer } from './compiled.ts';
import { checkExit, imagesOf } from './conversion.ts';
import type { ConvertDicom, ConvertOptions } from './convert.ts';

type Converted = Awaited<ReturnType<ConvertDicom>>;

/** How a worker's conversion goes on and ends, in a thread of Node and in a page alike. */
export function conversionErrand({
  signal,
  onProgress,
  timeLimitMs,
}: ConvertOptions & { readonly timeLimitMs: number }): Errand<ConvertAnswer, Converted> {
  return {
    signal,
    read: (answer) => {
      if (answer.kind === 'progress') {
        onProgress?.(answer.fraction);
        return null;
      }
      checkExit(answer.exitCode);
      return { done: imagesOf(answer.output) };
    },
    cancelled: () => new AtollError('JOB_CANCELLED'),
    crashed: (cause) => new AtollError('DICOM_UNREADABLE', undefined, { cause }),
    limit: { ms: timeLimitMs, passed: () => new AtollError('DICOM_TIMED_OUT') },
  };
}
