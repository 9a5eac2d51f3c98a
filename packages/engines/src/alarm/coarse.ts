import { spacingMm as spacingOf } from '@atoll/volume/affine';
import type { Grid, Vec3 } from '@atoll/volume/volume';

/** Edge of a block: small enough for a lesion of 1 mL to be several of them, large enough to be without noise. */
const blockMm = 4;

/** DWI and ADC, voxel by voxel on the DWI's grid. */
export type Images = Grid & { readonly dwi: Float32Array; readonly adc: Float32Array };

/** A coarser grid over an image: whole blocks of its voxels, in the image's own order. */
export type Coarse = {
  readonly shape: Vec3;
  /** Voxels per block along each axis. */
  readonly factor: Vec3;
  readonly spacingMm: Vec3;
  readonly blockMl: number;
  /** Mean DWI of the block's voxels that hold both a signal and an ADC. */
  readonly signal: Float32Array;
  /** Mean ADC of the same, in the map's own unit; noise about zero stays about zero. */
  readonly adc: Float32Array;
  /** Standard deviation of the ADC over its mean, within the block and, where that has few voxels, around it. */
  readonly roughness: Float32Array;
  /** Share of the block's voxels that hold both. */
  readonly filled: Float32Array;
};

/** Blocks with fewer voxels than this ask their neighbours in the plane how rough the ADC is. */
const fewVoxels = 6;

/** Averages DWI and ADC over blocks of about 4 mm. */
export function coarsen({ dwi, adc, shape, affine }: Images): Coarse {
  const voxelMm = spacingOf(affine);
  const per = (axis: 0 | 1 | 2) => Math.max(1, Math.min(shape[axis], Math.round(blockMm / voxelMm[axis])));
  const factor: Vec3 = [per(0), per(1), per(2)];
  const size: Vec3 = [
    Math.ceil(shape[0] / factor[0]),
    Math.ceil(shape[1] / factor[1]),
    Math.ceil(shape[2] / factor[2]),
  ];
  const spacing: Vec3 = [voxelMm[0] * factor[0], voxelMm[1] * factor[1], voxelMm[2] * factor[2]];
  const count = size[0] * size[1] * size[2];
  const voxels = new Float32Array(count);
  const signal = new Float32Array(count);
  const sum = new Float64Array(count);
  const squares = new Float64Array(count);
  eachVoxel({ shape: size, factor }, shape, (at, block) => {
    const brightness = dwi[at];
    const diffusion = adc[at];
    // Zero is no measurement in either image; neither is what a division by zero left.
    if (!(brightness > 0 && brightness < 1e30) || diffusion === 0 || !(Math.abs(diffusion) < 1e30)) return;
    voxels[block]++;
    signal[block] += brightness;
    sum[block] += diffusion;
    squares[block] += diffusion * diffusion;
  });
  const coarse = {
    shape: size,
    factor,
    spacingMm: spacing,
    blockMl: (spacing[0] * spacing[1] * spacing[2]) / 1000,
    signal,
    adc: new Float32Array(count),
    roughness: roughnessOf(voxels, sum, squares, size),
    filled: voxels.map((n) => n / (factor[0] * factor[1] * factor[2])),
  };
  for (let block = 0; block < count; block++) {
    if (voxels[block] === 0) continue;
    signal[block] /= voxels[block];
    coarse.adc[block] = sum[block] / voxels[block];
  }
  return coarse;
}

/** Infinite where there are no voxels, or where their mean is not above zero. */
function roughnessOf(
  voxels: Float32Array,
  sum: Float64Array,
  squares: Float64Array,
  [nx, ny, nz]: Vec3,
): Float32Array {
  const out = new Float32Array(voxels.length).fill(Number.POSITIVE_INFINITY);
  for (let z = 0, at = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, at++) {
        if (voxels[at] === 0) continue;
        let [n, s, q] = [voxels[at], sum[at], squares[at]];
        if (n < fewVoxels) {
          [n, s, q] = [0, 0, 0];
          for (let v = Math.max(0, y - 1); v <= Math.min(ny - 1, y + 1); v++)
            for (let u = Math.max(0, x - 1); u <= Math.min(nx - 1, x + 1); u++) {
              const to = u + nx * (v + ny * z);
              n += voxels[to];
              s += sum[to];
              q += squares[to];
            }
        }
        const mean = s / n;
        if (mean > 0) out[at] = Math.sqrt(Math.max(0, q / n - mean * mean)) / mean;
      }
  return out;
}

/** Calls `visit` with every voxel and the block that it lies in, in storage order. */
export function eachVoxel(
  { shape: size, factor }: Pick<Coarse, 'shape' | 'factor'>,
  [nx, ny, nz]: Vec3,
  visit: (voxel: number, block: number) => void,
): void {
  const column = Int32Array.from({ length: nx }, (_, x) => Math.floor(x / factor[0]));
  for (let z = 0, at = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      const row = size[0] * (Math.floor(y / factor[1]) + size[1] * Math.floor(z / factor[2]));
      for (let x = 0; x < nx; x++, at++) visit(at, row + column[x]);
    }
}

/** Each voxel gets the value of its block. */
export function spread(blocks: Uint8Array, coarse: Coarse, shape: Vec3): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(shape[0] * shape[1] * shape[2]);
  eachVoxel(coarse, shape, (voxel, block) => {
    out[voxel] = blocks[block];
  });
  return out;
}
