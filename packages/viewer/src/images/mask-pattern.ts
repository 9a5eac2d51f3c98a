/**
 * Dashes along an outline: its voxels in two tones by turns, so that no voxel of it is left out and a line can
 * be told from one of a single tone without its colour.
 * @param outline voxels in file order, first axis fastest; not 0 is on it.
 * @param dims number of voxels by axis.
 * @returns 1 and 2 on the outline, 0 elsewhere.
 */
export function dashed(outline: ArrayLike<number>, dims: readonly [number, number, number]): Uint8Array {
  const tones = new Uint8Array(outline.length);
  eachVoxel(outline, dims, (index, i, j, k) => {
    // The weights make the tone change along every line in every plane, diagonals too.
    tones[index] = (i + 2 * j + 3 * k) % 7 < 4 ? 1 : 2;
  });
  return tones;
}

/** Of the squares, in voxels: single ones would run into one colour. */
const side = 3;

/**
 * A mask over another one in 3D, where what lies in front would hide the other: chequered where both are.
 * @param below the other mask on the same grid.
 * @returns 1 where the mask shows, 0 elsewhere.
 */
export function chequered(
  mask: ArrayLike<number>,
  below: ArrayLike<number>,
  dims: readonly [number, number, number],
): Uint8Array {
  const shown = new Uint8Array(mask.length);
  eachVoxel(mask, dims, (index, i, j, k) => {
    const isBoth = below[index] > 0.5;
    const square = Math.floor(i / side) + Math.floor(j / side) + Math.floor(k / side);
    shown[index] = isBoth && square % 2 === 1 ? 0 : 1;
  });
  return shown;
}

function eachVoxel(
  mask: ArrayLike<number>,
  [nx, ny, nz]: readonly [number, number, number],
  visit: (index: number, i: number, j: number, k: number) => void,
): void {
  for (let k = 0, index = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, index++) if (mask[index] > 0.5) visit(index, i, j, k);
}
