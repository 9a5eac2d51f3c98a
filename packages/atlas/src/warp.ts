import { compose, invert } from '@atoll/volume/affine';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import type { LabelImage } from './atlas.ts';

/** The voxel of the atlas at each voxel of a grid, as an index into its data; -1 outside the atlas. */
export type VoxelMap = Int32Array;

/** Where in the atlas' grid each voxel of a patient's grid lies, to the nearest voxel. */
export function mapVoxels(grid: Grid, toAtlas: Affine, atlasGrid: Grid): VoxelMap {
  const [a, b, c] = compose(invert(atlasGrid.affine), compose(toAtlas, grid.affine));
  const [nx, ny, nz] = grid.shape;
  const [ax, ay, az] = atlasGrid.shape;
  const map = new Int32Array(nx * ny * nz).fill(-1);
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const px = a[1] * j + a[2] * k + a[3] + 0.5;
      const py = b[1] * j + b[2] * k + b[3] + 0.5;
      const pz = c[1] * j + c[2] * k + c[3] + 0.5;
      for (let i = 0; i < nx; i++, at++) {
        const x = Math.floor(px + a[0] * i);
        const y = Math.floor(py + b[0] * i);
        const z = Math.floor(pz + c[0] * i);
        if (x >= 0 && x < ax && y >= 0 && y < ay && z >= 0 && z < az) map[at] = x + ax * (y + ay * z);
      }
    }
  return map;
}

/** Labels of the atlas on the grid that the map was made for. */
export function warpLabels({ data }: Pick<LabelImage, 'data'>, map: VoxelMap): Uint8Array<ArrayBuffer> {
  const warped = new Uint8Array(map.length);
  for (let at = 0; at < map.length; at++) if (map[at] >= 0) warped[at] = data[map[at]];
  return warped;
}

/**
 * Finds the label nearest to a voxel of the atlas that has none, or a ventricle's: an affine leaves a cortical
 * infarct a few mm outside, and swelling moves tissue to where ventricles were. 0 where none is within `reachMm`.
 */
export class NearestLabel {
  readonly #labels: LabelImage;
  readonly #passedOver: Uint8Array;
  readonly #steps: readonly Vec3[];

  /** @param labels on voxels of 1 mm or so; `passedOver` is 1 for each label that does not count. */
  constructor(labels: LabelImage, passedOver: Uint8Array, reachMm: number) {
    this.#labels = labels;
    this.#passedOver = passedOver;
    this.#steps = stepsWithin(reachMm);
  }

  /** @param index into the atlas' data */
  at(index: number): number {
    const { data, shape } = this.#labels;
    const own = data[index];
    if (own !== 0 && this.#passedOver[own] === 0) return own;
    const [nx, ny, nz] = shape;
    const x = index % nx;
    const y = Math.floor(index / nx) % ny;
    const z = Math.floor(index / (nx * ny));
    for (const [dx, dy, dz] of this.#steps) {
      const [px, py, pz] = [x + dx, y + dy, z + dz];
      if (px < 0 || px >= nx || py < 0 || py >= ny || pz < 0 || pz >= nz) continue;
      const label = data[px + nx * (py + ny * pz)];
      if (label !== 0 && this.#passedOver[label] === 0) return label;
    }
    return 0;
  }
}

/** Nearest first; of equals in a fixed order. */
function stepsWithin(reach: number): Vec3[] {
  const steps: Vec3[] = [];
  const far = Math.floor(reach);
  for (let z = -far; z <= far; z++)
    for (let y = -far; y <= far; y++)
      for (let x = -far; x <= far; x++) if (x * x + y * y + z * z <= reach * reach) steps.push([x, y, z]);
  const squared = ([x, y, z]: Vec3) => x * x + y * y + z * z;
  return steps.sort((one, other) => squared(one) - squared(other));
}
