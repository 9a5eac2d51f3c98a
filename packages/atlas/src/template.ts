import type { Grid } from '@atoll/volume/volume';
import type { Atlas } from './atlas.ts';
import { type Blocks, blocksOf, eachInBlocks, smoothBinomial } from './blocks.ts';

/** ADC over that of healthy tissue: ventricles; gaps between labels; what surrounds the brain and its sulci. */
const ventricleLevel = 3;
const gapLevel = 2;
const outsideLevel = 1.7;

/**
 * What a brain looks like on an ADC map, made from the labels of an atlas alone: tissue 1, ventricles 3, and CSF
 * around, smoothed; and its outline. On blocks of the atlas' grid, with axes along the world's.
 */
export type Template = {
  readonly grid: Grid;
  /** ADC and outline (0–1) in turn, for each block. */
  readonly values: Float32Array;
};

/** Makes the template at the given resolution, smoothed by about `sigmaMm`. */
export function makeTemplate(
  { grid, brain, ventricles, labels }: Atlas,
  edgeMm: number,
  sigmaMm: number,
): Template {
  const blocks = blocksOf(grid, edgeMm);
  const [adc, outline] = meansOf(blocks, grid, brain.data, ventricles.data, labels.structure.data);
  smoothBinomial(adc, blocks.grid, sigmaMm);
  smoothBinomial(outline, blocks.grid, sigmaMm);
  const values = new Float32Array(2 * adc.length);
  for (let at = 0; at < adc.length; at++) {
    values[2 * at] = adc[at];
    values[2 * at + 1] = outline[at];
  }
  return { grid: blocks.grid, values };
}

function meansOf(
  blocks: Blocks,
  { shape }: Grid,
  brain: Uint8Array,
  ventricles: Uint8Array,
  structures: Uint8Array,
): [Float32Array, Float32Array] {
  const { size, grid } = blocks;
  const share = 1 / (size[0] * size[1] * size[2]);
  const adc = new Float32Array(grid.shape[0] * grid.shape[1] * grid.shape[2]);
  const outline = new Float32Array(adc.length);
  eachInBlocks(blocks, shape, (voxel, block) => {
    if (brain[voxel] === 0) adc[block] += outsideLevel;
    else {
      outline[block] += 1;
      adc[block] += ventricles[voxel] === 1 ? ventricleLevel : structures[voxel] === 0 ? gapLevel : 1;
    }
  });
  for (let at = 0; at < adc.length; at++) {
    adc[at] *= share;
    outline[at] *= share;
  }
  return [adc, outline];
}

/** The middle of the template's brain, in world mm. */
export function centreOf({ grid, values }: Template): readonly [number, number, number] {
  const [a, b, c] = grid.affine;
  let [sum, x, y, z, at] = [0, 0, 0, 0, 0];
  for (let k = 0; k < grid.shape[2]; k++)
    for (let j = 0; j < grid.shape[1]; j++)
      for (let i = 0; i < grid.shape[0]; i++, at++) {
        const weight = values[2 * at + 1];
        sum += weight;
        x += weight * (a[0] * i + a[3]);
        y += weight * (b[1] * j + b[3]);
        z += weight * (c[2] * k + c[3]);
      }
  return [x / sum, y / sum, z / sum];
}
