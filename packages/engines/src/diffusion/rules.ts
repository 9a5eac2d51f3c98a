import { likelihoodOf } from './judge.ts';
import type { Parameters } from './parameters.ts';
import type { Piece } from './pieces.ts';

/**
 * Which pieces are lesions? One that is too small is none; nor is what is bright without restricted diffusion (T2
 * shine-through, pile-up, a coil's bright spot): its ADC neither low nor lower than that of the tissue around it. Of the
 * rest the judge decides, strictly or not by the preset, and less strictly on a low ADC where there is an infarct for certain.
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
    .filter(({ piece, likelihood }) => {
      const isCompany = hasInfarct && piece.adc50 <= parameters.restrictedAdc;
      return likelihood > (isCompany ? parameters.leastLikelihoodInCompany : parameters.leastLikelihood);
    })
    .map(({ piece }) => piece);
}

function mayBeLesion({ volumeMl, adc50, adcContrast }: Piece, parameters: Parameters): boolean {
  const { smallestLesionMl, restrictedAdc, restrictedContrast } = parameters;
  return volumeMl >= smallestLesionMl && (adc50 <= restrictedAdc || adcContrast >= restrictedContrast);
}
