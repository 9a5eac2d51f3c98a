import { sameGrid } from '@atoll/volume/affine';
import { findAdc } from './adc-map.ts';
import type { Candidate } from './candidate.ts';
import type { Choice } from './choice.ts';
import { best, findWeighted, type Ranked, strangeWords } from './diffusion-weighted.ts';
import { shareInside } from './overlap.ts';
import type { Finding, Problem, Proposal } from './proposal.ts';
import { type Seen, see } from './seen.ts';
import { isUsableBValue, usableBValues } from './shells.ts';
import { withoutNames } from './unnamed.ts';

/** What the reader has said already. */
export type Answers = {
  /** b of the DWI, s/mm². */
  readonly bValue?: number | undefined;
};

/**
 * Says which candidate is what, and why: DWI (highest b, trace preferred), b0, ADC, FLAIR, an expert's mask. Without
 * an ADC one is to be computed from b0 and DWI. Never throws: what does not fit is told in `problems`.
 */
export function propose(candidates: readonly Candidate[], answers: Answers = {}): Proposal {
  const seen = candidates.map(see);
  const diffusion = seen.filter(({ called }) => called === 'diffusion' || called === 'b0' || called === null);
  const unnamed = withoutNames(seen.filter(({ called, bValues }) => called === null && bValues === null));
  const weighted = findWeighted(diffusion);
  const dwis = [...weighted.dwi, ...unnamed.dwi].sort(best);
  const dwi: Ranked | undefined = dwis[0];
  const sampleOf = ({ pick }: Finding) =>
    candidates.find(({ id }) => id === pick.candidateId)?.samples[pick.volumes[0]] ?? null;
  const gridOf = ({ pick }: Finding) => candidates.find(({ id }) => id === pick.candidateId)?.grid;

  const nearTo = (found: readonly Ranked[]) => {
    const grid = dwi === undefined ? undefined : gridOf(dwi);
    if (grid === undefined) return found;
    const closeness = (each: Ranked) => {
      const other = gridOf(each);
      const same = other !== undefined && sameGrid(other, grid);
      return each.score + (each.pick.candidateId === dwi?.pick.candidateId ? 2 : 0) + (same ? 1 : 0);
    };
    return found.toSorted((a, b) => closeness(b) - closeness(a));
  };
  const usedForDwi = (each: Finding) => each.pick.candidateId === dwi?.pick.candidateId;
  const adcs = nearTo(
    findAdc(seen, dwi === undefined ? null : sampleOf(dwi)).filter((each) => !usedForDwi(each)),
  );
  const b0s = nearTo([...weighted.b0, ...unnamed.b0]).filter(
    (each) => adcs[0]?.pick.candidateId !== each.pick.candidateId,
  );
  const flairs = simple(seen, 'flair');
  const references = simple(seen, 'mask');
  const findings = [...dwis, ...b0s, ...adcs, ...flairs, ...references];

  const problems: Problem[] = [];
  const needs: 'b-value'[] = [];
  const choice = choose({ dwi, b0: b0s[0], adc: adcs[0], flair: flairs[0], reference: references[0] });
  function choose(parts: {
    dwi: Ranked | undefined;
    b0: Ranked | undefined;
    adc: Ranked | undefined;
    flair: Finding | undefined;
    reference: Finding | undefined;
  }): Choice | null {
    if (parts.dwi === undefined) {
      const code = weighted.strange.length > 0 ? 'B_VALUE_IMPLAUSIBLE' : 'NO_DWI';
      problems.push({ code, blocking: true, message: noDwi(weighted.strange, b0s.length > 0) });
      return null;
    }
    const base = {
      dwi: parts.dwi.pick,
      flair: parts.flair?.pick ?? null,
      reference: parts.reference?.pick ?? null,
    };
    if (parts.adc !== undefined) return { ...base, adc: parts.adc.pick };
    if (parts.b0 === undefined) {
      problems.push({
        code: 'NO_ADC',
        blocking: true,
        message:
          'There is a DWI, but neither an ADC map nor a b0 image to compute one from. Add one of the two from the same examination.',
      });
      return null;
    }
    const bValue = answers.bValue ?? parts.dwi.bValue;
    if (bValue === null) needs.push('b-value');
    else if (!isUsableBValue(bValue)) {
      const [low, high] = usableBValues;
      problems.push({
        code: 'B_VALUE_IMPLAUSIBLE',
        blocking: true,
        message: `A b-value of ${bValue} s/mm² is not one that acute stroke is imaged with (${low} to ${high}).`,
      });
      return null;
    }
    const difference = bValue === null ? null : bValue - (parts.b0.bValue ?? 0);
    return { ...base, adc: { computedFrom: { b0: parts.b0.pick, bValue: difference } } };
  }

  if (choice !== null && dwi !== undefined) {
    problems.push(...doubts(candidates, choice, dwis, adcs, weighted.strange));
  }
  const used = new Set(findings.map(({ pick }) => pick.candidateId));
  return {
    choice,
    findings: findings.map(({ role, pick, reason, confidence }) => ({ role, pick, reason, confidence })),
    unused: seen
      .filter(({ candidate }) => !used.has(candidate.id))
      .map((each) => ({ candidateId: each.candidate.id, reason: whyUnused(each) })),
    problems,
    needs,
  };
}

