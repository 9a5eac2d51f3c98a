import { accessCodes } from './codes/access.ts';
import { capacityCodes } from './codes/capacity.ts';
import { casesCodes } from './codes/cases.ts';
import { dicomCodes } from './codes/dicom.ts';
import { enginesCodes } from './codes/engines.ts';
import { imagesCodes } from './codes/images.ts';
import { intakeCodes } from './codes/intake.ts';
import { jobsCodes } from './codes/jobs.ts';
import { machineCodes } from './codes/machine.ts';
import { modelsCodes } from './codes/models.ts';
import { requestsCodes } from './codes/requests.ts';
import { revisionsCodes } from './codes/revisions.ts';
import { studiesCodes } from './codes/studies.ts';
import { uploadsCodes } from './codes/uploads.ts';
import type { CatalogueRow, Place } from './row.ts';

/**
 * The catalogue of errors: every code that Atoll can answer with, from one file for each subject. Codes are part
 * of the contract and are never renamed.
 */
export const catalogue = {
  ...imagesCodes,
  ...studiesCodes,
  ...intakeCodes,
  ...dicomCodes,
  ...casesCodes,
  ...uploadsCodes,
  ...enginesCodes,
  ...modelsCodes,
  ...jobsCodes,
  ...revisionsCodes,
  ...capacityCodes,
  ...requestsCodes,
  ...accessCodes,
  ...machineCodes,
} as const satisfies Record<string, CatalogueRow>;

export type ErrorCode = keyof typeof catalogue;

/** Is this string one of the catalogue's codes? */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

/** May the same succeed a moment later, without anybody having done anything? */
export function mayPass(code: ErrorCode): boolean {
  return catalogue[code].retry === 'soon';
}

/** Is nothing wrong but that there is much to do, or little room? */
export function isFull(code: ErrorCode): boolean {
  return Object.hasOwn(capacityCodes, code);
}

/** Does the service say by this code that it is awake, and to be asked again later? */
export function asksToWait(code: ErrorCode): boolean {
  return mayPass(code) && (catalogue[code].status === 503 || catalogue[code].status === 429);
}

/** The codes that are met at a place. */
export function codesMetIn(place: Place): ErrorCode[] {
  return Object.keys(catalogue)
    .filter(isErrorCode)
    .filter((code) => catalogue[code].where.some((each) => each === place));
}
