import type { CaseSummary } from '@atoll/contract/cases';
import type { Job } from '@atoll/contract/jobs';
import { Button } from 'react-aria-components';
import { EditPanel } from '../editing/edit-panel.tsx';
import { useEditing } from '../editing/editing.ts';
import { Standing } from '../editing/standing.tsx';
import { JobProgress } from '../job/job-progress.tsx';
import { useSegment } from '../job/use-segment.ts';
import { ResultPanel } from '../result/result-panel.tsx';
import { ComparisonPanel } from '../run-history/comparison-panel.tsx';
import { RunList } from '../run-history/run-list.tsx';
import { Failure, FailureWords } from '../ui/failure.tsx';
import { useServedCase } from './served-case.tsx';

/** Right column: what is going on with the job, and what came of it. */
export function JobColumn() {
  return (
    <aside className="column result" aria-label="Result">
      <RunList />
      <ComparisonPanel />
      <div aria-live="polite">
        <JobState />
      </div>
    </aside>
  );
}

function JobState() {
  const { chosen, jobId, job, standing } = useServedCase();
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
  switch (data.status) {
    case 'pending':
    case 'running':
      return (
        <>
          {job.isError && <LostTouch onRetry={() => job.refetch()} />}
          <JobProgress job={data} />
        </>
      );
    case 'completed':
      return <Completed job={standing.job ?? data} />;
    case 'failed':
    case 'cancelled':
      return <Ended job={data} />;
  }
}

/** A result to look at, or its mask under the brush. */
function Completed({ job }: { readonly job: Job }) {
  const edit = useEditing();
  const { standing } = useServedCase();
  if (edit.state !== 'closed' || edit.error !== null) return <EditPanel />;
  if (job.result === null) return null;
  return (
    <>
      <Standing job={job} standing={standing} />
      <ResultPanel result={job.result} expiresAt={job.expiresAt} />
    </>
  );
}

/** A job without a result, and the way to run it again. */
function Ended({ job }: { job: Job }) {
  const segment = useSegment();
  const runAgain = () =>
    segment.mutate({
      case_id: job.caseId,
      engine: job.engine,
      preset: job.preset,
      options: job.options,
      force: true,
    });
  return (
    <>
      {job.status === 'cancelled' ? (
        <div className="empty" role="status">
          <h2>Cancelled</h2>
          <p className="quiet">The run was stopped; nothing was saved.</p>
          <Button className="button" isDisabled={segment.isPending} onPress={runAgain}>
            Run again
          </Button>
        </div>
      ) : (
        <FailureWords
          words={{
            title: 'Segmentation failed',
            detail: job.problem?.detail ?? job.error ?? 'The job failed.',
            action: job.problem?.action ?? '',
            code: job.problem?.code ?? '',
          }}
          onRetry={runAgain}
        />
      )}
      {segment.error !== null && <Failure error={segment.error} />}
    </>
  );
}

function NoResult({ chosen }: { chosen: CaseSummary | null }) {
  return (
    <div className="empty">
      <h2>{chosen === null ? 'No case chosen' : 'Not run yet'}</h2>
      <p className="quiet">
        {chosen === null
          ? 'Choose a case on the left to see its images.'
          : 'Press “Run segmentation”. Volume, lesions and quality checks will appear here.'}
      </p>
    </div>
  );
}

function LostTouch({ onRetry }: { onRetry: () => void }) {
  return (
    <div className="failure" role="alert">
      <p>The service is not responding. The job continues there and will reappear here.</p>
      <Button className="button" onPress={onRetry}>
        Retry
      </Button>
    </div>
  );
}
