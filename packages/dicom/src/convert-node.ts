import { Worker } from 'node:worker_threads';
import { AtollError } from '@atoll/errors/error';
import type { ConvertAnswer, ConvertTask } from './compiled.ts';
import { checkSeriesSize, conversionOf, converterArguments, defaultTimeLimitMs } from './conversion.ts';
import type { ConvertDicom } from './convert.ts';

/**
 * Converts in a thread of its own, which is ended with the conversion, at the time limit and on abort. The converter's
 * own memory cannot pass 2 GB (32-bit WebAssembly); that of its files is bounded by the size of the series.
 */
export const convertInNode: ConvertDicom = (files, options = {}) => {
  const { signal, onProgress, timeLimitMs = defaultTimeLimitMs } = options;
  if (signal?.aborted) return Promise.reject(new AtollError('JOB_CANCELLED'));
  return new Promise((resolve, reject) => {
    checkSeriesSize(files);
    const worker = new Worker(new URL('./converting-thread.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    const settle = (outcome: () => void) => {
      clearTimeout(clock);
      signal?.removeEventListener('abort', onAbort);
      worker.removeAllListeners();
      // What the thread does while it ends is of no interest any more, and must not end the process.
      worker.on('error', () => {});
      void worker.terminate();
      outcome();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const onAbort = () => fail(new AtollError('JOB_CANCELLED'));
    const clock = setTimeout(() => fail(new AtollError('DICOM_TIMED_OUT')), timeLimitMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    worker.on('error', (cause) => fail(new AtollError('DICOM_UNREADABLE', undefined, { cause })));
    worker.on('exit', () => fail(new AtollError('DICOM_UNREADABLE')));
    worker.on('message', (answer: ConvertAnswer) => {
      if (answer.kind === 'progress') {
        onProgress?.(answer.fraction);
        return;
      }
      try {
        const conversion = conversionOf(answer);
        settle(() => resolve(conversion));
      } catch (thrown) {
        fail(thrown);
      }
    });
    // Copied, for the caller keeps his bytes; the copies are given away.
    const copies = files.map(({ bytes }) => new Uint8Array(bytes));
    const task: ConvertTask = { files: copies, args: converterArguments };
    worker.postMessage(
      task,
      copies.map((copy) => copy.buffer),
    );
  });
};
