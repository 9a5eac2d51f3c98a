import { bValueBetween } from '@atoll/intake/b-value-between';
import type { Candidate } from '@atoll/intake/candidate';
import { type Choice, isComputed, type Pick } from '@atoll/intake/choice';
import type { Proposal, Role } from '@atoll/intake/proposal';
import { InvalidArgumentError } from 'commander';
import { UsageError } from './exit.ts';

/** A part of the case, and what shall play it: an image (some of its volumes), `computed` (ADC) or `none`. */
export type Correction = { readonly role: Role; readonly image: string; readonly volumes: number[] | null };

const roles: readonly Role[] = ['dwi', 'b0', 'adc', 'flair', 'reference'];

/** `dwi=i2`, `b0=i1:0`, `dwi=i1:1-3,5`, `adc=computed`, `flair=none`; adds to those given before. */
export function parseCorrection(text: string, before: readonly Correction[] = []): Correction[] {
  const [, name, image, ranges] = /^(\w+)=([\w-]+)(?::([\d,-]+))?$/.exec(text) ?? [];
  const role = roles.find((each) => each === name);
  if (role === undefined) {
    throw new InvalidArgumentError(`It must be like dwi=i2 or b0=i1:0, with one of ${roles.join(', ')}.`);
  }
  return [...before, { role, image, volumes: ranges === undefined ? null : parseRanges(ranges) }];
}

function parseRanges(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    const from = Number(first);
    const to = Number(last ?? first);
    if (!(to >= from && to - from < 10_000)) {
      throw new InvalidArgumentError('Volumes must be like 0, 1-3 or 1-3,5-7.');
    }
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}

/**
 * The proposed choice with the reader's corrections; null when there is still none.
 * @throws UsageError when a correction names an image that was not found.
 */
export function correctChoice(
  proposal: Proposal,
  candidates: readonly Candidate[],
  corrections: readonly Correction[],
  bValue: number | undefined,
): Choice | null {
  if (corrections.length === 0) return proposal.choice;
  const pickOf = (correction: Correction) => toPick(correction, proposal, candidates);
  const last = (role: Role) => corrections.findLast((each) => each.role === role);
  const found = (role: Role) => proposal.findings.find((each) => each.role === role)?.pick ?? null;

  const newDwi = last('dwi');
  const dwi = newDwi === undefined ? (proposal.choice?.dwi ?? found('dwi')) : pickOf(newDwi);
  if (dwi === null) return null;
  const optional = (role: 'flair' | 'reference') => {
    const correction = last(role);
    if (correction === undefined) return proposal.choice?.[role] ?? found(role);
    return correction.image === 'none' ? null : pickOf(correction);
  };
  const newAdc = last('adc');
  const newB0 = last('b0');
  const proposed = proposal.choice?.adc ?? found('adc');
  const computed =
    newAdc?.image === 'computed' ||
    (newAdc === undefined && (newB0 !== undefined || isComputedOrNone(proposed)));
  let adc: Choice['adc'] | null = newAdc === undefined || computed ? proposed : pickOf(newAdc);
  if (computed) {
    const b0 = newB0 === undefined ? found('b0') : pickOf(newB0);
    adc = b0 && { computedFrom: { b0, bValue: bValue ?? bValueBetween(candidates, dwi, b0) } };
  }
  return adc && { dwi, adc, flair: optional('flair'), reference: optional('reference') };
}

function isComputedOrNone(adc: Choice['adc'] | null): boolean {
  return adc === null || isComputed(adc);
}

/** Without volumes: those that were proposed for this part, else all. */
function toPick(
  { role, image, volumes }: Correction,
  proposal: Proposal,
  candidates: readonly Candidate[],
): Pick {
  const candidate = candidates.find(({ id }) => id === image);
  if (candidate === undefined) {
    throw new UsageError(`there is no image ${image}; found: ${candidates.map(({ id }) => id).join(', ')}`);
  }
  const proposed = proposal.findings.find((each) => each.role === role && each.pick.candidateId === image);
  const all = Array.from({ length: candidate.volumes }, (_, at) => at);
  return { candidateId: image, volumes: volumes ?? proposed?.pick.volumes ?? all };
}
