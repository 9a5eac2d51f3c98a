import { join } from 'node:path';
import { PageRuntime } from '@atoll/models/runtime-files';
import { ModelShelf } from '@atoll/models/shelf';
import type { Settings } from './settings.ts';

/** The models that were added to this instance. */
export function modelShelf({ dataDir }: Pick<Settings, 'dataDir'>): ModelShelf {
  return new ModelShelf(join(dataDir, 'models'));
}

/** What of ONNX Runtime pages are given, once it is installed. */
export function pageRuntime(settings: Pick<Settings, 'dataDir'>): PageRuntime {
  return new PageRuntime(runtimeFolder(settings));
}

/** Where ONNX Runtime is installed for them. */
export function runtimeFolder({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'onnxruntime');
}
