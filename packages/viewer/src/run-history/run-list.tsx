import { Button, ToggleButton } from 'react-aria-components';
import { standingWords } from '../editing/standing-words.ts';
import { otherRunLook } from '../images/layer.ts';
import { LookSwatch } from '../images/layer-legend.tsx';
import { useEngineList } from '../job/use-engine-list.ts';
import { useServedCase } from '../served/served-case.tsx';
import { usePlace } from '../viewing/place.ts';
import { nameRun, stateOfRun, timeOfRun } from './describe-run.ts';
import { RunDetails, RunHeading } from './run-words.tsx';
import './run-history.css';
import type { ListedRun } from './use-runs.ts';

/** The runs of the case that this browser knows: one is shown, another one may be compared with it. */
export function RunList() {
  const { runs, jobId } = useServedCase();
  const { list } = runs;
  if (list.length === 0) return null;
  const shown = list.find(({ run }) => run.jobId === jobId);
  return (
    <section className="runs" aria-label="Runs of this case">
      <h3>Runs of this case</h3>
      <ul className="run-list">
        {list.map((each) => (
          <RunLine
            key={each.run.jobId}
            listed={each}
            canCompare={
              shown?.run.status === 'completed' && each !== shown && each.run.status === 'completed'
            }
          />
        ))}
      </ul>
      {list.length === 1 && list[0].run.status === 'completed' && (
        <p className="quiet">Run another engine or preset to compare it with this result.</p>
      )}
    </section>
  );
}

type LineProps = { readonly listed: ListedRun; readonly canCompare: boolean };

function RunLine({ listed, canCompare }: LineProps) {
  const { runs, caseId, jobId: shownId, otherId } = useServedCase();
  const engines = useEngineList().data ?? null;
  const [, go] = usePlace();
  const onShow = (jobId: string) => go({ caseId, jobId, otherId: jobId === otherId ? shownId : otherId });
  /** null ends the comparison. */
  const onCompare = (jobId: string | null) => go({ caseId, jobId: shownId, otherId: jobId });
  const onForget = (jobId: string) => {
    if (jobId === shownId) go({ caseId, jobId: null });
    else if (jobId === otherId) go({ caseId, jobId: shownId, otherId: null });
    runs.forget(jobId);
  };
  const { run, job } = listed;
  const isShown = run.jobId === shownId;
  const isOther = run.jobId === otherId;
  const name = `${nameRun(run, engines)}, ${timeOfRun(run)}`;
  return (
    <li className="run" data-shown={isShown || undefined} data-other={isOther || undefined}>
      <Button className="list-row run-choice" aria-current={isShown} onPress={() => onShow(run.jobId)}>
        <span className="run-name">
          <strong>
            <RunHeading run={run} engines={engines} />
          </strong>
          <span className="figures" data-status={run.status}>
            {run.volumeMl === null ? stateOfRun(run, job) : `${run.volumeMl.toFixed(2)} mL`}
          </span>
        </span>
        <RunDetails run={run} engines={engines} />
        {run.status === 'completed' && (
          <span className="quiet run-detail" data-testid="run-standing">
            {standingWords(run.review)}
          </span>
        )}
        <time className="quiet figures" dateTime={run.createdAt}>
          {timeOfRun(run)}
        </time>
      </Button>
      <span className="run-actions">
        {(canCompare || isOther) && (
          <ToggleButton
            className="toggle run-compare"
            aria-label={`Compare with ${name}`}
            isSelected={isOther}
            onChange={(compare) => onCompare(compare ? run.jobId : null)}
          >
            <LookSwatch look={otherRunLook} /> Compare
          </ToggleButton>
        )}
        <Button
          className="run-forget"
          aria-label={`Remove from this list: ${name}`}
          onPress={() => onForget(run.jobId)}
        >
          ×
        </Button>
      </span>
    </li>
  );
}
