import type { StudyFound } from '@atoll/contract/archives';
import { dateWords } from '@atoll/dicom/date-words';
import { Button } from 'react-aria-components';
import { nameWords } from './study-query.ts';

type Props = {
  readonly studies: readonly StudyFound[];
  /** Study Instance UID of the one that is on its way. */
  readonly fetching: string | null;
  readonly onFetch: (studyUid: string) => void;
  readonly onCancel: () => void;
};

/** Studies that an archive has, each to be made a case of. */
export function StudyTable({ studies, fetching, onFetch, onCancel }: Props) {
  if (studies.length === 0) return <p role="status">No matching studies.</p>;
  return (
    <div className="studies" role="status">
      <table aria-label="Studies found">
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Patient</th>
            <th scope="col">Study</th>
            <th scope="col">Images</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {studies.map((study) => (
            <tr key={study.studyUid}>
              <td>{dateWords(study.date)}</td>
              <td>
                {nameWords(study.patientName)}
                <small className="quiet">{study.patientId}</small>
              </td>
              <td>
                {study.description || study.modalities.join(', ')}
                {study.accessionNumber !== '' && (
                  <small className="quiet">Accession {study.accessionNumber}</small>
                )}
              </td>
              <td>{study.instances ?? '–'}</td>
              <td>
                {fetching === study.studyUid ? (
                  <Button className="button" onPress={onCancel}>
                    Fetching… Cancel
                  </Button>
                ) : (
                  <Button
                    className="button"
                    isDisabled={fetching !== null}
                    onPress={() => onFetch(study.studyUid)}
                  >
                    Fetch
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
