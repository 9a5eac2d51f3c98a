import type { Acceptance } from '@atoll/models/acceptance';
import type { ModelDescription } from '@atoll/models/description';
import type { LocalTask } from '../local-run/task.ts';
import type { PageRuntime } from './page-runtime.ts';

/** What the page asks of the worker that runs a model. */
export type ModelTask = {
  readonly task: LocalTask;
  readonly model: ModelDescription;
  readonly acceptance: Acceptance;
  /** Networks in the order of the folds. */
  readonly networks: readonly Blob[];
  readonly binary: ArrayBuffer;
  readonly gpu: PageRuntime['gpu'];
  /** What may be taken of this machine's memory. */
  readonly freeBytes: number;
};
