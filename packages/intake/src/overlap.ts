import { compose, invert, transformPoint } from '@atoll/volume/affine';
import type { Grid } from '@atoll/volume/volume';

/** The share of one grid's box that lies inside another's, by points spread over it. */
export function shareInside(grid: Grid, other: Grid): number {
  const toOther = compose(invert(other.affine), grid.affine);
  const steps = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  let inside = 0;
  for (const i of steps)
    for (const j of steps)
      for (const k of steps) {
        const share = [i, j, k].map((step) => (step + 0.5) / steps.length);
        const place = transformPoint(toOther, [
          share[0] * grid.shape[0] - 0.5,
          share[1] * grid.shape[1] - 0.5,
          share[2] * grid.shape[2] - 0.5,
        ]);
        if (place.every((x, axis) => x >= -0.5 && x <= other.shape[axis] - 0.5)) inside++;
      }
  return inside / steps.length ** 3;
}
