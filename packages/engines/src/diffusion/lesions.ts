import type { Work } from './ground.ts';
import { describePieces, type Piece, type Pieces, type Surroundings } from './pieces.ts';
import { certainInfarctMl, lesionsAmong } from './rules.ts';
import type { Scores } from './scores.ts';
import { lookAtCores } from './second-look.ts';
import { findSeeds, type Grown, growSeeds } from './seeds.ts';
import { withoutShells } from './shells.ts';
import { trimPieces } from './trim.ts';

/** What else is known of the voxels; seeds lie where `allowed` is 1. */
export type Terrain = Surroundings & { readonly allowed: Uint8Array };

/**
 * The lesions. Candidates are grown from seeds, and the judge is asked about each piece, about what lies far from the
 * bright core of a lesion, and then about the bright cores of what it refused or took in doubt.
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
  return lookAtCores(work, { mask, edge }, { pieces, lesions, hasInfarct: certainMl > 0 }, scores, terrain);
}

/** 1 for the label of each of these pieces; an entry per label. */
function labelsOf(some: readonly Piece[], count: number): Uint8Array {
  const labels = new Uint8Array(count + 1);
  for (const { label } of some) labels[label] = 1;
  return labels;
}
