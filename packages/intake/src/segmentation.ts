import { writeSegmentation } from '@atoll/dicom/seg/segmentation';
import { readNifti } from '@atoll/volume/nifti-read';
import type { Candidate } from './candidate.ts';
import type { Choice } from './choice.ts';
import { readSlices } from './dicom-files.ts';

export type SegmentationTask = {
  readonly candidates: readonly Candidate[];
  readonly choice: Choice;
  /** The mask on the grid of the DWI, NIfTI, gzipped or not. */
  readonly mask: Uint8Array;
  readonly algorithm: { readonly name: string; readonly version: string };
  readonly atollVersion: string;
  readonly signal?: AbortSignal | undefined;
};

/**
 * The mask of a case as a DICOM segmentation that refers to the series its DWI was converted from; null where the
 * DWI was no DICOM. Brings the encoder along: to be loaded when it is needed.
 * @throws AtollError SEG_*, DICOM_FILE_UNREADABLE, IMAGE_*, FILE_UNREADABLE, ZIP_*, JOB_CANCELLED
 */
export async function segmentationOf(task: SegmentationTask): Promise<Uint8Array<ArrayBuffer> | null> {
  const { candidates, choice, algorithm, atollVersion, signal } = task;
  const source = candidates.find(({ id }) => id === choice.dwi.candidateId)?.dicom;
  if (!source) return null;
  return writeSegmentation({
    mask: await readNifti(task.mask),
    sources: await readSlices(source.files, signal),
    algorithm,
    atollVersion,
  });
}
