import { dilate } from '@atoll/volume/morphology';
import { coresOf } from './cores.ts';
import type { Work } from './ground.ts';
import { likelihoodOf } from './judge.ts';
import { ofLabels } from './labels.ts';
import { describePieces, type Pieces, pieceBelow, type Surroundings } from './pieces.ts';
import type { Scores } from './scores.ts';

/** How bright the core is, as a part of the piece's brightest. */
const coreShare = 0.65;
/** What lies this near to the core is the infarct's own edge. */
const edgeMm = 3;
/** What lies further out is lesion if, by itself, it is likelier one than not. */
const leastLikelihood = 0.5;
/** Less than this is an edge that is uneven, not tissue that a lesion ran into. */
const leastMl = 0.1;

/**
 * Lesions without the faint tissue that they ran into: what lies further than 3 mm from a lesion's bright core is
 * described as a piece of its own, against the tissue around it without the lesion, and the judge is asked about it.
 * An infarct that is wide and unevenly bright keeps its parts, for each is an infarct by itself.
 * @param lesions 1 for each label of a piece that is a lesion; an entry per label.
 */
export function withoutShells(
  work: Work,
  pieces: Pieces,
  lesions: Uint8Array,
  scores: Scores,
  surroundings: Surroundings,
): Uint8Array {
  const { shape, spacingMm, brain, parameters } = work;
  const mask = ofLabels(pieces.labels, lesions);
  if (!lesions.includes(1)) return mask;
  const near = dilate(coresOf(pieces, lesions, scores.z, coreShare).mask, shape, spacingMm, edgeMm);
  const further = mask.map((value, at) => (near[at] === 0 ? value : 0));
  if (!further.includes(1)) return mask;
  const without = brain.map((value, at) => (mask[at] !== 0 && further[at] === 0 ? 0 : value));
  const shells = describePieces({ ...work, brain: without }, further, scores, surroundings);
  for (const shell of shells.all) {
    if (shell.volumeMl < leastMl || likelihoodOf(shell) > leastLikelihood) continue;
    const lesion = pieceBelow(pieces, shells.members[shell.label]);
    // Most of a huge lesion is no shell of it: it is evenly faint, and was judged as a whole.
    if (lesion.volumeMl >= parameters.hugeMl && shell.volumeMl > lesion.volumeMl / 2) continue;
    for (const at of shells.members[shell.label]) mask[at] = 0;
  }
  return mask;
}
