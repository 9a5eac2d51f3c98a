import { parentPort } from 'node:worker_threads';
import { asAtollError } from '@atoll/errors/error';
import { segmentDiffusion } from './pipeline.ts';
import type { Answer, Task } from './thread.ts';

/** The far side of thread.ts: one task after the other, each answered by progress and one result. */
parentPort?.on('message', ({ dwi, adc, preset }: Task) => {
  const answer = (message: Answer, transfer: ArrayBuffer[] = []) =>
    parentPort?.postMessage(message, transfer);
  try {
    const segmentation = segmentDiffusion({ dwi, adc }, preset, (progress) =>
      answer({ kind: 'progress', progress }),
    );
    answer({ kind: 'done', segmentation });
  } catch (thrown) {
    const { code, message } = asAtollError(thrown);
    // Anything that is not a fault of the study is a fault of the engine; its own words help to find it.
    if (code === 'INTERNAL') answer({ kind: 'failed', code: 'ENGINE_FAILED', message: String(thrown) });
    else answer({ kind: 'failed', code, message });
  }
});
