import type { Acceptance } from '@atoll/models/acceptance';
import type { ModelDescription } from '@atoll/models/description';

/** A model that this browser keeps. */
export type KeptModel = {
  /** Names it in this browser. */
  readonly key: string;
  readonly model: ModelDescription;
  readonly acceptance: Acceptance;
  /** Of its networks. */
  readonly bytes: number;
};

/** One that is here and cannot be used, and why. */
export type BrokenModel = { readonly key: string; readonly reason: string };

/** A model that was checked and waits for its licence to be accepted. */
export type StagedModel = { readonly key: string; readonly model: ModelDescription; readonly bytes: number };

/** What a reader dropped or chose. */
export type ModelSource =
  | { readonly kind: 'zip'; readonly name: string; readonly archive: Blob }
  | { readonly kind: 'files'; readonly name: string; readonly files: ReadonlyMap<string, Blob> };
