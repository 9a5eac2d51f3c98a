import type { AtlasFiles } from '@atoll/atlas/atlas';
import type { Progress } from '@atoll/engines/engine';
import type { Report } from '@atoll/engines/report';
import type { ErrorCode } from '@atoll/errors/catalogue';
import type { CaseFiles } from '@atoll/volume/case-files';

/** What the page asks of its worker. */
export type LocalTask = {
  readonly files: CaseFiles;
  /** How they were made from what was given. */
  readonly derivation: readonly string[];
  readonly preset: string;
  /** null where the page's host has none. */
  readonly atlas: AtlasFiles | null;
  readonly maxVoxels: number;
};

export type LocalResult = {
  readonly report: Report;
  /** The mask as .nii.gz. */
  readonly maskFile: Uint8Array<ArrayBuffer>;
  /** What came beside it, by names: what may be missing, the brain's outline, what came of the atlas. */
  readonly furtherFiles: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
};

/** What the worker answers with: progress, and one end. */
export type LocalAnswer =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly result: LocalResult }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };
