import type { Job } from '@atoll/contract/jobs';
import type { RevisionSummary } from '@atoll/contract/revisions';
import { Button } from 'react-aria-components';
import { editOfJob } from './edit-source.ts';
import { useEditing } from './editing.ts';
import './editing.css';

/** Whose mask it is, and the way to change it. */
export function Standing({ job }: { readonly job: Job }) {
  const edit = useEditing();
  const source = editOfJob(job);
  const { revision } = job;
  return (
    <section className="standing" aria-label="Review">
      <p>
        <strong>{standingWords(revision)}</strong>
        {revision !== null && (
          <small className="quiet">
            {revision.volumeMl.toFixed(2)} mL in {revision.lesionCount}{' '}
            {revision.lesionCount === 1 ? 'lesion' : 'lesions'}
            {revision.note === '' ? '' : `: ${revision.note}`}
          </small>
        )}
      </p>
      <div className="button-row">
        {source !== null && (
          <Button className="button" onPress={() => edit.start(source)}>
            Review or edit
          </Button>
        )}
        {revision !== null && (
          <a className="link" href={`${revision.url}/files.zip`}>
            Revision {revision.number} (ZIP)
          </a>
        )}
      </div>
    </section>
  );
}

/** As lists of results have it. */
function standingWords(revision: RevisionSummary | null): string {
  if (revision === null) return 'Engine’s mask, not reviewed';
  const words = { accepted: 'Accepted', corrected: 'Corrected', rejected: 'Rejected' } as const;
  return `${words[revision.verdict]} by ${revision.author}`;
}
