import type { Vec3 } from '@atoll/volume/volume';

/** A coarser grid whose voxels are whole blocks of a finer one. */
export type Blocks = {
  /** Fine voxels per block along each axis. */
  readonly factor: Vec3;
  readonly shape: Vec3;
  readonly spacingMm: Vec3;
};

/** Blocks of about `targetMm`; axes that are already coarser stay as they are. */
export function blocksOf(shape: Vec3, spacingMm: Vec3, targetMm: number): Blocks {
  const factor = (axis: number) => Math.max(1, Math.min(shape[axis], Math.round(targetMm / spacingMm[axis])));
  const f: Vec3 = [factor(0), factor(1), factor(2)];
  return {
    factor: f,
    shape: [Math.ceil(shape[0] / f[0]), Math.ceil(shape[1] / f[1]), Math.ceil(shape[2] / f[2])],
    spacingMm: [spacingMm[0] * f[0], spacingMm[1] * f[1], spacingMm[2] * f[2]],
  };
}

export function blockCount({ shape }: Blocks): number {
  return shape[0] * shape[1] * shape[2];
}

/** 1 for each block of which it holds. */
export function blocksWhere(
  values: Float32Array,
  holds: (value: number, block: number) => boolean,
): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(values.length);
  for (let at = 0; at < mask.length; at++) if (holds(values[at], at)) mask[at] = 1;
  return mask;
}

/** Adds up each block's values where `mask` ≠ 0 (everywhere without one). */
export function blockSums(
  data: Float32Array | Uint8Array,
  shape: Vec3,
  blocks: Blocks,
  mask?: Uint8Array,
): Float32Array {
  const sums = new Float32Array(blockCount(blocks));
  const column = columnsOf(shape, blocks);
  eachRow(shape, blocks, (start, block) => {
    for (let x = 0; x < shape[0]; x++)
      if (mask === undefined || mask[start + x] !== 0) sums[block + column[x]] += data[start + x];
  });
  return sums;
}

/** The mean of each block over the voxels of the mask, 0 where it has none, and the fraction inside it. */
export function blockMeans(
  data: Float32Array,
  mask: Uint8Array,
  shape: Vec3,
  blocks: Blocks,
): { means: Float32Array; filled: Float32Array } {
  const means = blockSums(data, shape, blocks, mask);
  const filled = blockSums(mask, shape, blocks);
  const whole = blocks.factor[0] * blocks.factor[1] * blocks.factor[2];
  for (let at = 0; at < means.length; at++) {
    if (filled[at] > 0) means[at] /= filled[at];
    filled[at] /= whole;
  }
  return { means, filled };
}

/** Each fine voxel gets its block's value. */
export function spreadMask(coarse: Uint8Array, shape: Vec3, blocks: Blocks): Uint8Array {
  const out = new Uint8Array(shape[0] * shape[1] * shape[2]);
  eachRow(shape, blocks, (start, block) => {
    for (let b = 0, x = 0; x < shape[0]; b++, x += blocks.factor[0])
      if (coarse[block + b] !== 0) out.fill(1, start + x, start + Math.min(shape[0], x + blocks.factor[0]));
  });
  return out;
}

/** Trilinear interpolation between the blocks' centres, held constant beyond the outermost ones. */
export function interpolateBlocks(coarse: Float32Array, shape: Vec3, blocks: Blocks): Float32Array {
  const [cx, cy] = blocks.shape;
  const along = ([0, 1, 2] as const).map((axis) =>
    places(shape[axis], blocks.factor[axis], blocks.shape[axis]),
  );
  const out = new Float32Array(shape[0] * shape[1] * shape[2]);
  const line = new Float32Array(cx + 1);
  const { low: xLow, weight: xWeight } = along[0];
  let at = 0;
  for (let z = 0; z < shape[2]; z++) {
    const z0 = along[2].low[z];
    const fz = along[2].weight[z];
    const z1 = fz > 0 ? z0 + 1 : z0;
    for (let y = 0; y < shape[1]; y++) {
      const y0 = along[1].low[y];
      const fy = along[1].weight[y];
      const y1 = fy > 0 ? y0 + 1 : y0;
      const r00 = cx * (y0 + cy * z0);
      const r10 = cx * (y1 + cy * z0);
      const r01 = cx * (y0 + cy * z1);
      const r11 = cx * (y1 + cy * z1);
      const w00 = (1 - fy) * (1 - fz);
      const w10 = fy * (1 - fz);
      const w01 = (1 - fy) * fz;
      const w11 = fy * fz;
      for (let b = 0; b < cx; b++)
        line[b] =
          w00 * coarse[r00 + b] + w10 * coarse[r10 + b] + w01 * coarse[r01 + b] + w11 * coarse[r11 + b];
      line[cx] = line[cx - 1];
      for (let x = 0; x < shape[0]; x++) {
        const low = line[xLow[x]];
        out[at++] = low + xWeight[x] * (line[xLow[x] + 1] - low);
      }
    }
  }
  return out;
}

function places(count: number, factor: number, blocks: number): { low: Int32Array; weight: Float64Array } {
  const low = new Int32Array(count);
  const weight = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    const place = Math.min(blocks - 1, Math.max(0, (n + 0.5) / factor - 0.5));
    low[n] = Math.floor(place);
    weight[n] = place - low[n];
  }
  return { low, weight };
}

/** Which block of its row each fine voxel of a row lies in. */
export function columnsOf([nx]: Vec3, { factor }: Blocks): Int32Array {
  return new Int32Array(nx).map((_, x) => Math.floor(x / factor[0]));
}

/** Calls `visit` with the start of every fine row and of the row of blocks that it lies in. */
export function eachRow(shape: Vec3, blocks: Blocks, visit: (start: number, block: number) => void): void {
  const [nx, ny, nz] = shape;
  const [cx, cy] = blocks.shape;
  for (let z = 0; z < nz; z++) {
    const cz = Math.floor(z / blocks.factor[2]);
    for (let y = 0; y < ny; y++) visit(nx * (y + ny * z), cx * (Math.floor(y / blocks.factor[1]) + cy * cz));
  }
}
