import { parentPort } from 'node:worker_threads';
import { giveWay } from '@atoll/threads/give-way';
import { asEngineFault } from './fault.ts';
import { segmentDiffusion } from './pipeline.ts';
import type { Answer, Task } from './thread.ts';

giveWay();

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
    const { code, message } = asEngineFault(thrown);
    answer({ kind: 'failed', code, message });
  }
});
