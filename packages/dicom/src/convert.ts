import type { ConverterWarning } from './converter-words.ts';

/** A DICOM file as it was given: bytes only; names are made up on the way in. */
export type DicomFile = { readonly bytes: Uint8Array };

/** One image that a conversion gave, with its sidecars. */
export type ConvertedImage = {
  /** Name without ending, the same for all four. Made of series number and description, never of a patient. */
  readonly name: string;
  /** NIfTI, unpacked or gzipped. */
  readonly nifti: Uint8Array;
  /** BIDS sidecar (JSON text), as the converter wrote it, without a patient's data. */
  readonly json: string | null;
  /** b-values, one a volume, in FSL's text form. */
  readonly bval: string | null;
  readonly bvec: string | null;
};

export type Conversion = {
  readonly images: readonly ConvertedImage[];
  /** What the converter itself warns of. */
  readonly warnings: readonly ConverterWarning[];
};

export type ConvertOptions = {
  readonly signal?: AbortSignal | undefined;
  /** How far the conversion is, 0–1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** After this long the conversion is ended. */
  readonly timeLimitMs?: number;
};

/**
 * Converts the files of one DICOM series to NIfTI. Two implementations: `convert-node.ts` (a thread) and the page's
 * own (a Web Worker). One instance of the converter per call, ended with it.
 * @throws AtollError DICOM_UNREADABLE, DICOM_TOO_LARGE, DICOM_TIMED_OUT, JOB_CANCELLED.
 */
export type ConvertDicom = (files: readonly DicomFile[], options?: ConvertOptions) => Promise<Conversion>;
