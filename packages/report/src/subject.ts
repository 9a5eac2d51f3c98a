/** As the reader calls the case; never taken from DICOM. */
export type ReportSubject = { readonly label: string | null; readonly studyDate: string | null };
export const unnamedSubject: ReportSubject = { label: null, studyDate: null };
