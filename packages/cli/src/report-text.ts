import type { Metrics, Report } from '@atoll/engines/report';
import type { Agreement } from '@atoll/volume/metrics';
import { describeEnsemble } from './ensemble-text.ts';
import { describeLocation } from './location-text.ts';
import { describePlainLook } from './plain-look-text.ts';
import { sideText } from './side-text.ts';

/** Lesions beyond this many are only counted: the report has them all. */
const listedLesions = 10;

/** A report as a reader wants it on a terminal. */
export function describeReport(report: Report): string {
  const { volumeMl, lesionCount, lesions, warnings, provenance } = report;
  const lines = [
    ...describePlainLook(report.plainLook),
    `Lesion volume: ${ml(volumeMl)} in ${lesionCount} ${lesionCount === 1 ? 'lesion' : 'lesions'}`,
    ...lesions
      .slice(0, listedLesions)
      .map(
        ({ id, side, place, territory, volumeMl: each }) =>
          `  ${id}. ${ml(each).padStart(9)}  ${territory ?? `${sideText(side)}, ${place}`}`,
      ),
  ];
  if (lesions.length > listedLesions) lines.push(`  … and ${lesions.length - listedLesions} smaller ones`);
  const location = describeLocation(report);
  if (location.length > 0) lines.push('', ...location);
  const ensemble = describeEnsemble(report.ensemble);
  if (ensemble.length > 0) lines.push('', ...ensemble);
  if (warnings.length > 0) {
    lines.push('', 'Notes:', ...warnings.map(({ severity, message }) => `  [${severity}] ${message}`));
  }
  const metrics = describeMetrics(report.metrics);
  if (metrics.length > 0) lines.push('', ...metrics);
  lines.push(
    '',
    `Engine: ${report.engine} ${provenance.engineVersion} (${provenance.preset}), ${report.elapsedSeconds.toFixed(1)} s`,
    provenance.notice,
    '',
  );
  return lines.join('\n');
}

/** Agreement with a reference, a line a figure; a figure that could not be computed says so. */
export function describeAgreement(agreement: Agreement): string[] {
  const number = (value: number | null, unit = '') =>
    value === null ? 'not computed' : `${value.toFixed(3)}${unit}`;
  return [
    `Dice                          ${number(agreement.dice)}`,
    `Lesion-wise F1                ${number(agreement.lesionF1)}`,
    `Sensitivity, precision        ${number(agreement.sensitivity)}, ${number(agreement.precision)}`,
    `Volume, reference             ${ml(agreement.predictionVolumeMl)}, ${ml(agreement.referenceVolumeMl)}`,
    `Absolute volume difference    ${ml(agreement.absoluteVolumeDifferenceMl)}`,
    `Lesions, reference            ${agreement.predictionLesionCount}, ${agreement.referenceLesionCount}`,
    `95 % Hausdorff distance       ${number(agreement.hausdorff95Mm, ' mm')}`,
    `Average surface distance      ${number(agreement.averageSurfaceDistanceMm, ' mm')}`,
    ...agreement.notes,
  ];
}

function describeMetrics(metrics: Metrics): string[] {
  if (metrics.status === 'no-reference') return [];
  if (metrics.status === 'not-computable') return [metrics.reason];
  return ['Agreement with the reference mask:', ...describeAgreement(metrics).map((line) => `  ${line}`)];
}

function ml(value: number): string {
  return `${value.toFixed(2)} mL`;
}
