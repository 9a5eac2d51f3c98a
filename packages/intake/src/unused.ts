import type { Candidate } from './candidate.ts';
import { mayBeB0 } from './parts.ts';
import { notReference } from './references.ts';
import type { Sample } from './sample.ts';
import type { Seen } from './seen.ts';
import { areStrangers } from './subjects.ts';

/** Why an image plays no part, in a sentence. */
export function whyUnused(each: Seen, home: Candidate | undefined, dwi: Sample | null): string {
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
      return home !== undefined && areStrangers(candidate, home)
        ? `It ${because}, but is from another subject or examination than the DWI.`
        : `It ${because}, but has ${candidate.volumes} volumes.`;
    case 'diffusion':
    case 'b0':
      return `It ${because}, but none of its volumes could be identified as a DWI or a b0.`;
    default:
      return 'It could not be identified.';
  }
}
