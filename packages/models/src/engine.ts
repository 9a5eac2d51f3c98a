import { PlacedModelEngine } from './placed-model-engine.ts';
import { runtimeKind } from './runtime.ts';
import type { ShelvedModel } from './shelf.ts';
import { runModelInThread } from './thread.ts';

/** A model that was added to this instance, as an engine. */
export class ModelEngine extends PlacedModelEngine {
  /** @param runtimeFolder where `installRuntime` puts ONNX Runtime. */
  constructor({ model, acceptance, folder }: ShelvedModel, runtimeFolder: string) {
    super(model, acceptance, {
      added: 'added to this instance',
      availability: async () =>
        runtimeKind(runtimeFolder) !== null
          ? { usable: true }
          : {
              usable: false,
              reason: 'ONNX Runtime, which runs models, is not installed.',
              cure: 'Install it once with atoll models runtime (41 MB), or npm install onnxruntime-node, which is faster.',
            },
      run: (run, options) => runModelInThread({ ...run, folder, runtimeFolder }, options),
    });
  }
}
