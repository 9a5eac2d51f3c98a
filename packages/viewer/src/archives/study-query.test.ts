import { StudySearch } from '@atoll/contract/archives';
import { dateWords } from '@atoll/dicom/date-words';
import { describe, expect, it } from 'vitest';
import { nameWords, noFields, toStudySearch } from './study-query.ts';

describe('the search of an archive', () => {
  it('asks nothing while no field is filled in', () => {
    expect(toStudySearch(noFields)).toBeNull();
    expect(toStudySearch({ ...noFields, patientId: '  ' })).toBeNull();
  });

  it.each([
    ['2026-01-02', '2026-01-31', '20260102-20260131'],
    ['2026-01-31', '2026-01-02', '20260102-20260131'],
    ['2026-01-02', '2026-01-02', '20260102'],
    ['2026-01-02', '', '20260102-'],
    ['', '2026-01-31', '-20260131'],
  ])('asks for dates from “%s” to “%s” as DICOM has them', (from, to, date) => {
    const wanted = toStudySearch({ ...noFields, patientId: ' T-1 ', from, to });
    expect(wanted).toEqual({ patientId: 'T-1', date });
    expect(StudySearch.safeParse(wanted).success).toBe(true);
  });

  it('shows dates and names to be read', () => {
    expect(dateWords('20260102')).toBe('2026-01-02');
    expect(dateWords('')).toBe('');
    expect(nameWords('Doe^Jane^^Dr.=ドウ')).toBe('Doe, Jane, Dr.');
  });
});
