import type { Vec3 } from './volume.ts';

/** Calls `visit` for each of a voxel's 26 neighbours in the grid, by their places in storage order. */
export function eachNeighbour(at: number, [nx, ny, nz]: Vec3, visit: (neighbour: number) => void): void {
  const x = at % nx;
  const y = Math.floor(at / nx) % ny;
  const z = Math.floor(at / (nx * ny));
  for (let k = Math.max(0, z - 1); k <= Math.min(nz - 1, z + 1); k++)
    for (let j = Math.max(0, y - 1); j <= Math.min(ny - 1, y + 1); j++)
      for (let i = Math.max(0, x - 1); i <= Math.min(nx - 1, x + 1); i++) {
        const neighbour = i + nx * (j + ny * k);
        if (neighbour !== at) visit(neighbour);
      }
}
