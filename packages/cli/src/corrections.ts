import type { Candidate } from '@atoll/intake/candidate';
import type { Role } from '@atoll/intake/proposal';
import type { Said, SaidPart } from '@atoll/intake/said';
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
 * The corrections as `examine` takes them; of several for one part the last.
 * @throws UsageError when one names an image that was not found.
 */
export function saidBy(
  corrections: readonly Correction[],
  candidates: readonly Candidate[],
  bValue: number | undefined,
): Said {
  const parts = new Map<Role, SaidPart>();
  for (const { role, image, volumes } of corrections) {
    if (image === 'none' || (image === 'computed' && role === 'adc')) {
      parts.set(role, image);
      continue;
    }
    const candidate = candidates.find(({ id }) => id === image);
    if (candidate === undefined) {
      throw new UsageError(`there is no image ${image}; found: ${candidates.map(({ id }) => id).join(', ')}`);
    }
    const beyond = volumes?.find((volume) => volume >= candidate.volumes);
    if (beyond !== undefined) {
      throw new UsageError(`${image} has no volume ${beyond}; it has ${candidate.volumes}, from 0`);
    }
    parts.set(role, { candidateId: image, volumes });
  }
  return { parts, bValue };
}
