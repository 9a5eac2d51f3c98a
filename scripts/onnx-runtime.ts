import { join } from 'node:path';
import { installRuntime, isRuntimeInstalled } from '@atoll/models/runtime-files';

const folder = join(import.meta.dirname, '../.cache/onnxruntime');
let installing: Promise<void> | null = null;

/** Folder of ONNX Runtime for tests and scripts, fetched from npm first where it is missing. @throws AtollError that says why */
export async function ensureOnnxRuntime(): Promise<string> {
  if (!isRuntimeInstalled(folder)) {
    installing ??= installRuntime(folder);
    await installing;
  }
  return folder;
}
