/** The thread that images are recognised in: one case, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { asAtollError } from '@atoll/errors/error';
import type { ThreadAnswer, ThreadTask } from './recognise-apart.ts';
import { recognise } from './recognition.ts';

async function work({ received, folder, maxFiles }: ThreadTask): Promise<ThreadAnswer> {
  try {
    return { kind: 'done', recognised: await recognise(received, folder, { maxFiles }) };
  } catch (thrown) {
    const { code, message } = asAtollError(thrown);
    return { kind: 'failed', code, message };
  }
}

parentPort?.postMessage(await work(workerData));
