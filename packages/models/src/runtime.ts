import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AtollError } from '@atoll/errors/error';
import type * as Ort from 'onnxruntime-common';
import type { ModelDescription } from './description.ts';
import type { Network } from './predict.ts';
import { asModelFault } from './runtime-fault.ts';
import { runtimeModule } from './runtime-files.ts';

export type Runtime = {
  /** `node` is onnxruntime-node, `wasm` onnxruntime-web's WebAssembly in Node. */
  readonly kind: 'node' | 'wasm';
  readonly ort: typeof Ort;
};

/** Not named where TypeScript would look for it: it is only there where somebody installed it. */
const nativeModule = ['onnxruntime', 'node'].join('-');
/** More threads than this only wait for one another in networks of this size. */
const mostThreads = 8;
/** Patches of fewer voxels are computed before a second thread has begun. */
const voxelsAThread = 2 ** 14;

/**
 * ONNX Runtime: the native one where onnxruntime-node is installed, else the WebAssembly of `installRuntime`.
 * @throws AtollError MODEL_RUNTIME_MISSING
 */
export async function openRuntime(folder: string, model: ModelDescription): Promise<Runtime> {
  const native = await imported(nativeModule);
  if (native !== null) return { kind: 'node', ort: native };
  const ort = existsSync(runtimeModule(folder))
    ? await imported(pathToFileURL(runtimeModule(folder)).href)
    : null;
  if (ort === null) throw new AtollError('MODEL_RUNTIME_MISSING');
  ort.env.wasm.numThreads = threadsFor(model);
  return { kind: 'wasm', ort };
}

/** Which of the two would be used; null where there is none. */
export function runtimeKind(folder: string): Runtime['kind'] | null {
  try {
    import.meta.resolve(nativeModule);
    return 'node';
  } catch {
    return existsSync(runtimeModule(folder)) ? 'wasm' : null;
  }
}

function threadsFor({ patch }: ModelDescription): number {
  const voxels = patch.reduce((product, length) => product * length, 1);
  return Math.max(1, Math.min(mostThreads, availableParallelism(), Math.floor(voxels / voxelsAThread)));
}

async function imported(name: string): Promise<typeof Ort | null> {
  try {
    const found: unknown = await import(name);
    return isOrt(found) ? found : null;
  } catch (thrown) {
    // Where it is installed and does not load, its reason is worth more than a silent change to the slower one.
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw new AtollError('MODEL_RUNTIME_MISSING', `ONNX Runtime does not load: ${String(thrown)}`, {
      cause: thrown,
    });
  }
}

function isOrt(found: unknown): found is typeof Ort {
  return typeof found === 'object' && found !== null && 'InferenceSession' in found && 'Tensor' in found;
}

/**
 * Opens the network of one fold.
 * @throws AtollError MODEL_DAMAGED when the file is not the one that was added, MODEL_UNSUPPORTED, ENGINE_OUT_OF_MEMORY
 */
export async function openNetwork(
  { ort, kind }: Runtime,
  folder: string,
  model: ModelDescription,
  fold: number,
): Promise<Network> {
  const { file, sha256 } = model.folds[fold];
  const bytes = await readFile(join(folder, file)).catch(() => null);
  if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new AtollError('MODEL_DAMAGED', `${file} is missing, or is not the file that was added.`);
  }
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: 'all',
    // Errors come as errors; what it would print may name a path.
    logSeverityLevel: 4,
    ...(kind === 'node' ? { intraOpNumThreads: threadsFor(model) } : {}),
  }).catch((thrown: unknown) => {
    throw asModelFault(thrown, kind);
  });
  const [input, output] = [session.inputNames[0], session.outputNames[0]];
  const flat = model.patch.length === 2;
  return {
    run: async (patch, [d0, d1, d2]) => {
      const channels = patch.length / (d0 * d1 * d2);
      const tensor = new ort.Tensor(
        'float32',
        patch,
        flat ? [1, channels, d1, d2] : [1, channels, d0, d1, d2],
      );
      try {
        const answer = await session.run({ [input]: tensor });
        const { data } = answer[output];
        if (data instanceof Float32Array) return data;
      } catch (thrown) {
        throw asModelFault(thrown, kind);
      }
      throw new AtollError('MODEL_OUTPUT_INVALID', 'The network does not answer with numbers of 32 bits.');
    },
    release: () => session.release(),
  };
}
