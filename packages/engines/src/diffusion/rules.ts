import { likelihoodOf } from './judge.ts';
import type { Parameters } from './parameters.ts';
import type { Piece } from './pieces.ts';

/** Is this piece a lesion? Too small is none; of the rest the judge decides, strictly or not by the preset. */
export function isLesion(piece: Piece, parameters: Parameters): boolean {
  if (piece.volumeMl < parameters.smallestLesionMl) return false;
  return likelihoodOf(piece) > parameters.leastLikelihood;
}
