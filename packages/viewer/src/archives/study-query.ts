import type { StudySearch } from '@atoll/contract/archives';

/** What stands in the fields of the search; dates as a date field has them (YYYY-MM-DD), or empty. */
export type SearchFields = {
  readonly patientId: string;
  readonly accessionNumber: string;
  readonly from: string;
  readonly to: string;
};

export const noFields: SearchFields = { patientId: '', accessionNumber: '', from: '', to: '' };

/**
 * What is asked of the archive.
 * @returns null while no field says whom or what is looked for: an archive is not listed whole.
 */
export function toStudySearch({ patientId, accessionNumber, from, to }: SearchFields): StudySearch | null {
  const [id, accession] = [patientId.trim(), accessionNumber.trim()];
  const date = dateRange(from, to);
  if (id === '' && accession === '' && date === null) return null;
  return {
    ...(id === '' ? {} : { patientId: id }),
    ...(accession === '' ? {} : { accessionNumber: accession }),
    ...(date === null ? {} : { date }),
  };
}

/** DICOM's own form of a range (PS3.4, C.2.2.2.5); of two dates in the wrong order the earlier one comes first. */
function dateRange(from: string, to: string): string | null {
  const [first, last] = [from, to].map((text) => text.replaceAll('-', ''));
  if (first === '' && last === '') return null;
  if (first === last) return first;
  return first !== '' && last !== '' && first > last ? `${last}-${first}` : `${first}-${last}`;
}

/** A name as DICOM has it (family^given^middle), to be read. */
export function nameWords(name: string): string {
  return name
    .split('=')[0]
    .split('^')
    .filter((part) => part !== '')
    .join(', ');
}
