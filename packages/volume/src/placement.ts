import { compose, determinant, invert, spacingMm, transformPoint } from './affine.ts';
import {
  type Alignment,
  type Contrast,
  contrastOf,
  likenessAround,
  type Points,
  pointsOf,
} from './alignment.ts';
import { climb, type Found, flips, searchEverywhere } from './alignment-search.ts';
import { centredOn, coarsen, middleOf } from './coarse.ts';
import { orientationOf } from './orientation.ts';
import { resampleLinear } from './resample.ts';
import type { Affine, AffineRow, Grid, Vec3, Volume } from './volume.ts';

/** Along which of the patient's axes an image runs the wrong way. Two of them are a turn by 180°. */
export type MirrorAxis = 'left-right' | 'front-back' | 'upside-down';

/** What is wrong with where a header places an image, and the affine with which it fits. */
export type Misplacement =
  | { readonly relation: 'mirrored'; readonly axes: readonly MirrorAxis[]; readonly affine: Affine }
  /** `byMm` further on, world millimetres. */
  | {
      readonly relation: 'shifted';
      readonly byMm: Vec3;
      readonly distanceMm: number;
      readonly affine: Affine;
    }
  /** Voxel by voxel, whatever its own affine says. */
  | { readonly relation: 'by-index'; readonly affine: Affine };

/** One image to lay onto another. */
export type Search = {
  /** Coarse, made of `fixedGrid`. */
  readonly fixed: Volume;
  readonly fixedGrid: Grid;
  readonly moving: Volume;
  /** The foreground of `fixed`. */
  readonly points: Points;
  /** Millimetres a voxel at which they are compared. */
  readonly comparedMm: number;
};

/** Voxels of the search over all places. */
const searchedMm = 8;
const searchedPoints = 1200;
const searchedSurroundingsMm = 16;
/** How far from the middle, voxels of that size. */
const searchedReach = 5;

/**
 * What is asked of a place that the headers do not name: of other heads' ADC maps, the best place of all has up to
 * 0.3, and it falls by up to 0.17 within 7.5 mm; proper pairs have 0.35 and more, and fall by 0.31 and more.
 */
const leastLikeness = 0.25;
const leastFall = 0.2;

/** By this much another place must be better than the one with the header's own directions. */
const clearlyMore = 0.06;

/** A place that was found, and how well the image fits there. */
export type Placement = Misplacement & { readonly likeness: number };

/** Where an image fits best, if it fits anywhere: over all mirrorings and shifts, and voxel by voxel. */
export function findPlacement(search: Search): Placement | null {
  const { fixedGrid, moving } = search;
  const sameShape = moving.shape.every((n, axis) => n === fixedGrid.shape[axis]);
  // The middles of both boxes on one another, directions and spacing as the header has them; else voxel on voxel.
  const centred = placeFrom(search, centredOn(moving, fixedGrid).affine, bestPlace);
  const byIndex = sameShape ? placeFrom(search, fixedGrid.affine, bestAtHand) : null;
  if (centred === null || byIndex === null) return centred ?? byIndex;
  return byIndex.likeness > centred.likeness + clearlyMore ? byIndex : centred;
}

type Finder = (fixed: Volume, placed: Volume, other: Contrast, points: Points) => Found;

function placeFrom(
  { fixed, fixedGrid, moving, points, comparedMm }: Search,
  start: Affine,
  find: Finder,
): Placement | null {
  const coarse = coarsen({ ...moving, affine: start }, factorsTo(comparedMm, start));
  const placed = resampleLinear(coarse, fixed);
  // Half of the whole head must meet, however little of the moving image came to lie on the grid.
  const other = { ...contrastOf(placed), count: Number.POSITIVE_INFINITY };
  const found = find(fixed, placed, other, points);
  if (found.likeness < leastLikeness) return null;
  if (found.likeness - likenessAround(points, other, found) < leastFall) return null;
  const affine = snapped(movedTo(fixed, found, start), fixedGrid, moving.shape, fixed.affine);
  return { ...classify(affine, moving, fixedGrid.affine), likeness: found.likeness };
}

/** As many voxels along each axis as make one of about `mm`. */
export function factorsTo(mm: number, affine: Affine): Vec3 {
  const [x, y, z] = spacingMm(affine).map((spacing) => Math.max(1, Math.round(mm / spacing)));
  return [x, y, z];
}

/** The best over all places at 8 mm, and on from there. */
function bestPlace(fixed: Volume, placed: Volume, other: Contrast, points: Points): Found {
  const factors = factorsTo(searchedMm, fixed.affine);
  const rough = coarsen(fixed, factors);
  const roughPoints = pointsOf(contrastOf(rough, searchedSurroundingsMm), searchedPoints);
  const roughOther = contrastOf(coarsen(placed, factors), searchedSurroundingsMm);
  const [x, y, z] = rough.shape.map((n) => Math.min(searchedReach, n >> 1));
  const found = searchEverywhere(roughPoints, roughOther, [x, y, z]).slice(0, 4);
  return bestOf(
    found.map(({ flip, shift }) => {
      const finer: Vec3 = [shift[0] * factors[0], shift[1] * factors[1], shift[2] * factors[2]];
      return climb(points, other, { flip, shift: finer });
    }),
  );
}

/** The best of all mirrorings where it is. */
function bestAtHand(_fixed: Volume, _placed: Volume, other: Contrast, points: Points): Found {
  return bestOf(flips.map((flip) => climb(points, other, { flip, shift: [0, 0, 0] }, 1)));
}

function bestOf(all: readonly Found[]): Found {
  return all.reduce((best, each) => (each.likeness > best.likeness ? each : best));
}

/** The affine of an image that fits `fixed` when it is flipped and shifted after it was laid there by `start`. */
function movedTo({ shape, affine }: Grid, { flip, shift }: Alignment, start: Affine): Affine {
  const row = (axis: 0 | 1 | 2): AffineRow => {
    const sign = flip[axis] ? -1 : 1;
    const offset = flip[axis] ? shape[axis] - 1 + shift[axis] : -shift[axis];
    return [axis === 0 ? sign : 0, axis === 1 ? sign : 0, axis === 2 ? sign : 0, offset];
  };
  return compose(compose(affine, [row(0), row(1), row(2)]), compose(invert(affine), start));
}

/**
 * An image that fits to within half a step of the search where its voxels would meet the other's one to one, with
 * axes the other way round at most, is taken to do just that.
 */
function snapped(affine: Affine, fixed: Grid, shape: Vec3, coarse: Affine): Affine {
  const toFixed = compose(invert(fixed.affine), affine);
  const row = (axis: 0 | 1 | 2): AffineRow => {
    const [a, b, c] = toFixed[axis].map(Math.round);
    // An axis that runs backwards begins at its far end.
    const start = (step: number, length: number) => (step < 0 ? length - 1 : 0);
    return [a, b, c, start(a, shape[0]) + start(b, shape[1]) + start(c, shape[2])];
  };
  const whole: Affine = [row(0), row(1), row(2)];
  if (Math.abs(determinant(whole)) !== 1) return affine;
  const exact = compose(fixed.affine, whole);
  const steps = invert(coarse);
  const [to, from] = [exact, affine].map((each) => transformPoint(steps, middleOf({ shape, affine: each })));
  return to.every((place, axis) => Math.abs(place - from[axis]) <= 0.6) ? exact : affine;
}

/** How the affine at which an image fits differs from its own: mirrored, shifted, or in some other way. */
function classify(affine: Affine, moving: Grid, fixedAffine: Affine): Misplacement {
  const spacing = spacingMm(fixedAffine);
  const directions: Affine = [
    unit(fixedAffine, 0, spacing),
    unit(fixedAffine, 1, spacing),
    unit(fixedAffine, 2, spacing),
  ];
  const change = compose(compose(invert(directions), compose(affine, invert(moving.affine))), directions);
  const isMirror = [0, 1, 2].every((axis) =>
    [0, 1, 2].every((other) => Math.abs(Math.abs(change[axis][other]) - (axis === other ? 1 : 0)) < 0.03),
  );
  if (!isMirror) return { relation: 'by-index', affine };
  const axes = mirrorAxes(fixedAffine).filter(({ index }) => change[index][index] < 0);
  if (axes.length > 0) return { relation: 'mirrored', axes: axes.map(({ name }) => name), affine };
  const [to, from] = [middleOf({ shape: moving.shape, affine }), middleOf(moving)];
  const byMm: Vec3 = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  return { relation: 'shifted', byMm, distanceMm: Math.hypot(...byMm), affine };
}

function unit(affine: Affine, world: 0 | 1 | 2, spacing: Vec3): AffineRow {
  const [a, b, c] = affine[world];
  return [a / spacing[0], b / spacing[1], c / spacing[2], 0];
}

/** The index axis that runs along each of the patient's axes. */
export function mirrorAxes(affine: Affine): readonly { readonly name: MirrorAxis; readonly index: number }[] {
  const { axis } = orientationOf(affine);
  const names = ['left-right', 'front-back', 'upside-down'] as const;
  return names.map((name, world) => ({ name, index: axis[world] }));
}
