import { coresOf } from './cores.ts';
import type { Work } from './ground.ts';
import { likelihoodOf } from './judge.ts';
import { describePieces, type Piece, type Pieces, pieceBelow, type Surroundings } from './pieces.ts';
import { isDoubtful, lesionsAmongCores } from './rules.ts';
import type { Scores } from './scores.ts';
import type { Grown } from './seeds.ts';

/** How bright a core is, as a part of its piece's brightest: a wide core first, then a narrow one. */
const coreShares = { wide: 0.65, narrow: 0.8 };

/** The whole pieces, 1 for the label of each that is a lesion (an entry per label), and an infarct for certain or none. */
export type Judged = {
  readonly pieces: Pieces;
  readonly lesions: Uint8Array;
  readonly hasInfarct: boolean;
};

/**
 * The lesions once more, now that the judge is asked about the bright cores of some pieces. A small infarct whose growth
 * ran into faint tissue around it is one large faint piece, which is refused: its core may be a lesion. A piece that is a
 * lesion, but a doubtful one, gives way to its wide core where that is a likelier one: else a little noise would
 * decide whether the tissue around is in.
 */
export function lookAtCores(
  work: Work,
  { mask, edge }: Grown,
  { pieces, lesions, hasInfarct }: Judged,
  scores: Scores,
  surroundings: Surroundings,
): Grown {
  const { parameters } = work;
  const isTaken = ({ label }: Piece) => lesions[label] !== 0;
  const isAsked = (piece: Piece) =>
    isTaken(piece) ? isDoubtful(piece, parameters) : piece.volumeMl > parameters.smallestLesionMl;
  const asked = new Uint8Array(pieces.count + 1);
  for (const piece of pieces.all) if (isAsked(piece)) asked[piece.label] = 1;
  const out = { mask: mask.slice(), edge: edge.slice() };
  for (const share of [coreShares.wide, coreShares.narrow]) {
    if (!asked.includes(1)) break;
    const bright = coresOf(pieces, asked, scores.z, share);
    const cores = describePieces(work, bright.mask, scores, surroundings);
    const known = cores.all.map((core) => ({ core, whole: pieceBelow(pieces, cores.members[core.label]) }));
    const found = lesionsAmongCores(known, parameters, hasInfarct).filter(
      ({ core, whole }) => !isTaken(whole) || likelihoodOf(core) > likelihoodOf(whole),
    );
    for (const { whole } of found) for (const at of pieces.members[whole.label]) out.mask[at] = 0;
    for (const { core, whole } of found) {
      for (const at of cores.members[core.label]) {
        out.mask[at] = 1;
        out.edge[at] = bright.edge[at];
      }
      asked[whole.label] = 0;
    }
    for (const piece of pieces.all) if (isTaken(piece)) asked[piece.label] = 0;
  }
  return out;
}
