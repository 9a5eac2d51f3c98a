import type { Agreement, Metrics } from '@atoll/contract/report';

/** How the mask agrees with the reference, or why there is no such figure. */
export function MetricsTable({ metrics }: { metrics: Metrics }) {
  return (
    <section aria-label="Agreement with reference">
      <h3>Agreement with reference</h3>
      {metrics.status === 'no-reference' && <p className="quiet">This case has no reference mask.</p>}
      {metrics.status === 'not-computable' && <p className="quiet">{metrics.reason}</p>}
      {metrics.status === 'computed' && <Figures agreement={metrics} />}
    </section>
  );
}

function Figures({ agreement }: { agreement: Agreement }) {
  const rows: [string, number | null, string, number][] = [
    ['Dice', agreement.dice, '', 3],
    ['Lesion-wise F1', agreement.lesionF1, '', 3],
    ['Sensitivity', agreement.sensitivity, '', 3],
    ['Precision', agreement.precision, '', 3],
    ['Reference volume', agreement.referenceVolumeMl, ' mL', 2],
    ['Volume difference', agreement.absoluteVolumeDifferenceMl, ' mL', 2],
    ['Reference lesion count', agreement.referenceLesionCount, '', 0],
    ['95 % Hausdorff distance', agreement.hausdorff95Mm, ' mm', 1],
    ['Average surface distance', agreement.averageSurfaceDistanceMm, ' mm', 2],
  ];
  return (
    <>
      <table className="figures">
        <tbody>
          {rows.map(([name, value, unit, digits]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value === null ? 'not computed' : `${value.toFixed(digits)}${unit}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {agreement.notes.map((note) => (
        <p key={note} className="quiet">
          {note}
        </p>
      ))}
    </>
  );
}
