import { likelihoodOf } from './judge.ts';
import type { Parameters } from './parameters.ts';
import type { Piece } from './pieces.ts';

/** As a part of the piece's volume. */
const largestCore = 0.5;
/** Calibrated, 10⁻⁶ mm²/s. */
const coreAdcBesidePileUp = 600;

/**
 * Which pieces are lesions? One that is too small is none; nor is what is bright without restricted diffusion (T2
 * shine-through, pile-up, a coil's bright spot): its ADC neither low nor lower than that of the tissue around it. Of the
 * rest the judge decides, strictly or not by the preset, less strictly on what is large, and on a small piece where
 * there is an infarct for certain.
 */
export function lesionsAmong(
  pieces: readonly Piece[],
  parameters: Parameters,
  hasInfarct: boolean = hasCertainInfarct(pieces, parameters),
): Piece[] {
  return likelyAmong(pieces, parameters, hasInfarct, (piece) => leastLikelihoodAt(piece, parameters));
}

/** How likely an infarct must a piece of this size be? */
function leastLikelihoodAt({ volumeMl }: Pick<Piece, 'volumeMl'>, parameters: Parameters): number {
  if (volumeMl >= parameters.hugeMl) return parameters.leastLikelihoodOfHuge;
  if (volumeMl >= parameters.veryLargeMl) return parameters.leastLikelihoodOfVeryLarge;
  return volumeMl >= parameters.largeMl ? parameters.leastLikelihoodOfLarge : parameters.leastLikelihood;
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
  return likelyAmong(worthwhile, parameters, hasInfarct, () => parameters.leastLikelihoodOfCore);
}

/** Is one of the pieces an infarct for certain? */
export function hasCertainInfarct(pieces: readonly Piece[], parameters: Parameters): boolean {
  return pieces.some(
    (piece) =>
      piece.volumeMl >= parameters.certainMl &&
      mayBeLesion(piece, parameters) &&
      likelihoodOf(piece) > parameters.certainLikelihood,
  );
}

function likelyAmong(
  pieces: readonly Piece[],
  parameters: Parameters,
  hasInfarct: boolean,
  leastOf: (piece: Piece) => number,
): Piece[] {
  const { largeMl, restrictedAdc } = parameters;
  const inCompany = ({ adc50 }: Piece) =>
    adc50 <= restrictedAdc
      ? parameters.leastLikelihoodOfRestrictedInCompany
      : parameters.leastLikelihoodInCompany;
  return pieces.filter((piece) => {
    if (!mayBeLesion(piece, parameters)) return false;
    const oneMore = hasInfarct && piece.volumeMl < largeMl;
    return likelihoodOf(piece) > (oneMore ? inCompany(piece) : leastOf(piece));
  });
}

function mayBeLesion({ volumeMl, adc50, adcContrast }: Piece, parameters: Parameters): boolean {
  const { smallestLesionMl, restrictedAdc, restrictedContrast } = parameters;
  return volumeMl >= smallestLesionMl && (adc50 <= restrictedAdc || adcContrast >= restrictedContrast);
}
