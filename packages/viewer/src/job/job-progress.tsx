import type { Job } from '@atoll/contract/jobs';
import { useEffect, useState } from 'react';
import { StageProgress } from '../ui/stage-progress.tsx';
import { engineInfo } from './engine-info.ts';
import { useEngineList } from './use-engine-list.ts';
import { useCancel } from './use-job.ts';

export function JobProgress({ job }: { job: Job }) {
  const engines = useEngineList().data;
  const engine = engines === undefined ? null : engineInfo(engines, job.engine);
  const cancel = useCancel(job.jobId);
  const elapsed = useElapsed(job);
  const pending = job.status === 'pending';
  return (
    <StageProgress
      title={pending ? job.progressMessage : 'Segmenting…'}
      message={pending ? describeWait(job) : job.progressMessage}
      percent={pending ? null : job.progress}
      stages={engine?.stages ?? []}
      stage={job.stage}
      elapsed={elapsed}
      cancelling={cancel.isPending}
      onCancel={() => cancel.mutate()}
    />
  );
}

/** What stands before a waiting job, in words. */
function describeWait({ queuePosition, estimatedWaitSeconds }: Job): string {
  if (queuePosition === null) return '';
  const ahead =
    queuePosition === 0
      ? 'Next in the queue'
      : `${queuePosition} ${queuePosition === 1 ? 'job' : 'jobs'} ahead in the queue`;
  if (estimatedWaitSeconds === null || estimatedWaitSeconds === 0) return `${ahead}.`;
  const minutes = Math.round(estimatedWaitSeconds / 60);
  const about = estimatedWaitSeconds < 90 ? `${estimatedWaitSeconds} s` : `${minutes} min`;
  return `${ahead}; about ${about}, estimated from previous run times.`;
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
  if (job.startedAt === null || seen.seconds === null) return '0.0';
  return (seen.seconds + Math.max(0, now - seen.at) / 1000).toFixed(1);
}
