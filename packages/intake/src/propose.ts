import { sameGrid, spacingMm } from '@atoll/volume/affine';
import { findAdc } from './adc-map.ts';
import type { Candidate } from './candidate.ts';
import { type Choice, isComputed } from './choice.ts';
import { findWeighted, type Strange, strangeWords } from './diffusion-weighted.ts';
import { shareInside } from './overlap.ts';
import type { Finding, Problem, Proposal, Subject } from './proposal.ts';
import { best, type Ranked } from './ranked.ts';
import { findReferences, notReference } from './references.ts';
import type { Sample } from './sample.ts';
import { type Seen, see } from './seen.ts';
import { isUsableBValue, usableBValues } from './shells.ts';
import { areStrangers, identityOf, subjectsOf } from './subjects.ts';
import { withoutNames } from './unnamed.ts';
import type { Called } from './words.ts';

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
  const unnamed = withoutNames(seen.filter(({ called, bValues }) => called === null && bValues === null));
  const weighted = findWeighted(seen.filter(({ called }) => called === null || weightedCalls.has(called)));
  const dwis = [...weighted.dwi, ...unnamed.dwi].sort(best);
  const dwi: Ranked | undefined = dwis[0];
  const find = (id: string) => candidates.find((each) => each.id === id);
  const home = dwi === undefined ? undefined : find(dwi.pick.candidateId);
  const sample = home?.samples[dwi.pick.volumes[0]] ?? null;
  const inside = weighted.adc.filter(({ pick }) => pick.candidateId === home?.id);
  const others = [...inside, ...findAdc(seen, sample).filter(({ pick }) => pick.candidateId !== home?.id)];
  const adcs = nearest(others, home, candidates);
  const notAdc = [...weighted.b0, ...unnamed.b0].filter(
    ({ pick }) =>
      (pick.candidateId === home?.id || pick.candidateId !== adcs[0]?.pick.candidateId) &&
      (home === undefined ||
        mayBeB0(
          seen.find(({ candidate }) => candidate.id === pick.candidateId),
          home,
        )),
  );
  const b0s = nearest(notAdc, home, candidates);
  const flairs = findFlairs(seen);
  const references = findReferences(seen, home, sample);

  const isAway = (found: Finding | undefined) => {
    const place = found === undefined ? undefined : find(found.pick.candidateId);
    return place !== undefined && home !== undefined && areStrangers(place, home);
  };
  const [b0, foreign] = [b0s[0], isAway(adcs[0])];
  const adc = foreign && b0 !== undefined && !isAway(b0) ? undefined : adcs[0];
  const parts = { dwi, b0, adc, flair: flairs[0], reference: references[0] };
  const chosen = choose(parts, weighted.strange, answers);
  const { choice } = chosen;
  const found = { dwis, adcs, strange: weighted.strange };
  const findings = [...dwis, ...b0s, ...adcs, ...flairs, ...references];
  const subjects = subjectsOf(candidates, new Set(dwis.map(({ pick }) => pick.candidateId)));
  const used = new Set(findings.map(({ pick }) => pick.candidateId));
  return {
    choice,
    findings: findings.map(({ role, pick, reason, confidence, cautions }) => ({
      role,
      pick,
      reason,
      confidence,
      ...(cautions && { cautions }),
    })),
    unused: seen
      .filter(({ candidate }) => !used.has(candidate.id))
      .map((each) => ({ candidateId: each.candidate.id, reason: whyUnused(each, home, sample) })),
    problems: [
      ...mixed(subjects),
      ...chosen.problems,
      ...(choice === null ? [] : doubts(candidates, choice, found)),
      ...cautionProblems(findings, candidates, choice),
    ],
    subjects,
    needs:
      choice !== null && isComputed(choice.adc) && choice.adc.computedFrom.bValue === null ? ['b-value'] : [],
  };
}

const weightedCalls: ReadonlySet<Called> = new Set<Called>(['diffusion', 'b0']);

