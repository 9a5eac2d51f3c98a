import { territoriesFileName } from '@atoll/engines/location-files';
import {
  brainFileName,
  maskFileName,
  missedFileName,
  probabilityFileName,
  reportFileName,
} from '@atoll/engines/result-files';
import { type CaseFiles, caseRoles } from '@atoll/volume/case-files';
import { isGzip } from '@atoll/volume/gzip';
import { zipSync } from 'fflate';
import type { LocalResult } from './task.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What a private run leaves: files by the names that the service gives them too. */
export type LocalFiles = {
  readonly mask: Bytes;
  readonly report: Bytes;
  /** What may be missing from the mask; null where nothing is. */
  readonly missed: Bytes | null;
  readonly brain: Bytes | null;
  /** null where the engine gives none. */
  readonly probability: Bytes | null;
  readonly images: Map<string, Bytes>;
  /** What came of the atlas; empty where there was none. */
  readonly further: ReadonlyMap<string, Uint8Array>;
  /** The atlas' territories on the images; null where there was none. */
  readonly territories: Uint8Array | null;
};

export function resultFiles({ report, maskFile, furtherFiles }: LocalResult, files: CaseFiles): LocalFiles {
  const images = new Map<string, Bytes>();
  for (const role of caseRoles) {
    const bytes = files[role];
    if (bytes !== undefined) images.set(`${role}.nii${isGzip(bytes) ? '.gz' : ''}`, new Uint8Array(bytes));
  }
  const text = `${JSON.stringify(report, null, 2)}\n`;
  return {
    mask: maskFile,
    report: new TextEncoder().encode(text),
    missed: furtherFiles.get(missedFileName) ?? null,
    brain: furtherFiles.get(brainFileName) ?? null,
    probability: furtherFiles.get(probabilityFileName) ?? null,
    images,
    further: furtherFiles,
    territories: furtherFiles.get(territoriesFileName) ?? null,
  };
}

/** Everything in one ZIP, as it is: images are packed already. @param readable the report as people read it. */
export function zipOf(
  { mask, report, images, further }: LocalFiles,
  readable: ReadonlyMap<string, Bytes>,
): Bytes {
  const entries = {
    [maskFileName]: mask,
    [reportFileName]: report,
    ...Object.fromEntries(readable),
    ...Object.fromEntries(images),
    ...Object.fromEntries(further),
  };
  return zipSync(entries, { level: 0 });
}
