import type { Job } from '@atoll/contract/jobs';
import { Button, ToggleButton } from 'react-aria-components';
import type { Standing as StandingOfJob } from '../job/use-standing.ts';
import { Failure } from '../ui/failure.tsx';
import { useEditing } from './editing.ts';
import { standingWords } from './standing-words.ts';
import './editing.css';

type Props = { readonly job: Job; readonly standing: StandingOfJob };

/** Whose mask it is, and the way to change it. */
export function Standing({ job, standing }: Props) {
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
          <ToggleButton className="button" isSelected={standing.isEngineShown} onChange={standing.showEngine}>
            Engine’s mask
          </ToggleButton>
        )}
        {revision !== null && (
          <a className="link" href={`${revision.url}/files.zip`}>
            Revision {revision.number} (ZIP)
          </a>
        )}
      </div>
      {standing.error !== null && <Failure error={standing.error} />}
    </section>
  );
}