/** Those of the DWI's own image first, then those on its grid; of another examination none, where there are others. */
function nearest(
  found: readonly Ranked[],
  home: Candidate | undefined,
  candidates: readonly Candidate[],
): readonly Ranked[] {
  if (home === undefined) return found;
  const placeOf = ({ pick }: Finding) => candidates.find(({ id }) => id === pick.candidateId);
  const closeness = (each: Ranked) => {
    const place = placeOf(each);
    const same = place !== undefined && sameGrid(place.grid, home.grid);
    const away = place !== undefined && areStrangers(place, home);
    return each.score + (place === home ? 2 : 0) + (same ? 1 : 0) - (away ? 100 : 0);
  };
  return found.toSorted((a, b) => closeness(b) - closeness(a));
}

/**
 * Whether a b0 of another image can be the DWI's: measured with voxels of the same size in the same place. A field map
 * or an fMRI of the same head has b = 0 as well.
 */
function isOfSameScan(other: Candidate, home: Candidate): boolean {
  const [one, two] = [spacingMm(other.grid.affine), spacingMm(home.grid.affine)];
  return (
    one.every((mm, axis) => Math.abs(mm - two[axis]) <= 0.1 * two[axis]) &&
    shareInside(home.grid, other.grid) >= 0.8
  );
}

/** What is named a b0 or a diffusion image may lie on a grid of its own; what only has b = 0 may not. */
function mayBeB0(seen: Seen | undefined, home: Candidate): boolean {
  if (seen === undefined) return false;
  const { candidate, called } = seen;
  if (candidate === home) return true;
  return called === 'b0' || called === 'diffusion'
    ? shareInside(home.grid, candidate.grid) >= 0.5
    : isOfSameScan(candidate, home);
}

function mixed(subjects: readonly Subject[]): Problem[] {
  if (subjects.length < 2) return [];
  const labels = subjects.slice(0, 10).map(({ label }) => label);
  return [
    {
      code: 'SUBJECTS_MIXED',
      blocking: true,
      message: `These are images of ${subjects.length} subjects or sessions (${labels.join(', ')}${subjects.length > 10 ? ' and others' : ''}). Choose one.`,
    },
  ];
}

/** What is to be known of the images that were chosen. */
function cautionProblems(
  findings: readonly Ranked[],
  candidates: readonly Candidate[],
  choice: Choice | null,
): Problem[] {
  if (choice === null) {
    // What stands in the way may be just this, such as a wrong number of b-values.
    const all = candidates.flatMap(({ cautions }) => cautions);
    return all.map(({ message }) => ({ code: 'CAUTION', blocking: false, message }));
  }
  const picks = [choice.dwi, isComputed(choice.adc) ? choice.adc.computedFrom.b0 : choice.adc];
  const ofImages = candidates
    .filter(({ id }) => picks.some(({ candidateId }) => candidateId === id))
    .flatMap(({ cautions }) => cautions);
  const ofDwi = findings.find(
    ({ role, pick }) => role === 'dwi' && pick.candidateId === choice.dwi.candidateId,
  );
  const all = new Map([...(ofDwi?.cautions ?? []), ...ofImages].map((each) => [each.message, each]));
  return [...all.values()].map(({ severity, message }) => ({
    code: 'CAUTION',
    blocking: false,
    serious: severity === 'serious',
    message,
  }));
}

type Parts = {
  readonly dwi: Ranked | undefined;
  readonly b0: Ranked | undefined;
  readonly adc: Ranked | undefined;
  readonly flair: Finding | undefined;
  readonly reference: Finding | undefined;
};

function choose(
  { dwi, b0, adc, flair, reference }: Parts,
  strange: readonly Strange[],
  answers: Answers,
): { readonly choice: Choice | null; readonly problems: readonly Problem[] } {
  const refused = (code: Problem['code'], message: string) => ({
    choice: null,
    problems: [{ code, blocking: true, message }],
  });
  if (dwi === undefined) {
    const code = strange.length > 0 ? 'B_VALUE_IMPLAUSIBLE' : 'NO_DWI';
    return refused(code, noDwi(strange, b0 !== undefined));
  }
  const base = { dwi: dwi.pick, flair: flair?.pick ?? null, reference: reference?.pick ?? null };
  const bValue = answers.bValue ?? dwi.bValue;
  const doubtful = adc?.confidence === 'low' && b0?.confidence === 'high' && bValue !== null;
  if (adc !== undefined && !doubtful) return { choice: { ...base, adc: adc.pick }, problems: [] };
  if (b0 === undefined) {
    return refused(
      'NO_ADC',
      'There is a DWI, but neither an ADC map nor a b0 image to compute it from. Add one of the two from the same examination.',
    );
  }
  if (bValue !== null && !isUsableBValue(bValue)) {
    const [low, high] = usableBValues;
    return refused(
      'B_VALUE_IMPLAUSIBLE',
      `A b-value of ${bValue} s/mm² is outside the usual range for acute stroke (${low} to ${high}).`,
    );
  }
  const difference = bValue === null ? null : bValue - (b0.bValue ?? 0);
  return {
    choice: { ...base, adc: { computedFrom: { b0: b0.pick, bValue: difference } } },
    problems: doubtful
      ? [
          {
            code: 'UNCERTAIN',
            blocking: false,
            message: 'An ADC map was found whose values are not valid; the ADC is computed instead.',
          },
        ]
      : [],
  };
}

