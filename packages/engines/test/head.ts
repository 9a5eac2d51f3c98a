import { transformPoint } from '@atoll/volume/affine';
import type { Affine, Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';

/** An infarct: a ball in world mm. */
export type Ball = { readonly centreMm: Vec3; readonly radiusMm: number };

export type Head = { readonly dwi: Volume; readonly adc: Volume; readonly truth: Mask };

/** 3 mm voxels whose first axis runs to the patient's right. */
export const rasGrid: Grid = {
  shape: [60, 70, 50],
  affine: [
    [3, 0, 0, -88.5],
    [0, 3, 0, -103.5],
    [0, 0, 3, -73.5],
  ],
};

/** The same places stored with the first axis to the patient's left. */
export const lasGrid: Grid = { shape: rasGrid.shape, affine: flipX(rasGrid) };

/** The same again in coarse voxels, for tests that need a head and not its detail. */
export const coarseGrid: Grid = {
  shape: [30, 35, 25],
  affine: [
    [-6, 0, 0, 87],
    [0, 6, 0, -102],
    [0, 0, 6, -72],
  ],
};

/** Turned by about 12° about two axes. */
export const obliqueGrid: Grid = { shape: [64, 74, 56], affine: oblique([64, 74, 56], 3) };

export const leftInfarct: Ball = { centreMm: [-36, 10, 8], radiusMm: 15 };

/**
 * A plain head for tests of behaviour: an ellipsoid of brain with ventricles and sulci of CSF, S = S0·exp(−b·ADC)
 * with b = 1000 s/mm², a little noise, and optionally scalp. ADC in 10⁻³ mm²/s.
 */
export function makeHead(
  grid: Grid,
  lesions: readonly Ball[],
  { scalp = false, seed = 1 }: { readonly scalp?: boolean; readonly seed?: number } = {},
): Head {
  const [nx, ny, nz] = grid.shape;
  const count = nx * ny * nz;
  const dwi = new Float32Array(count);
  const adc = new Float32Array(count);
  const truth = new Uint8Array(count);
  const random = noise(seed);
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        const place = transformPoint(grid.affine, [i, j, k]);
        const radius = Math.hypot(place[0] / 66, place[1] / 82, place[2] / 58);
        if (radius > 1) {
          if (scalp && radius > 1.14 && radius < 1.22) {
            dwi[at] = 90 + 20 * random();
            adc[at] = 1.4 + 0.2 * random();
          }
          continue;
        }
        const fluid = isFluid(place, radius);
        const infarct =
          !fluid && lesions.some(({ centreMm, radiusMm }) => distance(place, centreMm) < radiusMm);
        const diffusion = fluid ? 2.9 : infarct ? 0.48 : 0.82 + 0.04 * Math.sin(place[1] / 6);
        const weight = fluid ? 1.8 : infarct ? 1.2 : 1;
        adc[at] = Math.max(0, diffusion + 0.03 * random());
        dwi[at] = Math.max(0, 700 * weight * Math.exp(-diffusion) * (1 + 0.04 * random()));
        truth[at] = infarct ? 1 : 0;
      }
  const on = <Data>(data: Data) => ({ ...grid, data });
  return { dwi: on(dwi), adc: on(adc), truth: on(truth) };
}

/** Ventricles on both sides, and sulci in the outer shell. */
function isFluid([x, y, z]: Vec3, radius: number): boolean {
  if (Math.hypot((Math.abs(x) - 9) / 6, (y - 2) / 28, (z - 6) / 12) < 1) return true;
  return radius > 0.86 && Math.sin(y / 4) + Math.sin(z / 4 + Math.abs(x) / 9) > 1.2;
}

function distance(p: Vec3, q: Vec3): number {
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/** Roughly normal numbers (variance 1), the same for the same seed: sums of a linear congruence. */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => (uniform() + uniform() + uniform() - 1.5) * 2;
}

function flipX({ shape, affine }: Grid): Affine {
  const [a, b, c] = affine;
  const last = shape[0] - 1;
  return [
    [-a[0], a[1], a[2], a[3] + a[0] * last],
    [-b[0], b[1], b[2], b[3] + b[0] * last],
    [-c[0], c[1], c[2], c[3] + c[0] * last],
  ];
}

function oblique(shape: Vec3, spacing: number): Affine {
  const [c, s] = [Math.cos(0.21), Math.sin(0.21)];
  // First about z, then about x.
  const rows: [Vec3, Vec3, Vec3] = [
    [c, -s, 0],
    [c * s, c * c, -s],
    [s * s, s * c, c],
  ];
  const row = (r: Vec3) => {
    const middle = r.reduce((sum, value, axis) => sum + (value * spacing * (shape[axis] - 1)) / 2, 0);
    return [r[0] * spacing, r[1] * spacing, r[2] * spacing, -middle] as const;
  };
  return [row(rows[0]), row(rows[1]), row(rows[2])];
}
