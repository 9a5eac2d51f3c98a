import type { EngineInfo } from '@atoll/contract/engines';
import type { Job } from '@atoll/contract/jobs';
import { useEffect, useState } from 'react';
import { Button, Label, ProgressBar } from 'react-aria-components';
import { useCancel } from './use-job.ts';

export function JobProgress({ job, engine }: { job: Job; engine: EngineInfo | null }) {
  const cancel = useCancel(job.jobId);
  const elapsed = useElapsed(job);
  const stages = engine?.stages ?? [];
  const current = stages.findIndex(({ id }) => id === job.stage);
  const pending = job.status === 'pending';
  return (
    <section className="job-progress" aria-label="Progress">
      <h2>{pending ? job.progressMessage : 'Looking for the infarct'}</h2>
      <ProgressBar className="progress" value={job.progress} isIndeterminate={pending}>
        <Label className="row spread">
          <span role="status">{pending ? describeWait(job) : job.progressMessage}</span>
          <span className="figures">{pending ? '' : `${job.progress} %`}</span>
        </Label>
        <div className="track">
          <div className="fill" style={{ width: `${pending ? 0 : job.progress}%` }} />
        </div>
      </ProgressBar>
      <ol className="stages">
        {stages.map(({ id, title }, at) => (
          <li key={id} data-state={at < current ? 'done' : at === current ? 'now' : 'ahead'}>
            {title}
          </li>
        ))}
      </ol>
      <div className="row spread">
        <span className="figures quiet">{elapsed} s</span>
        <Button className="button" isDisabled={cancel.isPending} onPress={() => cancel.mutate()}>
          {cancel.isPending ? 'Cancelling…' : 'Cancel'}
        </Button>
      </div>
    </section>
  );
}

/** What stands before a waiting job, in words. */
function describeWait({ queuePosition, estimatedWaitSeconds }: Job): string {
  if (queuePosition === null) return '';
  const ahead =
    queuePosition === 0
      ? 'Next in the queue'
      : `${queuePosition} ${queuePosition === 1 ? 'job' : 'jobs'} to run before it`;
  if (estimatedWaitSeconds === null || estimatedWaitSeconds === 0) return `${ahead}.`;
  const minutes = Math.round(estimatedWaitSeconds / 60);
  const about = estimatedWaitSeconds < 90 ? `${estimatedWaitSeconds} s` : `${minutes} min`;
  return `${ahead}; about ${about}, by the run times measured here.`;
}

/** Seconds since the run began, ticking between answers of the service. */
function useElapsed(job: Job): string {
  const [now, setNow] = useState(() => performance.now());
  const [seen, setSeen] = useState({ seconds: job.elapsedSeconds, at: now });
  if (seen.seconds !== job.elapsedSeconds) setSeen({ seconds: job.elapsedSeconds, at: performance.now() });
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  if (seen.seconds === null) return '0.0';
  return (seen.seconds + Math.max(0, now - seen.at) / 1000).toFixed(1);
}
