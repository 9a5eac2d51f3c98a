import { parentPort, workerData } from 'node:worker_threads';
import { makePhantomFiles } from './case-files.ts';
import type { MakingAnswer } from './making.ts';
import type { PhantomSpec } from './phantom.ts';

// The thread that `makeInThread` starts: one phantom, then the end.
const spec: PhantomSpec = workerData;
const answer: MakingAnswer = await makePhantomFiles(spec).then(
  (files) => ({ files }),
  (thrown: unknown) => ({ failure: String(thrown) }),
);
parentPort?.postMessage(answer);
