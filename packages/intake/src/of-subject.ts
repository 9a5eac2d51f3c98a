import type { Candidate } from './candidate.ts';
import { propose } from './propose.ts';
import { printable } from './words.ts';

/**
 * The images of one of several subjects, and those that name none.
 * @param wanted as subjects are listed, with or without `sub-`.
 * @returns `refused`: why not, in words that go on from an option's name.
 */
export function ofSubject(
  candidates: readonly Candidate[],
  wanted: string,
): { readonly images: readonly Candidate[] } | { readonly refused: string } {
  const { subjects } = propose(candidates);
  const found = subjects.find(({ label }) => label === wanted || label.replace(/^sub-/, '') === wanted);
  if (found !== undefined) return { images: candidates.filter(({ id }) => found.candidateIds.includes(id)) };
  const labels = subjects.map(({ label }) => label);
  return {
    refused:
      labels.length === 0
        ? 'the images are from a single subject; omit --subject'
        : `there is no subject ${JSON.stringify(printable(wanted))}; found: ${labels.join(', ')}`,
  };
}
