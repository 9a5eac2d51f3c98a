import { parentPort } from 'node:worker_threads';
import { asEngineFault } from '@atoll/engines/diffusion/fault';
import { giveWay } from '@atoll/threads/give-way';
import { openNetwork, openRuntime } from './runtime.ts';
import { segmentByModel } from './segment-model.ts';
import type { Answer, Task } from './thread.ts';

giveWay();

/** The far side of thread.ts: one task, answered by progress and one result. */
parentPort?.once('message', async ({ study, model, folder, runtimeFolder, folds }: Task) => {
  const answer = (message: Answer) => parentPort?.postMessage(message);
  try {
    const runtime = await openRuntime(runtimeFolder, model);
    const open = (fold: number) => openNetwork(runtime, folder, model, fold);
    const segmentation = await segmentByModel(study, model, { folds, open }, (progress) =>
      answer({ kind: 'progress', progress }),
    );
    const parameters = {
      ...segmentation.parameters,
      runtime: runtime.kind,
      onnxruntime: runtime.ort.env.versions.common,
    };
    answer({ kind: 'done', segmentation: { ...segmentation, parameters } });
  } catch (thrown) {
    const { code, message } = asEngineFault(thrown);
    answer({ kind: 'failed', code, message });
  }
});
