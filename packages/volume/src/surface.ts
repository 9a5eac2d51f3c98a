import type { Vec3 } from './volume.ts';

/**
 * Whether a voxel of a mask lies at its surface: one of its six neighbours is outside the mask.
 * @param beyond what lies beyond the grid.
 */
export function isAtSurface(
  mask: Uint8Array,
  [nx, ny, nz]: Vec3,
  at: number,
  beyond: 'outside' | 'inside' = 'outside',
): boolean {
  const plane = nx * ny;
  const x = at % nx;
  const y = Math.floor(at / nx) % ny;
  const z = Math.floor(at / plane);
  const open = beyond === 'outside';
  return (
    (x === 0 ? open : mask[at - 1] === 0) ||
    (x === nx - 1 ? open : mask[at + 1] === 0) ||
    (y === 0 ? open : mask[at - nx] === 0) ||
    (y === ny - 1 ? open : mask[at + nx] === 0) ||
    (z === 0 ? open : mask[at - plane] === 0) ||
    (z === nz - 1 ? open : mask[at + plane] === 0)
  );
}
