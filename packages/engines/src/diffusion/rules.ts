import { likelihoodOf } from './judge.ts';
import type { Parameters } from './parameters.ts';
import type { Piece } from './pieces.ts';

/**
 * Less than this part of a piece's volume is no infarct beside it: a few bright voxels that a huge faint infarct left
 * aside are a part of it.
 */
const leastBeside = 0.1;
/** As a part of the piece's volume. */
const largestCore = 0.5;
/** Calibrated, 10⁻⁶ mm²/s. */
const coreAdcBesidePileUp = 600;

/**
 * Which pieces are lesions? One that is too small is none; nor is what is bright without restricted diffusion (T2
 * shine-through, pile-up, a coil's bright spot): its ADC neither low nor lower than that of the tissue around it. Of the
 * rest the judge decides, strictly or not by the preset, and less strictly on what is large. Where there is an infarct
 * for certain it is less strict on a small piece, for emboli come in numbers, and no less strict on a very large one than
 * on any large one, for a second infarct of that size would be as certain.
 */
export function lesionsAmong(
  pieces: readonly Piece[],
  parameters: Parameters,
  certainMl: number = certainInfarctMl(pieces, parameters),
): Piece[] {
  return likelyAmong(pieces, parameters, ({ volumeMl }) => {
    if (volumeMl >= parameters.veryLargeMl && certainMl < leastBeside * volumeMl)
      return parameters.leastLikelihoodOfVeryLarge;
    if (volumeMl >= parameters.largeMl) return parameters.leastLikelihoodOfLarge;
    return certainMl > 0 ? parameters.leastLikelihoodInCompany : parameters.leastLikelihood;
  });
}

/** A core, and the piece that was refused. */
export type Core = { readonly core: Piece; readonly refused: Piece };

/**
 * Which bright cores of refused pieces are lesions? One of more than half is the same piece, and a single
 * voxel is the noise of a faint one. One beside piled-up signal is none unless its ADC is low: pile-up has bright cores
 * everywhere, and its ADC is nearly normal.
 */
export function lesionsAmongCores(
  cores: readonly Core[],
  parameters: Parameters,
  hasInfarct: boolean,
): Piece[] {
  const worthwhile = cores
    .filter(
      ({ core, refused }) =>
        core.voxels > 1 &&
        core.volumeMl < largestCore * refused.volumeMl &&
        (core.pileUp < 0.5 || core.adc50 <= coreAdcBesidePileUp),
    )
    .map(({ core }) => core);
  return likelyAmong(worthwhile, parameters, ({ adc50 }) =>
    hasInfarct && adc50 <= parameters.restrictedAdc
      ? parameters.leastLikelihoodOfCoreInCompany
      : parameters.leastLikelihoodOfCore,
  );
}

/** How much of the pieces is an infarct for certain, mL. */
export function certainInfarctMl(pieces: readonly Piece[], parameters: Parameters): number {
  return pieces
    .filter(
      (piece) =>
        piece.volumeMl >= parameters.certainMl &&
        mayBeLesion(piece, parameters) &&
        likelihoodOf(piece) > parameters.certainLikelihood,
    )
    .reduce((sum, { volumeMl }) => sum + volumeMl, 0);
}

function likelyAmong(
  pieces: readonly Piece[],
  parameters: Parameters,
  leastOf: (piece: Piece) => number,
): Piece[] {
  return pieces.filter((piece) => mayBeLesion(piece, parameters) && likelihoodOf(piece) > leastOf(piece));
}

function mayBeLesion({ volumeMl, adc50, adcContrast }: Piece, parameters: Parameters): boolean {
  const { smallestLesionMl, restrictedAdc, restrictedContrast } = parameters;
  return volumeMl >= smallestLesionMl && (adc50 <= restrictedAdc || adcContrast >= restrictedContrast);
}
