import { asEngineFault } from '@atoll/engines/diffusion/fault';
import { probabilityOption } from '@atoll/engines/probability-option';
import { checkMemory } from '@atoll/models/memory';
import { checkedFold, isOrt, threadsFor } from '@atoll/models/network';
import { PageNetworks } from '@atoll/models/page-networks';
import { PlacedModelEngine } from '@atoll/models/placed-model-engine';
import { segmentByModel } from '@atoll/models/segment-model';
import { runLocally } from '../local-run/run-locally.ts';
import { runtimeName } from './compose-worker.ts';
import type { ModelTask } from './model-task.ts';

/** The far side of run-model.ts: one case by one model, then no other. */
self.onmessage = ({ data }: MessageEvent<ModelTask>) =>
  runLocally(engineOf(data), { ...data.task, options: [probabilityOption.id] }, (message) =>
    self.postMessage(message),
  );

function engineOf({ model, acceptance, networks, binary, gpu, freeBytes }: ModelTask): PlacedModelEngine {
  const ort: unknown = Reflect.get(globalThis, runtimeName);
  if (!isOrt(ort)) throw new Error('The worker was started without ONNX Runtime.');
  return new PlacedModelEngine(model, acceptance, {
    added: 'added to this browser',
    availability: async () => ({ usable: true }),
    run: async ({ study, model: wanted, folds }, { onProgress }) => {
      try {
        checkMemory(wanted, study.dwi, freeBytes);
        const threads = globalThis.crossOriginIsolated
          ? threadsFor(wanted, navigator.hardwareConcurrency)
          : 1;
        ort.env.wasm.numThreads = threads;
        ort.env.wasm.wasmBinary = binary;
        const opened = new PageNetworks(ort, wanted, gpu);
        const open = async (fold: number) => {
          const bytes = new Uint8Array(await networks[fold].arrayBuffer());
          return opened.open(await checkedFold(bytes, wanted.folds[fold]));
        };
        const tell = (progress: Parameters<NonNullable<typeof onProgress>>[0]) => onProgress?.(progress);
        const segmentation = await segmentByModel(study, wanted, { folds, open }, tell);
        const parameters = {
          ...segmentation.parameters,
          ...opened.provenance,
          threads,
          onnxruntime: ort.env.versions.common,
        };
        return { ...segmentation, parameters };
      } catch (thrown) {
        throw asEngineFault(thrown);
      }
    },
  });
}
