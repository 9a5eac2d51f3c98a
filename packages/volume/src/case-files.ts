/** What an image can be in a case. */
export const caseRoles = ['dwi', 'adc', 'flair', 'reference'] as const;
export type CaseRole = (typeof caseRoles)[number];

/** The files of a case: NIfTI bytes (.nii or .nii.gz), exactly as they are stored. */
export type CaseFiles = {
  readonly dwi: Uint8Array;
  readonly adc: Uint8Array;
  readonly flair?: Uint8Array | undefined;
  /** Expert or true mask: compared with the mask afterwards; no engine ever sees it. */
  readonly reference?: Uint8Array | undefined;
};
