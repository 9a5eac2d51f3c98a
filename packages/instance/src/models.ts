import { join } from 'node:path';
import { ModelShelf } from '@atoll/models/shelf';
import type { Settings } from './settings.ts';

/** The models that were added to this instance. */
export function modelShelf({ dataDir }: Pick<Settings, 'dataDir'>): ModelShelf {
  return new ModelShelf(join(dataDir, 'models'));
}

/** Where ONNX Runtime is installed for them. */
export function runtimeFolder({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'onnxruntime');
}
