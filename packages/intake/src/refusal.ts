import { AtollError } from '@atoll/errors/error';
import type { Gathered, Ignored } from './candidate.ts';
import type { Proposal } from './proposal.ts';

/** Reasons beyond this many are only counted. */
const namedReasons = 3;

/** What to say where no image was found: the reason, where images were passed over. */
export function nothingFound({ ignored }: Gathered): AtollError {
  const images = ignored.filter(({ wasImage }) => wasImage === true);
  if (images.length > 0) {
    return new AtollError('INTAKE_NOTHING_FOUND', `None of the images could be used. ${reasonsOf(images)}`);
  }
  return new AtollError('INTAKE_NOTHING_FOUND', ignored.length === 1 ? ignored[0].reason : undefined);
}

/** Why the images make no case: what blocks, and the images that were passed over, for one may be what is missing. */
export function whyNoCase({ ignored }: Gathered, { problems }: Proposal): string | undefined {
  const reasons = problems.filter(({ blocking }) => blocking).map(({ message }) => message);
  const cautions = problems.filter(({ code }) => code === 'CAUTION').map(({ message }) => message);
  const passedOver = ignored.filter(({ wasImage }) => wasImage === true);
  const all = [...reasons, ...cautions, ...(passedOver.length === 0 ? [] : [reasonsOf(passedOver)])];
  return reasons.length === 0 ? undefined : all.join(' ');
}

function reasonsOf(images: readonly Ignored[]): string {
  const sentences = [...new Set(images.map(({ reason }) => reason))];
  const more = sentences.length - namedReasons;
  return [
    ...sentences.slice(0, namedReasons),
    ...(more > 0 ? [`${more} more reasons are listed.`] : []),
  ].join(' ');
}
