import { compose } from '@atoll/volume/affine';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import { cosine, sine } from './arithmetic.ts';

/** Towards which side of the patient each index axis grows. */
export type AxisSigns = { readonly x: 'L' | 'R'; readonly y: 'P' | 'A' };

/** A grid of axial slices whose middle lies at `centreMm`; slices always go up. */
export function axialGrid(shape: Vec3, spacingMm: Vec3, signs: AxisSigns, centreMm: Vec3): Grid {
  const step: Vec3 = [
    signs.x === 'L' ? -spacingMm[0] : spacingMm[0],
    signs.y === 'P' ? -spacingMm[1] : spacingMm[1],
    spacingMm[2],
  ];
  const start = (axis: 0 | 1 | 2) => centreMm[axis] - (step[axis] * (shape[axis] - 1)) / 2;
  return {
    shape,
    affine: [
      [step[0], 0, 0, start(0)],
      [0, step[1], 0, start(1)],
      [0, 0, step[2], start(2)],
    ],
  };
}

/** The same grid turned about a point: first about the x axis (nodding), then about z (turning). */
export function tilted(
  grid: Grid,
  degrees: { readonly aboutX: number; readonly aboutZ: number },
  aboutMm: Vec3,
): Grid {
  const [cx, sx] = [cosine(degrees.aboutX / 360), sine(degrees.aboutX / 360)];
  const [cz, sz] = [cosine(degrees.aboutZ / 360), sine(degrees.aboutZ / 360)];
  const nod: Affine = [
    [1, 0, 0, 0],
    [0, cx, -sx, 0],
    [0, sx, cx, 0],
  ];
  const turn: Affine = [
    [cz, -sz, 0, 0],
    [sz, cz, 0, 0],
    [0, 0, 1, 0],
  ];
  const [x, y, z] = aboutMm;
  const away: Affine = [
    [1, 0, 0, -x],
    [0, 1, 0, -y],
    [0, 0, 1, -z],
  ];
  const back: Affine = [
    [1, 0, 0, x],
    [0, 1, 0, y],
    [0, 0, 1, z],
  ];
  const rotation = compose(back, compose(turn, compose(nod, away)));
  return { shape: grid.shape, affine: compose(rotation, grid.affine) };
}
