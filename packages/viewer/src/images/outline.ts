/** Voxel axis, 0–2. */
export type VoxelAxis = 0 | 1 | 2;

/**
 * Outline of a mask: its voxels that have a neighbour outside it. Drawn as a line, one mask can be told
 * from another by those who do not see its colour, and the image below stays visible.
 * @param mask voxels in file order, first axis fastest; above 0.5 is inside.
 * @param dims number of voxels by axis.
 * @param across axis across the slices on show, whose neighbours do not count: else a thin lesion would be
 *   all outline. null: all three axes count, and the outline is the surface.
 * @returns 1 on the outline, 0 elsewhere.
 */
export function outlineOf(
  mask: ArrayLike<number>,
  dims: readonly [number, number, number],
  across: VoxelAxis | null,
): Uint8Array {
  const outline = new Uint8Array(mask.length);
  const strides = [1, dims[0], dims[0] * dims[1]];
  const axes = ([0, 1, 2] as const).filter((axis) => axis !== across);
  const at = [0, 0, 0];
  for (let index = 0; index < mask.length; index++) {
    if (mask[index] > 0.5) {
      const buried = axes.every(
        (axis) =>
          at[axis] > 0 &&
          at[axis] < dims[axis] - 1 &&
          mask[index - strides[axis]] > 0.5 &&
          mask[index + strides[axis]] > 0.5,
      );
      if (!buried) outline[index] = 1;
    }
    for (const axis of [0, 1, 2] as const) {
      if (++at[axis] < dims[axis]) break;
      at[axis] = 0;
    }
  }
  return outline;
}

/**
 * Voxel axis that runs closest to a world axis.
 * @param affine voxel to world, rows of 4, mm.
 * @param world 0: left–right, 1: posterior–anterior, 2: inferior–superior.
 */
export function voxelAxisAlong(affine: readonly (readonly number[])[], world: VoxelAxis): VoxelAxis {
  const lengths = [0, 1, 2].map((axis) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]));
  const share = (axis: VoxelAxis) => Math.abs(affine[world][axis]) / lengths[axis];
  let closest: VoxelAxis = 0;
  for (const axis of [1, 2] as const) if (share(axis) > share(closest)) closest = axis;
  return closest;
}
