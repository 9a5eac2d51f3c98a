import { parentPort } from 'node:worker_threads';
import { collectEvidence } from './evidence.ts';
import type { Task } from './plan.ts';

/** A thread that collects evidence for the judge: answers each task with the pieces of its run. */
const port = parentPort;
if (port === null) throw new Error('This file is a thread that collects evidence.');
port.on('message', async (task: Task) => port.postMessage(await collectEvidence(task)));
