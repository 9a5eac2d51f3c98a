import { asAtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import { writtenByAtoll } from '@atoll/volume/nifti-written';
import type { Candidate } from './candidate.ts';
import { shareInside } from './overlap.ts';
import type { Problem, Proposal } from './proposal.ts';
import type { Ranked } from './ranked.ts';
import { type Said, saidImage } from './said.ts';
import type { Sample } from './sample.ts';
import { type Seen, see } from './seen.ts';
import { areStrangers } from './subjects.ts';
import { isNamedAcute } from './words.ts';

/** No infarct covers half of a head, and hardly one half of a brain. */
const mostOfHead = 0.5;

/** Experts' masks of lesions, those on the DWI's own grid first. */
export function findReferences(
  seen: readonly Seen[],
  home: Candidate | undefined,
  dwi: Sample | null,
): Ranked[] {
  return seen
    .filter((each) => each.called === 'mask' && notReference(each, home, dwi) === null)
    .map(({ candidate, because }): Ranked => {
      const isHere = home !== undefined && sameGrid(candidate.grid, home.grid);
      return {
        role: 'reference',
        pick: { candidateId: candidate.id, volumes: [0] },
        reason: `It ${because} and contains two values${isHere ? ', on the grid of the DWI' : ''}.`,
        confidence: 'medium',
        // Of two on the same grid the one of fresh lesions is what the DWI shows.
        score: (isHere ? 2 : 0) + (isNamedAcute([candidate.name]) ? 1 : 0),
        bValue: null,
      };
    })
    .sort((a, b) => b.score - a.score);
}

/** Why a mask is no expert's mask of an infarct; null where nothing says so. */
export function notReference(
  { candidate, because, anatomical }: Seen,
  home: Candidate | undefined,
  dwi: Sample | null,
): string | null {
  const [sample] = candidate.samples;
  if (candidate.ownWork)
    return 'Atoll wrote this mask itself, so it is not an expert reference. If an expert did draw it, select it manually.';
  if (candidate.volumes > 1) return `It ${because}, but has ${candidate.volumes} volumes.`;
  if (!sample.binary) return `It ${because}, but does not contain exactly two values.`;
  if (anatomical) return `It ${because}, but is named after a part of the head, not a lesion.`;
  if (home !== undefined && areStrangers(candidate, home)) {
    return `It ${because}, but is from another subject or examination than the DWI.`;
  }
  const fault = unfit(candidate, home, dwi);
  return fault === null ? null : `It ${because}, but ${fault}`;
}

/** What no mask of an infarct can be, by its values and its place. */
function unfit(candidate: Candidate, home: Candidate | undefined, dwi: Sample | null): string | null {
  if (home !== undefined && shareInside(candidate.grid, home.grid) < 0.05) {
    return 'does not overlap the DWI in space.';
  }
  if (dwi !== null && coverOf(candidate.samples[0], dwi) > mostOfHead) {
    return 'covers most of the head: it is a mask of the brain, not of a lesion.';
  }
  return null;
}

/**
 * A reference that the reader chose by hand: one that can be no mask of an infarct is left out, which costs them the
 * comparison and no more; what speaks against another one is told.
 */
export function judgeSaidReference(
  candidates: readonly Candidate[],
  proposal: Proposal,
  said: Said,
): Proposal {
  const { choice } = proposal;
  const mask = candidates.find(({ id }) => id === saidImage(said, 'reference'));
  if (choice === null || choice.reference === null || mask === undefined) return proposal;
  const home = candidates.find(({ id }) => id === choice.dwi.candidateId);
  const told = (message: string): Problem => ({
    code: 'REFERENCE_UNFIT',
    blocking: false,
    serious: true,
    message,
  });
  const fault = unfit(mask, home, home?.samples[choice.dwi.volumes[0]] ?? null);
  if (fault !== null) {
    const problem = told(`The image chosen as reference ${fault} The result was not compared with it.`);
    return {
      ...proposal,
      choice: { ...choice, reference: null },
      problems: [...proposal.problems, problem],
    };
  }
  const doubt = mask.ownWork
    ? ownReference
    : see(mask).anatomical
      ? 'The mask chosen as reference names a part of the head, not a lesion.'
      : null;
  return doubt === null ? proposal : { ...proposal, problems: [...proposal.problems, told(doubt)] };
}

const ownReference =
  'Atoll wrote the mask chosen as reference itself, so that agreement with it says nothing unless an expert corrected it.';

/** What speaks against the file of a mask that was named as reference, a sentence each. */
export function doubtsOfReferenceFile(file: Uint8Array): string[] {
  try {
    return writtenByAtoll(file) ? [ownReference] : [];
  } catch (thrown) {
    // One that cannot be read says so better where it is used.
    if (asAtollError(thrown).code === 'INTERNAL') throw thrown;
    return [];
  }
}

/** Share of the DWI's head that a mask covers, by points; of a mask on another grid, of its own box. */
function coverOf(mask: Sample, dwi: Sample): number {
  const comparable = mask.values.length === dwi.values.length;
  let [head, covered] = [0, 0];
  for (let at = 0; at < mask.values.length; at++) {
    if (comparable && !(dwi.values[at] > 0.3 * dwi.median)) continue;
    head++;
    if (mask.values[at] > 0) covered++;
  }
  // A brain takes a quarter of the box around a head, and more of a tight one.
  return head === 0 ? 0 : (covered / head) * (comparable ? 1 : 3);
}
