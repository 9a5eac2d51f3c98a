import { stages } from '@atoll/engines/diffusion/stages';
import { locatingStage, readingStage, reportingStage } from '@atoll/engines/run';
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { FailureWords } from '../app/failure.tsx';
import { ReportPanel } from '../result/result-panel.tsx';
import type { TerritoryOverlay } from '../result/use-territories.ts';
import { StageProgress } from '../run/stage-progress.tsx';
import { BrainChoice } from '../second-look/brain-choice.tsx';
import type { SecondLook } from '../second-look/use-second-look.ts';
import { PrivateDownloads } from './private-downloads.tsx';
import type { PrivateRun, PrivateRunHandle } from './use-private-run.ts';

type Props = {
  readonly handle: PrivateRunHandle;
  readonly look: SecondLook | null;
  readonly onLesion: (mm: readonly [number, number, number]) => void;
  readonly territories: TerritoryOverlay | null;
};

/** Right column while the reader's own images are on show: what this page makes of them. */
export function PrivateColumn({ handle, look, onLesion, territories }: Props) {
  const { run } = handle;
  const column = useRef<HTMLElement>(null);
  const number = run?.number ?? null;
  // The button that started the run is gone, and the focus must not go with it.
  useEffect(() => {
    if (number !== null) column.current?.focus();
  }, [number]);
  return (
    <aside ref={column} tabIndex={-1} className="column result" aria-label="Result" aria-live="polite">
      {run === null ? (
        <NotRun />
      ) : (
        <RunState run={run} handle={handle} look={look} onLesion={onLesion} territories={territories} />
      )}
    </aside>
  );
}

function NotRun() {
  return (
    <div className="empty">
      <h2>Nothing was sent</h2>
      <p className="quiet">
        Your images are read in this page alone. Volume, lesions and checks will appear here when you run
        them.
      </p>
    </div>
  );
}

function RunState({ run, handle, look, onLesion, territories }: Props & { readonly run: PrivateRun }) {
  const again = () => handle.start(run.made, run.preset);
  switch (run.status) {
    case 'running':
      return <Running run={run} onCancel={handle.cancel} />;
    case 'done':
      return (
        <ReportPanel report={run.report} look={look} onLesion={onLesion} territories={territories}>
          <BrainChoice look={look} />
          <PrivateDownloads
            made={run.made}
            report={run.report}
            results={run.results}
            saved={run.saved}
            onSaved={handle.markSaved}
          />
        </ReportPanel>
      );
    case 'failed':
      return (
        <FailureWords
          words={{
            title: 'No result',
            detail: run.error.message,
            action: run.error.action,
            code: run.error.code,
          }}
          onRetry={again}
        />
      );
    case 'cancelled':
      return (
        <div className="empty" role="status">
          <h2>Cancelled</h2>
          <p className="quiet">
            The work was stopped, and nothing was kept of it. Your images are here still.
          </p>
          <Button className="button" onPress={again}>
            Run again
          </Button>
        </div>
      );
  }
}

type RunningProps = { readonly run: PrivateRun & { status: 'running' }; readonly onCancel: () => void };

function Running({ run, onCancel }: RunningProps) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  const { stage, fraction, message } = run.progress;
  return (
    <StageProgress
      title="Looking for the infarct, in this page"
      message={message}
      percent={Math.round(100 * fraction)}
      stages={[readingStage, ...stages, ...(run.places ? [locatingStage] : []), reportingStage]}
      stage={stage}
      elapsed={(Math.max(0, now - run.startedAt) / 1000).toFixed(1)}
      cancelling={false}
      onCancel={onCancel}
    />
  );
}
