import { axialGrid, tilted } from '@atoll/phantom/grids';
import { transformPoint } from '@atoll/volume/affine';
import type { Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';

/** 6 mm voxels whose first axis runs to the patient's left. */
export const coarseGrid: Grid = axialGrid([30, 35, 25], [6, 6, 6], { x: 'L', y: 'A' }, [0, 0, 0]);
/** Turned about two axes. */
export const obliqueGrid: Grid = tilted(
  axialGrid([44, 50, 36], [4, 4, 4.5], { x: 'R', y: 'P' }, [0, 0, 0]),
  { aboutX: 12, aboutZ: 9 },
  [0, 0, 0],
);

export const infarct = { centreMm: [-36, 10, 8] as Vec3, radiusMm: 17 };

/** An ellipsoid of even tissue with a ventricle, and an infarct or none: for tests of where things are. ADC in 10⁻³ mm²/s. */
export function plainHead(
  grid: Grid,
  lesion: typeof infarct | null = infarct,
): { readonly dwi: Volume; readonly adc: Volume; readonly truth: Mask } {
  const [nx, ny, nz] = grid.shape;
  const dwi = new Float32Array(nx * ny * nz);
  const adc = new Float32Array(dwi.length);
  const truth = new Uint8Array(dwi.length);
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        const [x, y, z] = transformPoint(grid.affine, [i, j, k]);
        if (Math.hypot(x / 66, y / 82, z / 60) > 1) continue;
        const isFluid = Math.hypot(x / 14, y / 30, (z - 8) / 12) < 1;
        const isStruck =
          lesion !== null &&
          Math.hypot(x - lesion.centreMm[0], y - lesion.centreMm[1], z - lesion.centreMm[2]) <
            lesion.radiusMm;
        truth[at] = isStruck ? 1 : 0;
        dwi[at] = isStruck ? 190 : isFluid ? 30 : 100;
        adc[at] = isStruck ? 0.4 : isFluid ? 3 : 0.8;
      }
  const on = <Data>(data: Data) => ({ shape: grid.shape, affine: grid.affine, data });
  return { dwi: on(dwi), adc: on(adc), truth: on(truth) };
}
