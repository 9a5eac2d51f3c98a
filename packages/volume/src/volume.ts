/**
 * Voxel index to world millimetres: three rows of a 4×4 matrix whose last row is (0 0 0 1).
 * World is NIfTI's RAS+: +x to the patient's right, +y to anterior, +z to superior.
 */
export type Affine = readonly [AffineRow, AffineRow, AffineRow];
export type AffineRow = readonly [number, number, number, number];

/** A point or a displacement in world millimetres (RAS+), or a voxel index (i, j, k). */
export type Vec3 = readonly [number, number, number];

/** Where voxels lie: how many along each index axis, and their affine. */
export type Grid = { readonly shape: Vec3; readonly affine: Affine };

export type VoxelArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** One value per voxel of a grid, first index fastest: data[i + nx·(j + ny·k)]. */
export type Volume<Data extends VoxelArray = Float32Array> = Grid & { readonly data: Data };

/** A binary volume: 1 inside, 0 outside. */
export type Mask = Volume<Uint8Array>;
