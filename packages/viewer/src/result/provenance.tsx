import type { QualityMeasure, Report } from '@atoll/contract/report';

/** What was measured of the input and the result; values out of their usual range stand out. */
export function QualityDetails({ quality }: { quality: readonly QualityMeasure[] }) {
  if (quality.length === 0) return null;
  return (
    <details>
      <summary>Quality checks</summary>
      <table className="figures">
        <tbody>
          {quality.map((measure) => (
            <tr key={measure.name} data-unusual={isUnusual(measure) || undefined}>
              <th scope="row">{measure.label}</th>
              <td>{valueText(measure)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

export function ProvenanceDetails({ report }: { report: Report }) {
  const { provenance } = report;
  const rows: [string, string][] = [
    ['Engine', `${provenance.engine} ${provenance.engineVersion}`],
    ['Preset', provenance.preset],
    ['Atoll', provenance.atollVersion],
    ['Created', provenance.createdAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ['Computation time', `${report.elapsedSeconds.toFixed(2)} s`],
    ['Runtime', provenance.runtime],
    ...Object.entries(provenance.inputSha256).map(([role, hash]): [string, string] => [
      `SHA-256 ${role}`,
      hash,
    ]),
    ['SHA-256 mask', provenance.outputSha256],
    ...Object.entries(provenance.parameters).map(([name, value]): [string, string] => [name, String(value)]),
    ...(provenance.parts ?? []).flatMap(({ engine, engineVersion, preset, options, ...part }) => [
      ...([
        [`${engine}`, engineVersion],
        [`${engine}: preset`, [preset, ...options].join(', ')],
        [`${engine}: time`, `${part.elapsedSeconds.toFixed(2)} s`],
        [`${engine}: SHA-256`, part.maskSha256],
      ] satisfies [string, string][]),
      ...Object.entries(part.parameters).map(([name, value]): [string, string] => [
        `${engine}: ${name}`,
        String(value),
      ]),
    ]),
  ];
  return (
    <details>
      <summary>Provenance</summary>
      <dl className="provenance">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {provenance.derivation !== undefined && (
        <>
          <h4>How the images were derived</h4>
          <ul className="quiet">
            {provenance.derivation.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      <h4>Please cite</h4>
      <ul className="quiet">
        {provenance.citations.map((citation) => (
          <li key={citation}>{citation}</li>
        ))}
      </ul>
    </details>
  );
}

function isUnusual({ value, normalRange }: QualityMeasure): boolean {
  if (typeof value !== 'number' || normalRange === null) return false;
  return value < normalRange[0] || value > normalRange[1];
}

function valueText({ value, unit }: QualityMeasure): string {
  if (value === null) return 'not measured';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  const text = Number.isInteger(value) ? String(value) : value.toPrecision(3);
  return unit === null ? text : `${text} ${unit}`;
}
