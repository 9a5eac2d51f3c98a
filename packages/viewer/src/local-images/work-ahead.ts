import type { Candidate } from '@atoll/intake/candidate';
import { type Choice, isComputed } from '@atoll/intake/choice';

/** What stands between the files and the images of a case, in sentences. */
export function workAhead({ dwi, adc }: Choice, candidates: readonly Candidate[]): string[] {
  const steps: string[] = [];
  if (dwi.volumes.length > 1) {
    steps.push(`Trace image: geometric mean of ${dwi.volumes.length} directions.`);
  }
  if (isComputed(adc)) {
    const { b0, bValue } = adc.computedFrom;
    if (b0.volumes.length > 1) steps.push(`b0 image: mean of ${b0.volumes.length} volumes.`);
    const b = bValue === null ? 'b' : `${Math.round(bValue)} s/mm²`;
    steps.push(`ADC map: ln(b0 / DWI) / ${b}.`);
  }
  const used = new Set([
    dwi.candidateId,
    isComputed(adc) ? adc.computedFrom.b0.candidateId : adc.candidateId,
  ]);
  const converted = candidates.filter(({ id, source }) => used.has(id) && source === 'dicom');
  if (converted.length > 0) steps.unshift('DICOM was converted to NIfTI in this browser.');
  return steps;
}
