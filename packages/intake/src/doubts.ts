import type { Candidate } from './candidate.ts';
import { type Choice, isComputed } from './choice.ts';
import { strangeWords } from './diffusion-weighted.ts';
import { shareInside } from './overlap.ts';
import type { FoundParts } from './parts.ts';
import type { Problem } from './proposal.ts';
import { type Said, saidImage, saysPair } from './said.ts';
import { areStrangers, identityOf } from './subjects.ts';

/**
 * What headers and names say against a choice. What a reader has said by hand is not refused for its name, but told:
 * the images themselves decide (`examine`).
 */
export function doubts(
  candidates: readonly Candidate[],
  choice: Choice,
  { dwis, adcs, strange, adcDoubted }: FoundParts,
  said: Said,
): Problem[] {
  const problems: Problem[] = [];
  const find = (id: string) => candidates.find((candidate) => candidate.id === id);
  const dwi = find(choice.dwi.candidateId);
  const computed = isComputed(choice.adc);
  const partner = isComputed(choice.adc) ? choice.adc.computedFrom.b0 : choice.adc;
  const other = find(partner.candidateId);
  if (dwi === undefined || other === undefined) return [];
  const what = computed ? 'b0' : 'ADC';
  if (shareInside(dwi.grid, other.grid) < 0.05) {
    problems.push({
      code: 'GRIDS_APART',
      blocking: true,
      message: `DWI and ${what} do not overlap in space: they are from different examinations, or one has lost its position.`,
    });
  }
  if (areStrangers(dwi, other)) {
    const byHeader = dwi.dicom !== null && other.dicom !== null;
    problems.push({
      code: byHeader ? 'STUDIES_MIXED' : 'SUBJECTS_MIXED',
      blocking: !saysPair(said),
      serious: true,
      message: byHeader
        ? `According to their DICOM headers, DWI and ${what} are from different examinations. Provide one examination at a time.`
        : `According to their names, DWI and ${what} are from different subjects or sessions (${identityOf(dwi)} and ${identityOf(other)}). Provide one at a time.`,
    });
  }
  if (!dwi.sideKnown || !other.sideKnown) {
    problems.push({
      code: 'SIDE_UNKNOWN',
      blocking: false,
      message: 'The image orientation is unknown: left and right may be swapped.',
    });
  }
  for (const [role, title, found] of [
    ['dwi', 'DWI', dwis],
    ['adc', 'ADC', adcs],
  ] as const) {
    if (found.length < 2 || found[0].score - found[1].score > 0.5 || saidImage(said, role) !== null) continue;
    problems.push({
      code: 'SEVERAL_FIT',
      blocking: false,
      message: `${found.length} images could be the ${title}; check the one that was selected.`,
    });
  }
  if (strange.length > 0) {
    problems.push({
      code: 'B_VALUE_IMPLAUSIBLE',
      blocking: false,
      message: `In “${strange[0].name}” ${strangeWords(strange[0].bValues)}; it was ignored.`,
    });
  }
  if (adcDoubted && computed) {
    problems.push({
      code: 'UNCERTAIN',
      blocking: false,
      message: 'An ADC map was found whose values are not valid; the ADC is computed instead.',
    });
  }
  const isUncertain = (role: 'dwi' | 'adc', found: FoundParts['dwis'][number] | undefined) =>
    found?.confidence === 'low' && saidImage(said, role) === null;
  if (isUncertain('dwi', dwis[0]) || (!computed && isUncertain('adc', adcs[0]))) {
    problems.push({
      code: 'UNCERTAIN',
      blocking: false,
      message: 'The images were identified with low confidence; check them before relying on the result.',
    });
  }
  return problems;
}
