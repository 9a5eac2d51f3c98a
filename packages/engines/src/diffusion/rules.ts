import { likelihoodOf } from './judge.ts';
import type { Parameters } from './parameters.ts';
import type { Piece } from './pieces.ts';

/**
 * Which pieces are lesions? One that is too small is none; nor is what is bright without restricted diffusion (T2
 * shine-through, pile-up, a coil's bright spot): its ADC neither low nor lower than that of the tissue around it. Of the
 * rest the judge decides, strictly or not by the preset, and less strictly on what is large, and on a low ADC where there is an
 * infarct for certain.
 */
export function lesionsAmong(pieces: readonly Piece[], parameters: Parameters): Piece[] {
  const judged = pieces
    .filter((piece) => mayBeLesion(piece, parameters))
    .map((piece) => ({ piece, likelihood: likelihoodOf(piece) }));
  const hasInfarct = judged.some(
    ({ piece, likelihood }) =>
      likelihood > parameters.certainLikelihood && piece.volumeMl >= parameters.certainMl,
  );
  return judged
    .filter(({ piece, likelihood }) => likelihood > leastFor(piece, hasInfarct, parameters))
    .map(({ piece }) => piece);
}

function leastFor({ volumeMl, adc50 }: Piece, hasInfarct: boolean, parameters: Parameters): number {
  if (hasInfarct && adc50 <= parameters.restrictedAdc) return parameters.leastLikelihoodInCompany;
  return volumeMl >= parameters.largeMl ? parameters.leastLikelihoodOfLarge : parameters.leastLikelihood;
}

function mayBeLesion({ volumeMl, adc50, adcContrast }: Piece, parameters: Parameters): boolean {
  const { smallestLesionMl, restrictedAdc, restrictedContrast } = parameters;
  return volumeMl >= smallestLesionMl && (adc50 <= restrictedAdc || adcContrast >= restrictedContrast);
}
