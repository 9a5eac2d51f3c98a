import type { Job } from '@atoll/contract/jobs';
import { Button } from 'react-aria-components';
import { useEditing } from './editing.ts';
import { standingWords } from './standing-words.ts';
import './editing.css';

/** Whose mask it is, and the way to change it. */
export function Standing({ job }: { readonly job: Job }) {
  const edit = useEditing();
  const { revision } = job;
  return (
    <section className="standing" aria-label="Review">
      <p>
        <strong>{revision === null ? 'Engine’s mask, not reviewed' : standingWords(revision)}</strong>
        {revision !== null && (
          <small className="quiet">
            {revision.volumeMl.toFixed(2)} mL in {revision.lesionCount}{' '}
            {revision.lesionCount === 1 ? 'lesion' : 'lesions'}
            {revision.note === '' ? '' : `: ${revision.note}`}
          </small>
        )}
      </p>
      <div className="button-row">
        <Button className="button" onPress={() => edit.start()}>
          Review or edit
        </Button>
        {revision !== null && (
          <a className="link" href={`${revision.url}/files.zip`}>
            Revision {revision.number} (ZIP)
          </a>
        )}
      </div>
    </section>
  );
}
