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

/** Means over blocks, before they are smoothed: what templates of several resolutions are made from. */
type Means = { readonly grid: Grid; readonly adc: Float32Array; readonly outline: Float32Array };

/**
 * Makes templates of several resolutions.
 * @param resolutions edge of the blocks, and by how much they are smoothed; the first one the finest.
 */
export function makeTemplates(
  atlas: Atlas,
  resolutions: readonly { readonly edgeMm: number; readonly sigmaMm: number }[],
): Template[] {
  // From the atlas' own voxels once alone: there are millions of them.
  const finest = meansOf(atlas, resolutions[0].edgeMm);
  return resolutions.map(({ edgeMm, sigmaMm }) => {
    const blocks = blocksOf(finest.grid, edgeMm);
    const [adc, outline] = [finest.adc, finest.outline].map((values) => {
      const coarser = coarsened(values, finest.grid, blocks);
      smoothBinomial(coarser, blocks.grid, sigmaMm);
      return coarser;
    });
    const values = new Float32Array(2 * adc.length);
    for (let at = 0; at < adc.length; at++) {
      values[2 * at] = adc[at];
      values[2 * at + 1] = outline[at];
    }
    return { grid: blocks.grid, values };
  });
}

function meansOf({ grid, brain, ventricles, labels }: Atlas, edgeMm: number): Means {
  const blocks = blocksOf(grid, edgeMm);
  const share = 1 / voxelsOf(blocks);
  const adc = new Float32Array(blockCount(blocks));
  const outline = new Float32Array(adc.length);
  const structures = labels.structure.data;
  eachInBlocks(blocks, grid.shape, (voxel, block) => {
    if (brain.data[voxel] === 0) adc[block] += outsideLevel;
    else {
      outline[block] += 1;
      adc[block] += ventricles.data[voxel] === 1 ? ventricleLevel : structures[voxel] === 0 ? gapLevel : 1;
    }
  });
  for (let at = 0; at < adc.length; at++) {
    adc[at] *= share;
    outline[at] *= share;
  }
  return { grid: blocks.grid, adc, outline };
}

function coarsened(values: Float32Array, { shape }: Grid, blocks: Blocks): Float32Array {
  const means = new Float32Array(blockCount(blocks));
  const share = 1 / voxelsOf(blocks);
  eachInBlocks(blocks, shape, (voxel, block) => {
    means[block] += values[voxel] * share;
  });
  return means;
}

const voxelsOf = ({ size }: Blocks) => size[0] * size[1] * size[2];
const blockCount = ({ grid: { shape } }: Blocks) => shape[0] * shape[1] * shape[2];

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
