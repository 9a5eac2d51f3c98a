import { coresOf } from './cores.ts';
import type { Work } from './ground.ts';
import { describePieces, type Piece, type Pieces, pieceBelow, type Surroundings } from './pieces.ts';
import { certainInfarctMl, lesionsAmong, lesionsAmongCores } from './rules.ts';
import type { Scores } from './scores.ts';
import { findSeeds, type Grown, growSeeds } from './seeds.ts';
import { withoutShells } from './shells.ts';
import { trimPieces } from './trim.ts';

/** What else is known of the voxels; seeds lie where `allowed` is 1. */
export type Terrain = Surroundings & { readonly allowed: Uint8Array };

/** How bright a core is, as a part of its piece's brightest: a wide core first, then a narrow one. */
const coreShares = [0.65, 0.8];

/**
 * The lesions. Candidates are grown from seeds, and the judge is asked about each piece. A small infarct whose growth
 * ran into faint tissue around it is then one large faint piece, which must be refused; so the judge is asked again
 * about the bright cores of what it refused.
 * @param onPieces shown the whole pieces before they are judged.
 */
export function findLesions(
  work: Work,
  scores: Scores,
  terrain: Terrain,
  onPieces: (pieces: Pieces) => void = () => {},
): Grown {
  const { parameters } = work;
  const { mask: candidates, edge } = growSeeds(work, scores, findSeeds(work, scores, terrain.allowed));
  const pieces = describePieces(work, trimPieces(work, candidates, scores.z), scores, terrain);
  onPieces(pieces);
  const certainMl = certainInfarctMl(pieces.all, parameters);
  const lesions = labelsOf(lesionsAmong(pieces.all, parameters, certainMl), pieces.count);
  const mask = withoutShells(work, pieces, lesions, scores, terrain);

  const refused = new Uint8Array(pieces.count + 1);
  for (const { label, volumeMl } of pieces.all)
    if (lesions[label] === 0 && volumeMl > parameters.smallestLesionMl) refused[label] = 1;
  for (const share of refused.includes(1) ? coreShares : []) {
    const core = coresOf(pieces, refused, scores.z, share);
    const cores = describePieces(work, core.mask, scores, terrain);
    const refusedBelow = (label: number) => pieceBelow(pieces, cores.members[label]);
    const asked = cores.all.map((core) => ({ core, refused: refusedBelow(core.label) }));
    const found = lesionsAmongCores(asked, parameters, certainMl > 0);
    for (const { label } of found) {
      for (const at of cores.members[label]) {
        mask[at] = 1;
        edge[at] = core.edge[at];
      }
      refused[refusedBelow(label).label] = 0;
    }
  }
  return { mask, edge };
}

/** 1 for the label of each of these pieces; an entry per label. */
function labelsOf(some: readonly Piece[], count: number): Uint8Array {
  const labels = new Uint8Array(count + 1);
  for (const { label } of some) labels[label] = 1;
  return labels;
}