function simple(seen: readonly Seen[], called: 'flair' | 'mask'): Finding[] {
  return seen
    .filter((each) => each.called === called && each.candidate.volumes === 1)
    .filter((each) => called === 'flair' || each.candidate.samples[0].binary)
    .map(({ candidate, because }) => ({
      role: called === 'flair' ? 'flair' : 'reference',
      pick: { candidateId: candidate.id, volumes: [0] },
      reason: `It ${because}${called === 'mask' ? ' and holds two values' : ''}.`,
      confidence: 'medium',
    }));
}

function noDwi(strange: readonly { name: string; bValues: readonly number[] }[], hasB0: boolean): string {
  if (strange.length > 0) {
    return `No DWI that can be used: ${strangeWords(strange[0].bValues)}. Correct the b-values, or choose the images by hand.`;
  }
  if (hasB0) {
    return 'There is a b0 image, but none with diffusion weighting (b from 500 to 3000 s/mm²). Add the DWI of the same examination.';
  }
  return 'None of the images could be recognised as a DWI. Choose it by hand, or name it so (for example dwi.nii.gz).';
}

function doubts(
  candidates: readonly Candidate[],
  choice: Choice,
  dwis: readonly Ranked[],
  adcs: readonly Ranked[],
  strange: readonly { name: string; bValues: readonly number[] }[],
): Problem[] {
  const problems: Problem[] = [];
  const find = (id: string) => candidates.find((candidate) => candidate.id === id);
  const dwi = find(choice.dwi.candidateId);
  const partner = 'candidateId' in choice.adc ? choice.adc : choice.adc.computedFrom.b0;
  const other = find(partner.candidateId);
  if (dwi === undefined || other === undefined) return [];
  const what = 'candidateId' in choice.adc ? 'ADC' : 'b0';
  if (shareInside(dwi.grid, other.grid) < 0.05) {
    problems.push({
      code: 'GRIDS_APART',
      blocking: true,
      message: `DWI and ${what} do not overlap in space: they are of different examinations, or one lost its place.`,
    });
  }
  const studies = [dwi, other].map(({ dicom }) => dicom?.series.studyInstanceUid);
  if (studies[0] !== studies[1] && studies.every((uid) => uid !== undefined)) {
    problems.push({
      code: 'STUDIES_MIXED',
      blocking: true,
      message: `DWI and ${what} are of different examinations by their DICOM headers. Give one examination at a time.`,
    });
  }
  if (!dwi.sideKnown || !other.sideKnown) {
    problems.push({
      code: 'SIDE_UNKNOWN',
      blocking: false,
      message: 'The images do not say which side is left: left and right may be swapped.',
    });
  }
  for (const [role, found] of [
    ['DWI', dwis],
    ['ADC', adcs],
  ] as const) {
    if (found.length < 2 || found[0].score - found[1].score > 0.5) continue;
    problems.push({
      code: 'SEVERAL_FIT',
      blocking: false,
      message: `${found.length} images could be the ${role}; check the one that was chosen.`,
    });
  }
  if (strange.length > 0) {
    problems.push({
      code: 'B_VALUE_IMPLAUSIBLE',
      blocking: false,
      message: `In “${strange[0].name}” ${strangeWords(strange[0].bValues)}; it was not relied on.`,
    });
  }
  const uncertain = [dwis[0], adcs[0]].filter((each) => each?.confidence === 'low');
  if (uncertain.length > 0) {
    problems.push({
      code: 'UNCERTAIN',
      blocking: false,
      message: 'The images were told apart by little; check them before you rely on the result.',
    });
  }
  return problems;
}

function whyUnused({ called, because, candidate }: Seen): string {
  switch (called) {
    case 'exponential-adc':
      return `It ${because}: a picture made of the ADC, not a measure of diffusion.`;
    case 'other':
      return `It ${because}, which is no image that Atoll uses.`;
    case 'mask':
      return `It ${because}, but does not hold two values.`;
    case 'flair':
      return `It ${because}, but holds ${candidate.volumes} volumes.`;
    default:
      return 'Nothing says what it is.';
  }
}
