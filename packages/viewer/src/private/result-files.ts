import { territoriesFileName } from '@atoll/engines/location-files';
import type { RunFiles } from '@atoll/engines/run';
import { isGzip } from '@atoll/volume/gzip';
import { zipSync } from 'fflate';
import type { PrivateResult } from './task.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What a private run leaves: files by the names that the service gives them too. */
export type PrivateFiles = {
  readonly mask: Bytes;
  readonly report: Bytes;
  /** What may be missing from the mask; null where nothing is. */
  readonly missed: Bytes | null;
  readonly brain: Bytes | null;
  readonly images: Map<string, Bytes>;
  /** What came of the atlas; empty where there was none. */
  readonly further: ReadonlyMap<string, Uint8Array>;
  /** The atlas' territories on the images; null where there was none. */
  readonly territories: Uint8Array | null;
};

const roles = ['dwi', 'adc', 'flair', 'reference'] as const;

// Written here too: the modules that name them come with the engine, which only the worker loads.
export const missedFileName = 'missed_msk.nii.gz';
export const brainFileName = 'brain_msk.nii.gz';

export function resultFiles(
  { report, maskFile, furtherFiles }: PrivateResult,
  files: RunFiles,
): PrivateFiles {
  const images = new Map<string, Bytes>();
  for (const role of roles) {
    const bytes = files[role];
    if (bytes !== undefined) images.set(`${role}.nii${isGzip(bytes) ? '.gz' : ''}`, new Uint8Array(bytes));
  }
  const text = `${JSON.stringify(report, null, 2)}\n`;
  return {
    mask: maskFile,
    report: new TextEncoder().encode(text),
    missed: furtherFiles.get(missedFileName) ?? null,
    brain: furtherFiles.get(brainFileName) ?? null,
    images,
    further: furtherFiles,
    territories: furtherFiles.get(territoriesFileName) ?? null,
  };
}

/** Everything in one ZIP, as it is: images are packed already. @param readable the report as people read it. */
export function zipOf(
  { mask, report, images, further }: PrivateFiles,
  readable: ReadonlyMap<string, Bytes>,
): Bytes {
  const entries = {
    'lesion_msk.nii.gz': mask,
    'report.json': report,
    ...Object.fromEntries(readable),
    ...Object.fromEntries(images),
    ...Object.fromEntries(further),
  };
  return zipSync(entries, { level: 0 });
}
