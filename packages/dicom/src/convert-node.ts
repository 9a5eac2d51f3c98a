import { Worker } from 'node:worker_threads';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';
import type { ConvertAnswer, ConvertTask } from './compiled.ts';
import { checkSeriesSize, converterArguments, defaultTimeLimitMs } from './conversion.ts';
import { conversionErrand } from './conversion-errand.ts';
import type { ConvertDicom } from './convert.ts';

/**
 * Converts in a thread of its own, which is ended with the conversion, at the time limit and on abort. The converter's
 * own memory cannot pass 2 GB (32-bit WebAssembly); that of its files is bounded by the size of the series.
 */
export const convertInNode: ConvertDicom = async (files, options = {}) => {
  const { signal, onProgress, timeLimitMs = defaultTimeLimitMs } = options;
  // A converter that is not wanted any more need not look at what it was given.
  if (!signal?.aborted) checkSeriesSize(files);
  // Copied, for the caller keeps the bytes; the copies are given away.
  const copies = files.map(({ bytes }) => new Uint8Array(bytes));
  const task: ConvertTask = { files: copies, args: converterArguments };
  return runErrand(() => handOfThread<ConvertAnswer>(start()), {
    task,
    transfer: copies.map((copy) => copy.buffer),
    ...conversionErrand({ signal, onProgress, timeLimitMs }),
  });
};

function start(): Worker {
  return new Worker(new URL('./converting-thread.ts', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
}
