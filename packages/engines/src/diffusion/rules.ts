import { likelihoodOf } from './judge.ts';
import type { Parameters } from './parameters.ts';
import type { Piece } from './pieces.ts';

/**
 * Is this piece a lesion? Too small is none; nor is what is bright without restricted diffusion (T2
 * shine-through, pile-up, a coil's bright spot): its ADC neither low nor lower than that of the tissue around
 * it. Of the rest the judge decides, strictly or not by the preset.
 */
export function isLesion(piece: Piece, parameters: Parameters): boolean {
  if (piece.volumeMl < parameters.smallestLesionMl) return false;
  if (piece.adc50 > parameters.restrictedAdc && piece.adcContrast < parameters.restrictedContrast)
    return false;
  return likelihoodOf(piece) > parameters.leastLikelihood;
}
