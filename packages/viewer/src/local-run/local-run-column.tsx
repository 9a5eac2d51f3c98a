import { locatingStage, readingStage, reportingStage } from '@atoll/engines/run';
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { EditPanel } from '../editing/edit-panel.tsx';
import { useEditing } from '../editing/editing.ts';
import { useLocalCase } from '../local-images/local-case.tsx';
import { stagesOf } from '../models/how-to-run.ts';
import { ProbabilityPanel } from '../probability/probability-panel.tsx';
import { ReportPanel } from '../result/result-panel.tsx';
import { BrainChoice } from '../second-look/brain-choice.tsx';
import { FailureWords } from '../ui/failure.tsx';
import { StageProgress } from '../ui/stage-progress.tsx';
import { LocalDownloads } from './local-downloads.tsx';
import type { LocalRun } from './use-local-run.ts';

/** Right column while local images are on show: what this page makes of them. */
export function LocalRunColumn() {
  const { run } = useLocalCase().localRun;
  const column = useRef<HTMLElement>(null);
  const number = run?.number ?? null;
  // The button that started the run is gone, and the focus must not go with it.
  useEffect(() => {
    if (number !== null) column.current?.focus();
  }, [number]);
  return (
    <aside ref={column} tabIndex={-1} className="column result" aria-label="Result" aria-live="polite">
      {run === null ? <NotRun /> : <RunState run={run} />}
    </aside>
  );
}

function NotRun() {
  return (
    <div className="empty">
      <h2>Nothing has been uploaded</h2>
      <p className="quiet">
        Local images are read only in this browser tab. Volume, lesions and quality checks will appear here
        after a run.
      </p>
    </div>
  );
}

function RunState({ run }: { readonly run: LocalRun }) {
  const { localRun: handle } = useLocalCase();
  const edit = useEditing();
  const again = () => handle.start(run.made, run.how);
  switch (run.status) {
    case 'running':
      return <Running run={run} onCancel={handle.cancel} />;
    case 'done':
      if (edit.state !== 'closed' || edit.error !== null) return <EditPanel />;
      return (
        <ReportPanel report={run.report}>
          <Button className="button" onPress={() => edit.start()}>
            Review or edit
          </Button>
          <ProbabilityPanel volumeMl={run.report.volumeMl} mayEdit />
          <BrainChoice />
          <LocalDownloads
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
            title: 'Segmentation failed',
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
          <p className="quiet">The run was stopped; nothing was saved. The images are still open.</p>
          <Button className="button" onPress={again}>
            Run again
          </Button>
        </div>
      );
  }
}

type RunningProps = { readonly run: LocalRun & { status: 'running' }; readonly onCancel: () => void };

function Running({ run, onCancel }: RunningProps) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  const { stage, fraction, message } = run.progress;
  return (
    <StageProgress
      title="Segmenting locally…"
      message={message}
      percent={Math.round(100 * fraction)}
      stages={[
        readingStage,
        ...stagesOf(run.how.model),
        ...(run.places ? [locatingStage] : []),
        reportingStage,
      ]}
      stage={stage}
      elapsed={(Math.max(0, now - run.startedAt) / 1000).toFixed(1)}
      cancelling={false}
      onCancel={onCancel}
    />
  );
}
