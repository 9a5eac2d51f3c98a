import { parentPort, workerData } from 'node:worker_threads';
import { isPresetId } from '@atoll/engines/diffusion/parameters';
import type { Task } from './plan.ts';
import { runTask } from './row.ts';

/** A thread of the suite: runs the tasks that it is sent, one after the other, and answers each with its row. */
const port = parentPort;
const preset: unknown = workerData;
if (port === null || typeof preset !== 'string' || !isPresetId(preset)) {
  throw new Error('This file is a thread of the stress suite.');
}
port.on('message', async (task: Task) => port.postMessage(await runTask(task, preset)));
