import type { EngineList } from '@atoll/contract/engines';
import type { Job } from '@atoll/contract/jobs';
import type { Agreement } from '@atoll/volume/metrics';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { otherRunLook } from '../images/layer.ts';
import { LookSwatch } from '../images/layer-legend.tsx';
import { useEngineList } from '../job/use-engine-list.ts';
import { useServedCase } from '../served/served-case.tsx';
import { Failure } from '../ui/failure.tsx';
import { usePlace } from '../viewing/place.ts';
import { timeOfRun } from './describe-run.ts';
import { RunDetails, RunHeading } from './run-words.tsx';
import type { Comparison } from './use-comparison.ts';
import './run-history.css';

/** Two runs of one case: which colour is whose, and how far they agree. */
export function ComparisonPanel() {
  const { compared, job, jobId, caseId, other: otherJob } = useServedCase();
  const [, go] = usePlace();
  const engines = useEngineList().data ?? null;
  const { comparison } = compared;
  const shown = job.data ?? null;
  const other = otherJob.data ?? null;
  if (comparison === null || shown === null) return null;
  return (
    <section className="comparison" aria-label="Comparison of two runs">
      <div className="row spread">
        <h3>Comparison of two runs</h3>
        <Button className="link" onPress={() => go({ caseId, jobId, otherId: null })}>
          End comparison
        </Button>
      </div>
      <dl className="comparison-runs">
        <RunName job={shown} engines={engines} title="This run" found={foundOf(comparison, 'reference')}>
          <i className="swatch mask" />
        </RunName>
        {other !== null && (
          <RunName
            job={other}
            engines={engines}
            title="Compared run"
            found={foundOf(comparison, 'prediction')}
          >
            <LookSwatch look={otherRunLook} />
          </RunName>
        )}
      </dl>
      <Outcome comparison={comparison} />
    </section>
  );
}

type RunNameProps = {
  readonly job: Job;
  readonly engines: EngineList | null;
  readonly title: string;
  readonly found: string | null;
  readonly children: ReactNode;
};

function RunName({ job, engines, title, found, children }: RunNameProps) {
  return (
    <div>
      <dt>
        {children} {title}
      </dt>
      {found !== null && <dd className="figures">{found}</dd>}
      <dd>
        <RunHeading run={job} engines={engines} />
        <RunDetails run={job} engines={engines} />
        <span className="quiet figures">{timeOfRun(job)}</span>
      </dd>
    </div>
  );
}

/** "12.34 mL in 3 lesions". */
function foundOf(comparison: Comparison, side: 'prediction' | 'reference'): string | null {
  if (comparison.state !== 'compared') return null;
  const volumeMl = comparison.agreement[`${side}VolumeMl`];
  const count = comparison.agreement[`${side}LesionCount`];
  return `${volumeMl.toFixed(2)} mL in ${count} ${count === 1 ? 'lesion' : 'lesions'}`;
}

function Outcome({ comparison }: { comparison: Comparison }) {
  switch (comparison.state) {
    case 'waiting':
      return (
        <p className="quiet" role="status">
          Comparing…
        </p>
      );
    case 'impossible':
      return (
        <p className="caution" role="note" data-obstacle={comparison.obstacle}>
          {comparison.detail} {wordsOf[comparison.obstacle]}
        </p>
      );
    case 'failed':
      return <Failure error={comparison.error} onRetry={comparison.retry} />;
    case 'compared':
      return <Figures agreement={comparison.agreement} />;
  }
}

const wordsOf = {
  'other-case': 'Only runs of one case can be compared.',
  'not-completed': '',
  'grids-differ':
    'Dice and the other figures require a common grid and are not available. Both masks are shown at their true positions.',
  unreadable: 'No figures are available without both masks.',
} as const;

function Figures({ agreement }: { agreement: Agreement }) {
  const rows: [string, string][] = [
    ['Dice', agreement.dice.toFixed(3)],
    ['Volume difference', `${agreement.absoluteVolumeDifferenceMl.toFixed(2)} mL`],
    ['Lesion count difference', String(agreement.lesionCountDifference)],
    ['Lesion-wise F1', agreement.lesionF1.toFixed(3)],
  ];
  return (
    <>
      <table className="figures">
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet">{noteOn(agreement)}</p>
    </>
  );
}

/** The notes of metrics.ts speak of a prediction and a reference, and neither run is one. */
function noteOn({ predictionVolumeMl, referenceVolumeMl }: Agreement): string {
  if (predictionVolumeMl === 0 && referenceVolumeMl === 0)
    return 'Both masks are empty: Dice and F1 are 1 by definition.';
  if (predictionVolumeMl === 0 || referenceVolumeMl === 0) return 'One of the two masks is empty.';
  return 'Agreement between runs does not mean that either is correct.';
}
