import { resampleLinear } from '@atoll/volume/resample';
import type { Mask, Volume } from '@atoll/volume/volume';
import { type Coarse, coarsen, type Images, spread } from './coarse.ts';
import { type Contrast, contrastsOf, type Pieces } from './contrast.ts';
import { crumbMl, keptApart } from './kept-apart.ts';
import { markSuspects } from './marks.ts';
import { outlinePieces } from './outline.ts';
import { findOwnTissue, type OwnTissue } from './own-tissue.ts';

/** Why a piece of an engine's mask is doubted. */
export type Doubt = 'no-contrast' | 'outside-brain';

export type Alarm = {
  /** What is bright on DWI with a low ADC, in pieces that count, on blocks of 4 mm. */
  readonly seenMl: number;
  /** Of the largest piece, however small: how near a head without a lesion comes to an alarm. */
  readonly largestMl: number;
  /** How much of that the engine's mask holds or comes near, 0–1; null when nothing was seen. */
  readonly coveredShare: number | null;
  /** Candidates for what was missed, on the DWI's grid; they share no voxel with the engine's mask. */
  readonly missed: Mask;
  /** Of the candidates' 26-connected pieces: largest first, of equals the one that is stored first. */
  readonly missedPieces: readonly Contrast[];
  /** Of the engine's own pieces, in the same order. */
  readonly lesionPieces: readonly (Contrast & { readonly doubt: Doubt | null })[];
  /** The brain as seen here, coarsely: for places in words. */
  readonly brain: Mask;
};

/** A piece of a mask is doubted from this size on, when it is less bright than this and has more ADC. */
const smallestDoubtMl = 1;
const noContrast = { dwiRatio: 1.1, adcRatio: 0.9 };
/** A piece with less of it in the brain lies outside. */
const leastInBrain = 0.2;

/**
 * A plain second look at the whole head after an engine has answered: what is bright on DWI with a low ADC against
 * this patient's own tissue, on blocks of 4 mm, held against the engine's mask. It shares no code with the embedded
 * engine, so that one mistake does not blind both. Pure and synchronous: runs in browsers and in Node, and leaves the
 * images as they are. null when nothing like a brain is found.
 * @param further candidates that others name, such as a second engine, which become some of `missed`, each by itself:
 *   for each voxel of the same grid the number of its candidate or 0, and 0 wherever the mask is
 */
export function raiseAlarm(
  dwi: Volume,
  adc: Volume,
  mask: Mask,
  further: Int32Array | null = null,
): Alarm | null {
  const { shape, affine } = dwi;
  const images: Images = { shape, affine, dwi: dwi.data, adc: resampleLinear(adc, dwi, Number.NaN).data };
  const coarse = coarsen(images);
  const own = findOwnTissue(coarse);
  if (own === null) return null;
  const marks = markSuspects(coarse, own, mask);

  const drawn = candidatesOf(marks.missed, images, coarse, own, mask);
  const missed = further === null ? drawn : keptApart(drawn, further);
  return {
    seenMl: marks.seenMl,
    largestMl: marks.largestMl,
    coveredShare: marks.seenMl === 0 ? null : 1 - marks.missedMl / marks.seenMl,
    missed,
    missedPieces: missed.data.includes(1) ? largestFirst(contrastsOf(missed, images, coarse, own)) : [],
    lesionPieces: largestFirst(contrastsOf(mask, images, coarse, own)).map((piece) => ({
      ...piece,
      doubt: doubtOf(piece),
    })),
    brain: { shape, affine, data: spread(own.brain, coarse, shape) },
  };
}

/** Missed blocks drawn out in voxels, less what the engine's mask holds of them. */
function candidatesOf(blocks: Uint8Array, images: Images, coarse: Coarse, own: OwnTissue, mask: Mask): Mask {
  const { shape, affine } = images;
  const data = outlinePieces(blocks, images, coarse, own);
  const drawn = { shape, affine, data };
  if (!blocks.includes(1)) return drawn;
  for (let at = 0; at < data.length; at++) if (mask.data[at] !== 0) data[at] = 0;
  return withoutCrumbs(drawn, contrastsOf(drawn, images, coarse, own));
}

function doubtOf({ volumeMl, inBrain, dwiRatio, adcRatio }: Contrast): Doubt | null {
  if (volumeMl < smallestDoubtMl) return null;
  if (inBrain < leastInBrain) return 'outside-brain';
  if (dwiRatio === null || adcRatio === null) return 'no-contrast';
  return dwiRatio < noContrast.dwiRatio && adcRatio > noContrast.adcRatio ? 'no-contrast' : null;
}

/** Crumbs at the edge of the engine's mask are left when what it holds is taken from a candidate. */
function withoutCrumbs({ shape, affine, data }: Mask, { labels, contrasts }: Pieces): Mask {
  const kept = data.map((_, at) => (labels[at] !== 0 && contrasts[labels[at]].volumeMl >= crumbMl ? 1 : 0));
  return { shape, affine, data: kept };
}

/** Labels count up in storage order, and sorting keeps the order of equals. */
function largestFirst({ contrasts }: Pieces): Contrast[] {
  return contrasts.slice(1).sort((a, b) => b.volumeMl - a.volumeMl);
}
