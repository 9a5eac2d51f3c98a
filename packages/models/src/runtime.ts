import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AtollError } from '@atoll/errors/error';
import type * as Ort from 'onnxruntime-common';
import type { ModelDescription } from './description.ts';
import { checkedFold, isOrt, openSession, threadsFor } from './network.ts';
import type { Network } from './predict.ts';
import { runtimeModule } from './runtime-files.ts';

export type Runtime = {
  /** `node` is onnxruntime-node, `wasm` onnxruntime-web's WebAssembly in Node. */
  readonly kind: 'node' | 'wasm';
  readonly ort: typeof Ort;
};

/** Not named where TypeScript would look for it: it is only there where somebody installed it. */
const nativeModule = ['onnxruntime', 'node'].join('-');
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
  ort.env.wasm.numThreads = threadsFor(model, availableParallelism());
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
  const { file } = model.folds[fold];
  const found = await readFile(join(folder, file)).catch(() => null);
  const bytes = await checkedFold(found, model.folds[fold]);
  const threads = kind === 'node' ? { intraOpNumThreads: threadsFor(model, availableParallelism()) } : {};
  return openSession(ort, bytes, model, { place: kind, options: threads });
}
