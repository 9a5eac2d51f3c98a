import { compose } from '@atoll/volume/affine';
import { canonicalGrid, fromCanonical, orientationCode, toCanonical } from '@atoll/volume/orientation';
import type { Affine, Grid, Volume, VoxelArray } from '@atoll/volume/volume';

/**
 * Brings volumes into the order of voxels that a model wants, and back. Values are moved, never interpolated.
 * `as-stored` leaves the direction of each axis as it is and sorts the axes to x, y, z: a slice stays a slice.
 */
export function orderFor(wanted: string, grid: Grid) {
  // Taken as a world of its own in which the wanted direction is RAS, the canonical order is the wanted one.
  const turn = worldOf(wanted === 'as-stored' ? sorted(orientationCode(grid.affine)) : wanted);
  const turned: Grid = { shape: grid.shape, affine: compose(turn, grid.affine) };
  return {
    grid: canonicalGrid(turned),
    to: <Data extends VoxelArray>(volume: Volume<Data>): Volume<Data> =>
      toCanonical({ ...volume, affine: turned.affine }),
    from: <Data extends VoxelArray>(data: Data): Volume<Data> => ({
      ...fromCanonical(data, turned),
      affine: grid.affine,
    }),
    /** Whether the axes lie in another order than x, y, z. */
    isPermuted:
      wanted === 'as-stored' && orientationCode(grid.affine) !== sorted(orientationCode(grid.affine)),
  };
}

const worldAxes = ['RL', 'AP', 'SI'];

/** The letters of a direction in the order of x, y, z. */
function sorted(code: string): string {
  return worldAxes.map((pair) => [...code].find((letter) => pair.includes(letter))).join('');
}

/** World axes renamed so that the direction that the letters say runs along x, y and z. */
function worldOf(code: string): Affine {
  const row = (letter: string) => {
    const axis = worldAxes.findIndex((pair) => pair.includes(letter));
    const sign = worldAxes[axis][0] === letter ? 1 : -1;
    return [axis === 0 ? sign : 0, axis === 1 ? sign : 0, axis === 2 ? sign : 0, 0] as const;
  };
  return [row(code[0]), row(code[1]), row(code[2])];
}
