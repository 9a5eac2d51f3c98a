import type { Located, LocateTask } from './locate.ts';

export type LocateOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
};

/** Places lesions by an atlas, wherever it computes: in a thread of Node, or in a page's worker. */
export interface Locator {
  /** Told that a task is near: what takes time to read may be read now. */
  prepare?(): void;
  /**
   * @returns null where there is no brain with an ADC.
   * @throws AtollError ATLAS_MISSING, ATLAS_INVALID, JOB_CANCELLED
   */
  locate(task: LocateTask, options?: LocateOptions): Promise<Located | null>;
}
