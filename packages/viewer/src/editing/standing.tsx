import type { Me } from '@atoll/contract/access';
import type { Job } from '@atoll/contract/jobs';
import { Button, ToggleButton } from 'react-aria-components';
import { useAccess } from '../account/access.ts';
import { ShareButton } from '../account/account-parts.tsx';
import type { Standing as StandingOfJob } from '../job/use-standing.ts';
import { Failure } from '../ui/failure.tsx';
import { FileLink } from '../ui/file-link.tsx';
import { useEditing } from './editing.ts';
import { standingWords } from './standing-words.ts';
import './editing.css';

type Props = { readonly job: Job; readonly standing: StandingOfJob };

/** Whose mask it is, and the way to change it. */
export function Standing({ job, standing }: Props) {
  const edit = useEditing();
  const { isAsked, me, may } = useAccess();
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
        {may.reviseJob && (
          <Button className="button" onPress={() => edit.start()}>
            Review or edit
          </Button>
        )}
        <ShareButton jobId={job.jobId} />
        {revision !== null && (
          <ToggleButton className="button" isSelected={standing.isEngineShown} onChange={standing.showEngine}>
            Engine’s mask
          </ToggleButton>
        )}
        {revision !== null && (
          <FileLink href={`${revision.url}/files.zip`} words={`Revision ${revision.number} (ZIP)`} />
        )}
      </div>
      {isAsked && me !== null && !may.reviseJob && <p className="quiet">{whyNot(me)}</p>}
      {standing.error !== null && <Failure error={standing.error} />}
    </section>
  );
}

/** Why a result is not for whoever looks at it to review. */
function whyNot({ account }: Me): string {
  if (account === null) return 'To review or edit it, you need an account on this service.';
  return account.role === 'reader'
    ? 'Your role is reader; reviewing and editing need the role of reviewer.'
    : 'You can look at this result, but not review it.';
}
