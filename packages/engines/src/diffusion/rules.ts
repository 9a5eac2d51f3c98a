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
/** The highest ADC of a core, and of one beside piled-up signal; calibrated, 10⁻⁶ mm²/s. */
const coreAdc = { anywhere: 750, besidePileUp: 600 };

/**
 * Which pieces are lesions? One that is too small is none; nor is what is bright without restricted diffusion (T2
 * shine-through, pile-up, a coil's bright spot): its ADC neither low nor lower than that of the tissue around it. Of the
 * rest the judge decides, strictly or not by the preset. Where there is an infarct for certain it is less strict, most so
 * on a small piece, for emboli come in numbers; where there is none, on a very large one, for nothing worse can be missed.
 * (A second infarct of that size would be as certain as the first.)
 */
export function lesionsAmong(
  pieces: readonly Piece[],
  parameters: Parameters,
  certainMl: number = certainInfarctMl(pieces, parameters),
): Piece[] {
  const leastOf = ({ volumeMl }: Piece) => {
    if (volumeMl >= parameters.veryLargeMl && certainMl < leastBeside * volumeMl)
      return parameters.leastLikelihoodOfVeryLarge;
    if (certainMl === 0) return parameters.leastLikelihood;
    const { leastLikelihoodInCompany: ofSmall, leastLikelihoodOfLargeInCompany: ofLarge } = parameters;
    return ofSmall + largeness(volumeMl, parameters) * (ofLarge - ofSmall);
  };
  return pieces.filter((piece) => isLesion(piece, parameters, leastOf(piece)));
}

/** 0 for a small piece, 1 for a large one: a voxel more must not change what is asked of it. */
function largeness(volumeMl: number, { smallMl, largeMl }: Parameters): number {
  return Math.min(1, Math.max(0, Math.log(volumeMl / smallMl) / Math.log(largeMl / smallMl)));
}

/** Is this lesion one that gives way to its bright core, if that is a likelier one? */
export function isDoubtful(lesion: Piece, parameters: Parameters): boolean {
  const { doubtfulMl, veryLargeMl, doubtfulLikelihood } = parameters;
  const { volumeMl } = lesion;
  return volumeMl > doubtfulMl && volumeMl < veryLargeMl && likelihoodOf(lesion) < doubtfulLikelihood;
}

/** A core, and the piece that it was cut from. */
export type Core = { readonly core: Piece; readonly whole: Piece };

/**
 * Which bright cores of refused or doubtful pieces are lesions? One of more than half is the same piece, and a single
 * voxel is the noise of a faint one. None is one without a low ADC of its own, for any bright spot has a brighter core;
 * least of all beside piled-up signal, whose ADC is nearly normal.
 */
export function lesionsAmongCores(
  cores: readonly Core[],
  parameters: Parameters,
  hasInfarct: boolean,
): Core[] {
  const least = hasInfarct ? parameters.leastLikelihoodOfCoreInCompany : parameters.leastLikelihoodOfCore;
  return cores.filter(
    ({ core, whole }) =>
      core.voxels > 1 &&
      core.volumeMl < largestCore * whole.volumeMl &&
      core.adc50 <= (core.pileUp < 0.5 ? coreAdc.anywhere : coreAdc.besidePileUp) &&
      isLesion(core, parameters, least),
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

function isLesion(piece: Piece, parameters: Parameters, leastLikelihood: number): boolean {
  return mayBeLesion(piece, parameters) && likelihoodOf(piece) > leastLikelihood;
}

/** By its own ADC or that of its brighter half, for at its edge CSF has a part in the voxels. */
function mayBeLesion(piece: Piece, parameters: Parameters): boolean {
  const { smallestLesionMl, restrictedAdc, restrictedContrast } = parameters;
  const adc = Math.min(piece.adc50, piece.adcOfBrighter);
  const around = piece.adc50 + piece.adcContrast;
  return piece.volumeMl >= smallestLesionMl && (adc <= restrictedAdc || around - adc >= restrictedContrast);
}
