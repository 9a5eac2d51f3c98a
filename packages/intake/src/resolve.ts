import { bValueFault } from './adc.ts';
import { bValueBetween } from './b-value-between.ts';
import type { Candidate } from './candidate.ts';
import type { Choice, Pick } from './choice.ts';
import type { Finding, Parts, Resolved, Role } from './proposal.ts';
import type { Said } from './said.ts';
import { b0Of, highestUsable, shellsOf } from './shells.ts';

/** What of a proposal a choice is made of. */
export type Proposed = { readonly parts: Parts; readonly findings: readonly Finding[] };

const titles: Readonly<Record<Role, string>> = {
  dwi: 'DWI',
  b0: 'b0',
  adc: 'ADC',
  flair: 'FLAIR',
  reference: 'reference',
};

/**
 * What was proposed and what the reader said, as one choice: the one rule for the command line, the service and the
 * page. A part that the reader gives to an image is taken from no other. A b0 that is said, without an ADC, is meant to
 * compute one from.
 */
export function resolve(candidates: readonly Candidate[], proposed: Proposed, said: Said = {}): Resolved {
  const { parts, findings } = proposed;
  const missing: string[] = [];
  const partOf = (role: Role, fallback: Pick | null): Pick | null => {
    const part = said.parts?.get(role);
    if (part === undefined) return fallback;
    if (typeof part === 'string') return null;
    const candidate = candidates.find(({ id }) => id === part.candidateId);
    const pick = candidate === undefined ? null : volumesFor(candidate, role, part.volumes, findings);
    if (candidate !== undefined && pick === null) {
      missing.push(
        `${titles[role]}: The image has ${candidate.volumes} volumes, and it is unclear which to use.`,
      );
    }
    return pick;
  };
  const dwi = partOf('dwi', parts.dwi);
  const saidAdc = said.parts?.get('adc');
  const wantsComputed =
    saidAdc === 'computed' ||
    (saidAdc === undefined && (said.parts?.has('b0') === true || parts.adc === 'computed'));
  const proposedAdc = parts.adc === 'computed' ? null : parts.adc;
  const adc = wantsComputed ? null : partOf('adc', proposedAdc);
  const b0 = adc === null && saidAdc !== 'none' ? partOf('b0', parts.b0) : null;
  const [flair, reference] = [partOf('flair', parts.flair), partOf('reference', parts.reference)];
  if (missing.length === 0) {
    if (dwi === null) missing.push('Select the DWI.');
    if (adc === null && b0 === null) {
      missing.push('Select the ADC map, or the b0 image to compute it from.');
    }
  }
  if (dwi === null || (adc === null && b0 === null) || missing.length > 0) {
    return { choice: null, missing, asksBValue: false };
  }
  const choice = (source: Choice['adc']): Choice => ({ dwi, adc: source, flair, reference });
  if (adc !== null) return { choice: choice(adc), missing, asksBValue: false };
  if (b0 === null) return { choice: null, missing, asksBValue: false };
  const sources = { candidates, findings };
  const bValue = bValueBetween(sources, dwi, b0, said.bValue);
  const asksBValue = bValueBetween(sources, dwi, b0) === null;
  // What the reader said is named as they said it.
  const fault = bValueFault(said.bValue ?? bValue);
  if (fault !== null) return { choice: null, missing: [fault], asksBValue };
  return {
    choice: choice({ computedFrom: { b0, bValue } }),
    missing: bValue === null ? ['Enter the b-value of the DWI.'] : [],
    asksBValue,
  };
}

/**
 * The volumes of an image that are meant where the reader names only the image: those that were found to be of the part,
 * else those that its b-values speak for, else all of a diffusion series that nothing divides; null where that is no
 * answer.
 */
function volumesFor(
  candidate: Candidate,
  role: Role,
  volumes: readonly number[] | null,
  findings: readonly Finding[],
): Pick | null {
  const { id: candidateId, bValues } = candidate;
  const pick = (of: readonly number[]): Pick => ({ candidateId, volumes: [...of] });
  if (volumes !== null) return pick(volumes);
  const found = findings.find((each) => each.role === role && each.pick.candidateId === candidateId);
  if (found !== undefined) return found.pick;
  const all = Array.from({ length: candidate.volumes }, (_, at) => at);
  if (all.length === 1) return pick(all);
  if (role !== 'dwi' && role !== 'b0') return null;
  if (bValues === null || bValues.length !== all.length) return pick(all);
  const shells = shellsOf(bValues);
  const shell = role === 'b0' ? (b0Of(bValues) ?? shells[0]) : (highestUsable(bValues) ?? shells.at(-1));
  return shell === undefined ? null : pick(shell.volumes);
}
