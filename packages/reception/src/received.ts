import type { CaseRole } from '@atoll/volume/case-files';

/** A file that has arrived, in a scratch folder. */
export type ReceivedFile = {
  readonly path: string;
  readonly sizeBytes: number;
  /** Which image it is, if its sender said so. */
  readonly role: CaseRole | null;
  /** As its sender calls it, with folders. It may name a patient: never stored, never logged. */
  readonly name: string;
};

/** What a sender brings for one case. */
export type Received = {
  readonly files: readonly ReceivedFile[];
  readonly title?: string | undefined;
  /** b of the DWI (s/mm²), where an ADC has to be computed and no file says it. */
  readonly bValue?: number | undefined;
  /** Which of several subjects the case is of. */
  readonly subject?: string | undefined;
};

/** What one case may be made of. */
export type UploadLimits = {
  /** Of all files together, as they are sent. */
  readonly maxBytes: number;
  readonly maxFiles: number;
};
