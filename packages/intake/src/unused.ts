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
    return 'Its b-value is 0, but its voxels are not those of the DWI: it is of another kind of scan, and no b0 of it.';
  }
  switch (called) {
    case 'map':
      return `It ${because}: a map made of other images, which Atoll does not use.`;
    case 'exponential-adc':
      return `It ${because}: a picture made of the ADC, not a measure of diffusion.`;
    case 'other':
      return `It ${because}, which is no image that Atoll uses.`;
    case 'flair':
      return home !== undefined && areStrangers(candidate, home)
        ? `It ${because}, but is of another subject or examination than the DWI.`
        : `It ${because}, but holds ${candidate.volumes} volumes.`;
    case 'diffusion':
    case 'b0':
      return `It ${because}, but no volume of it could be told to be a DWI or a b0.`;
    default:
      return 'Nothing says what it is.';
  }
}
