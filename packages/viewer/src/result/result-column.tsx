import type { CaseSummary } from '@atoll/contract/cases';
import type { EngineList } from '@atoll/contract/engines';
import type { Job } from '@atoll/contract/jobs';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { Failure, FailureWords } from '../app/failure.tsx';
import { JobProgress } from '../run/job-progress.tsx';
import type { JobQuery } from '../run/use-job.ts';
import type { SecondLook } from '../second-look/use-second-look.ts';
import { ResultPanel } from './result-panel.tsx';
import type { TerritoryOverlay } from './use-territories.ts';

type Props = {
  readonly chosen: CaseSummary | null;
  readonly jobId: string | null;
  readonly job: JobQuery;
  readonly engines: EngineList | null;
  readonly look: SecondLook | null;
  readonly onLesion: (mm: readonly [number, number, number]) => void;
  readonly onRunAgain: (job: Job) => void;
  /** The case's runs, and what their comparison says. */
  readonly runs: ReactNode;
  readonly territories: TerritoryOverlay | null;
  readonly maps: ReactNode;
};

/** Right column: what is going on with the job, and what came of it. */
export function ResultColumn(props: Props) {
  return (
    <aside className="column result" aria-label="Result">
      {props.runs}
      <div aria-live="polite">
        <ResultState {...props} />
      </div>
    </aside>
  );
}

function ResultState({ chosen, jobId, job, engines, look, onLesion, onRunAgain, territories, maps }: Props) {
  if (jobId === null) return <NoResult chosen={chosen} />;
  if (job.data === undefined) {
    if (job.isError) return <Failure error={job.error} onRetry={() => job.refetch()} />;
    return (
      <div className="empty">
        <p>Loading the job…</p>
      </div>
    );
  }
  const { data } = job;
  const connection = job.isError ? <LostTouch onRetry={() => job.refetch()} /> : null;
  switch (data.status) {
    case 'pending':
    case 'running': {
      const engine = engines?.engines.find(({ id }) => id === data.engine) ?? null;
      return (
        <>
          {connection}
          <JobProgress job={data} engine={engine} />
        </>
      );
    }
    case 'completed':
      return data.result === null ? null : (
        <ResultPanel
          result={data.result}
          expiresAt={data.expiresAt}
          look={look}
          onLesion={onLesion}
          territories={territories}
          maps={maps}
        />
      );
    case 'failed':
      return (
        <FailureWords
          words={{
            title: 'No result',
            detail: data.problem?.detail ?? data.error ?? 'The job failed.',
            action: data.problem?.action ?? '',
            code: data.problem?.code ?? '',
          }}
          onRetry={() => onRunAgain(data)}
        />
      );
    case 'cancelled':
      return (
        <div className="empty" role="status">
          <h2>Cancelled</h2>
          <p className="quiet">The work was stopped, and nothing was kept.</p>
          <Button className="button" onPress={() => onRunAgain(data)}>
            Run again
          </Button>
        </div>
      );
  }
}

function NoResult({ chosen }: { chosen: CaseSummary | null }) {
  return (
    <div className="empty">
      <h2>{chosen === null ? 'No case chosen' : 'Not run yet'}</h2>
      <p className="quiet">
        {chosen === null
          ? 'Choose a case on the left to see its images.'
          : 'Press “Find the infarct”. Volume, lesions and checks will appear here.'}
      </p>
    </div>
  );
}

function LostTouch({ onRetry }: { onRetry: () => void }) {
  return (
    <div className="failure" role="alert">
      <p>The service does not answer. The job goes on there, and will be found again.</p>
      <Button className="button" onPress={onRetry}>
        Ask now
      </Button>
    </div>
  );
}