function findFlairs(seen: readonly Seen[]): Ranked[] {
  return seen
    .filter((each) => each.called === 'flair' && each.candidate.volumes === 1)
    .map(({ candidate, because }) => ({
      role: 'flair',
      pick: { candidateId: candidate.id, volumes: [0] },
      reason: `It ${because}.`,
      confidence: 'medium',
      score: 0,
      bValue: null,
    }));
}

function noDwi(strange: readonly Strange[], hasB0: boolean): string {
  if (strange.length > 0) {
    return `No usable DWI: ${strangeWords(strange[0].bValues)}. Correct the b-values, or select the images manually.`;
  }
  if (hasB0) {
    return 'There is a b0 image, but none with diffusion weighting (b from 500 to 3000 s/mm²). Add the DWI of the same examination.';
  }
  return 'None of the images could be identified as a DWI. Select it manually, or name the file accordingly (for example dwi.nii.gz).';
}

type Found = {
  readonly dwis: readonly Ranked[];
  readonly adcs: readonly Ranked[];
  readonly strange: readonly Strange[];
};

function doubts(candidates: readonly Candidate[], choice: Choice, { dwis, adcs, strange }: Found): Problem[] {
  const problems: Problem[] = [];
  const find = (id: string) => candidates.find((candidate) => candidate.id === id);
  const dwi = find(choice.dwi.candidateId);
  const partner = isComputed(choice.adc) ? choice.adc.computedFrom.b0 : choice.adc;
  const other = find(partner.candidateId);
  if (dwi === undefined || other === undefined) return [];
  const what = isComputed(choice.adc) ? 'b0' : 'ADC';
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
      blocking: true,
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
  for (const [role, found] of [
    ['DWI', dwis],
    ['ADC', adcs],
  ] as const) {
    if (found.length < 2 || found[0].score - found[1].score > 0.5) continue;
    problems.push({
      code: 'SEVERAL_FIT',
      blocking: false,
      message: `${found.length} images could be the ${role}; check the one that was selected.`,
    });
  }
  if (strange.length > 0) {
    problems.push({
      code: 'B_VALUE_IMPLAUSIBLE',
      blocking: false,
      message: `In “${strange[0].name}” ${strangeWords(strange[0].bValues)}; it was ignored.`,
    });
  }
  const uncertain = [dwis[0], isComputed(choice.adc) ? undefined : adcs[0]].filter(
    (each) => each?.confidence === 'low',
  );
  if (uncertain.length > 0) {
    problems.push({
      code: 'UNCERTAIN',
      blocking: false,
      message: 'The images were identified with low confidence; check them before relying on the result.',
    });
  }
  return problems;
}

function whyUnused(each: Seen, home: Candidate | undefined, dwi: Sample | null): string {
  const { called, because, candidate, bValues } = each;
  if (called === 'mask') return notReference(each, home, dwi) ?? `It ${because}.`;
  if (bValues?.some((b) => b < 50) === true && home !== undefined && !mayBeB0(each, home)) {
    return 'Its b-value is 0, but its grid differs from that of the DWI: it belongs to another scan and is not its b0.';
  }
  switch (called) {
    case 'map':
      return `It ${because}: a map derived from other images, which Atoll does not use.`;
    case 'exponential-adc':
      return `It ${because}: an image derived from the ADC, not a quantitative map.`;
    case 'other':
      return `It ${because}, which Atoll does not use.`;
    case 'flair':
      return `It ${because}, but has ${candidate.volumes} volumes.`;
    default:
      return 'It could not be identified.';
  }
}
