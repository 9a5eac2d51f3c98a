import type { EngineList } from '@atoll/contract/engines';
import { Button, ToggleButton } from 'react-aria-components';
import { otherRunLook } from '../images/layer.ts';
import { LookSwatch } from '../images/layer-legend.tsx';
import { nameRun, stateOfRun, timeOfRun } from './describe-run.ts';
import { RunDetails, RunHeading } from './run-words.tsx';
import type { ListedRun, Runs } from './use-runs.ts';

type Props = {
  readonly runs: Runs;
  readonly engines: EngineList | null;
  readonly shownId: string | null;
  readonly otherId: string | null;
  readonly onShow: (jobId: string) => void;
  /** null ends the comparison. */
  readonly onCompare: (jobId: string | null) => void;
  readonly onForget: (jobId: string) => void;
};

/** The runs of the case that this browser knows: one is shown, another one may be laid over it. */
export function RunList(props: Props) {
  const { list } = props.runs;
  if (list.length === 0) return null;
  const shown = list.find(({ run }) => run.jobId === props.shownId);
  return (
    <section className="runs" aria-label="Runs of this case">
      <h3>Runs of this case</h3>
      <ul className="run-list">
        {list.map((each) => (
          <RunLine
            key={each.run.jobId}
            {...props}
            listed={each}
            canCompare={
              shown?.run.status === 'completed' && each !== shown && each.run.status === 'completed'
            }
          />
        ))}
      </ul>
      {list.length === 1 && list[0].run.status === 'completed' && (
        <p className="quiet">A second run, by another engine or preset, can be laid over this one.</p>
      )}
    </section>
  );
}

type LineProps = Props & { readonly listed: ListedRun; readonly canCompare: boolean };

function RunLine({ listed, canCompare, engines, shownId, otherId, onShow, onCompare, onForget }: LineProps) {
  const { run, job } = listed;
  const isShown = run.jobId === shownId;
  const isOther = run.jobId === otherId;
  const name = `${nameRun(run, engines)}, ${timeOfRun(run)}`;
  return (
    <li className="run" data-shown={isShown || undefined} data-other={isOther || undefined}>
      <Button className="run-choice" aria-current={isShown} onPress={() => onShow(run.jobId)}>
        <span className="run-name">
          <strong>
            <RunHeading run={run} engines={engines} />
          </strong>
          <span className="figures" data-status={run.status}>
            {run.volumeMl === null ? stateOfRun(run, job) : `${run.volumeMl.toFixed(2)} mL`}
          </span>
        </span>
        <RunDetails run={run} engines={engines} />
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
