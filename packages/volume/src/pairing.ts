import {
  type Contrast,
  contrastOf,
  likeness,
  likenessAround,
  type Points,
  pointsOf,
  unmoved,
} from './alignment.ts';
import { bestMirrored, bestNearby } from './alignment-search.ts';
import { coarsen } from './coarse.ts';
import { rolesOf } from './contrast-roles.ts';
import { factorsTo, findPlacement, type MirrorAxis, type Misplacement, mirrorAxes } from './placement.ts';
import { resampleLinear } from './resample.ts';
import type { Affine, Volume } from './volume.ts';

type PairingFigures = {
  /** Likeness of the two where their affines place them: 0 none, 1 all. Proper pairs have 0.35 to 0.75. */
  readonly given: number;
  /** The same with the ADC mirrored about a plane near the middle of the DWI's box, where it fits best. */
  readonly mirrored: Readonly<Record<MirrorAxis, number>>;
  /** The best likeness that was found anywhere. */
  readonly best: number;
  /** Above 0 the first is the DWI and the second the ADC by content; below 0 the other way round. */
  readonly roles: number;
};

/** How an ADC map relates to a DWI of, presumably, the same head. */
export type Pairing = { readonly figures: PairingFigures } & (
  | { readonly relation: 'as-given' }
  /** What was given for the DWI is the ADC map, and the other way round; they fit where they are. */
  | { readonly relation: 'swapped' }
  /** The ADC fits elsewhere than its header says, and `affine` in place of its own puts it there. */
  | Misplacement
  /** It fits nowhere: of another head, of another series, or no ADC map. */
  | { readonly relation: 'none' }
  /** Too little of a head is there to tell. */
  | { readonly relation: 'unknown' }
);

/** Millimetres a voxel at which the two are compared: sulci and ventricles are larger, noise is averaged out. */
const comparedMm = 3.6;

/** Voxels of the head, at that size, below which nothing is said. */
const fewestVoxels = 300;

/** Points that are enough to compare places by. */
const searchPoints = 8000;

/** Another place must be better by this much, and by this factor. */
const clearGain = 0.06;
const clearFactor = 1.2;

/**
 * Below one of these, two images have nothing to do with each other. Of eleven proper pairs the likeness is 0.35 and
 * more and falls by 0.31 and more within 7.5 mm; ADC maps of other heads have up to 0.08 where they happen to lie.
 */
const leastLikeness = 0.15;
const leastFall = 0.1;

/** From here on the place is not doubted unless a near or a mirrored one is clearly better. */
const beyondDoubt = 0.3;

/** How far a mirrored image may be away from the middle of the DWI's box. */
const mirrorReachMm = 25;

/** Less than this is motion between two series. */
const leastShiftMm = 3.5;

/** Roles are exchanged only by clear evidence: proper pairs have 0.5 and more, exchanged ones −0.5 and less. */
const clearlySwapped = -0.25;

/**
 * Judges whether an ADC map belongs to a DWI, and where. CSF and infarcts differ from the tissue around them in
 * opposite ways in the two (DWI ∝ exp(−b·ADC)), so that the local contrasts of a proper pair correlate negatively,
 * with or without skull and noise in the air; mirrored, shifted or of two heads they do not.
 * @param dwi on any grid; NaN and infinities do not count.
 * @param adc in any unit, on any grid.
 */
export function judgePairing(dwi: Volume, adc: Volume): Pairing {
  const coarseDwi = coarsen(dwi, factorsTo(comparedMm, dwi.affine));
  const coarseAdc = coarsen(adc, factorsTo(comparedMm, adc.affine));
  const one = contrastOf(coarseDwi);
  const other = contrastOf(resampleLinear(coarseAdc, coarseDwi));
  const all = pointsOf(one);
  const points = all.count > searchPoints ? pointsOf(one, searchPoints) : all;
  const given = likeness(all, other);
  const mirrored = mirroredLikeness(points, other, dwi.affine);
  const near = bestNearby(points, other, 2).likeness;
  const figures: PairingFigures = {
    given,
    mirrored,
    best: Math.max(given, near, ...Object.values(mirrored)),
    roles: rolesOf(one, other),
  };
  if (all.count < fewestVoxels) return { relation: 'unknown', figures };
  const asGiven: Pairing = { relation: figures.roles < clearlySwapped ? 'swapped' : 'as-given', figures };
  const fits = given >= leastLikeness && given - likenessAround(points, other, unmoved) >= leastFall;
  if (fits && given >= beyondDoubt && !isClearlyBetter(figures.best, given)) return asGiven;
  const place = findPlacement({ fixed: coarseDwi, fixedGrid: dwi, moving: adc, points, comparedMm });
  const unfit: Pairing = fits ? asGiven : { relation: 'none', figures };
  if (place === null || !isClearlyBetter(place.likeness, given)) return unfit;
  if (place.relation === 'shifted' && place.distanceMm < leastShiftMm) return asGiven;
  const { likeness: best, ...misplacement } = place;
  return { ...misplacement, figures: { ...figures, best } };
}

function isClearlyBetter(found: number, given: number): boolean {
  return found > given + clearGain && found > clearFactor * given;
}

function mirroredLikeness(points: Points, other: Contrast, affine: Affine): PairingFigures['mirrored'] {
  const along = (name: MirrorAxis) => {
    const index = mirrorAxes(affine).find((each) => each.name === name)?.index ?? 0;
    return bestMirrored(points, other, index, Math.round(mirrorReachMm / other.spacingMm[index]));
  };
  return {
    'left-right': along('left-right'),
    'front-back': along('front-back'),
    'upside-down': along('upside-down'),
  };
}
