/** A date as DICOM has it (DA, YYYYMMDD; PS3.5, 6.2), to be read: YYYY-MM-DD. As it stands where it is none. */
export function dateWords(date: string): string {
  return date.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}
