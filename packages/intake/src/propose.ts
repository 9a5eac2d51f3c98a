import type { Candidate } from './candidate.ts';
import type { Caution } from './caution.ts';
import { type Choice, isComputed } from './choice.ts';
import { type Strange, strangeWords } from './diffusion-weighted.ts';
import { doubts } from './doubts.ts';
import { coverageOf, directionCautions } from './gradient.ts';
import { type FoundParts, findParts } from './parts.ts';
import type { Problem, Proposal, Resolved, Subject } from './proposal.ts';
import { resolve } from './resolve.ts';
import { type Said, saidImage } from './said.ts';
import { see } from './seen.ts';
import { subjectsOf } from './subjects.ts';
import { whyUnused } from './unused.ts';

/**
 * Says which candidate is what, and why, by headers, names and values: DWI (highest b, trace preferred), b0, ADC,
 * FLAIR, an expert's mask. Without an ADC one is to be computed from b0 and DWI. Where the images lie is looked at by
 * `examine`. Never throws: what does not fit is told in `problems`.
 */
export function propose(candidates: readonly Candidate[], said: Said = {}): Proposal {
  const seen = candidates.map(see);
  const found = findParts(seen, said);
  const { parts, findings, dwis, home, sample } = found;
  const resolved = resolve(candidates, found, said);
  const { choice } = resolved;
  const subjects = subjectsOf(candidates, new Set(dwis.map(({ pick }) => pick.candidateId)));
  const used = new Set(findings.map(({ pick }) => pick.candidateId));
  return {
    ...resolved,
    parts,
    findings,
    unused: seen
      .filter(({ candidate }) => !used.has(candidate.id))
      .map((each) => ({ candidateId: each.candidate.id, reason: whyUnused(each, home, sample) })),
    problems: [
      // Whoever says which image is the DWI has chosen among them.
      ...(saidImage(said, 'dwi') === null ? mixed(subjects) : []),
      ...(choice === null
        ? [...lack(found, resolved, said), ...allCautions(candidates)]
        : [...doubts(candidates, choice, found, said), ...cautionsOf(candidates, choice)]),
    ],
    subjects,
  };
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

/** Why there is no choice. */
function lack({ parts, strange }: FoundParts, { missing }: Resolved, said: Said): Problem[] {
  const refused = (code: Problem['code'], message: string): Problem[] => [{ code, blocking: true, message }];
  if (parts.dwi === null && !said.parts?.has('dwi')) {
    const code = strange.length > 0 ? 'B_VALUE_IMPLAUSIBLE' : 'NO_DWI';
    return refused(code, noDwi(strange, parts.b0 !== null));
  }
  const hasNeither = parts.adc === null && parts.b0 === null;
  if (hasNeither && !said.parts?.has('adc') && !said.parts?.has('b0')) {
    return refused(
      'NO_ADC',
      'There is a DWI, but neither an ADC map nor a b0 image to compute it from. Add one of the two from the same examination.',
    );
  }
  const code = said.bValue === undefined ? 'CHOICE_INCOMPLETE' : 'B_VALUE_IMPLAUSIBLE';
  return missing.slice(0, 1).flatMap((sentence) => refused(code, sentence));
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

/** Where there is no choice: what stands in the way may be just this, such as a wrong number of b-values. */
function allCautions(candidates: readonly Candidate[]): Problem[] {
  return problemsOf(candidates.flatMap(({ cautions }) => cautions)).map((each) => ({
    ...each,
    serious: false,
  }));
}

/** What is to be known of the images that were chosen. */
function cautionsOf(candidates: readonly Candidate[], choice: Choice): Problem[] {
  const picks = [choice.dwi, isComputed(choice.adc) ? choice.adc.computedFrom.b0 : choice.adc];
  const ofImages = candidates
    .filter(({ id }) => picks.some(({ candidateId }) => candidateId === id))
    .flatMap(({ cautions }) => cautions);
  return problemsOf([...cautionsOfDirections(candidates, choice), ...ofImages]);
}

function cautionsOfDirections(candidates: readonly Candidate[], { dwi }: Choice): Caution[] {
  const candidate = candidates.find(({ id }) => id === dwi.candidateId);
  if (candidate === undefined || see(candidate).trace) return [];
  const coverage = coverageOf(candidate, dwi.volumes);
  return directionCautions(coverage === 'isotropic' ? null : coverage, dwi.volumes.length);
}

function problemsOf(cautions: readonly Caution[]): Problem[] {
  const all = new Map(cautions.map((each) => [each.message, each]));
  return [...all.values()].map(({ severity, message }) => ({
    code: 'CAUTION',
    blocking: false,
    serious: severity === 'serious',
    message,
  }));
}
