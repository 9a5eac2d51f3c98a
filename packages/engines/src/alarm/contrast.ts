import { voxelVolumeMl } from '@atoll/volume/affine';
import { labelComponents } from '@atoll/volume/components';
import type { Mask } from '@atoll/volume/volume';
import { type Coarse, eachVoxel, type Images } from './coarse.ts';
import type { OwnTissue } from './own-tissue.ts';

/** How a piece of a mask compares with the patient's own healthy tissue. */
export type Contrast = {
  readonly volumeMl: number;
  /** Mean DWI over that of the healthy tissue around; null where nothing was measured. */
  readonly dwiRatio: number | null;
  /** Mean ADC over the patient's typical one. */
  readonly adcRatio: number | null;
  /** Share of the piece that lies in the brain. */
  readonly inBrain: number;
};

export type Pieces = {
  /** Of each voxel, 0 outside the mask. */
  readonly labels: Int32Array;
  /** By label; the first is nothing. */
  readonly contrasts: readonly Contrast[];
};

/** The 26-connected pieces of a mask and the contrast of each. */
export function contrastsOf(mask: Mask, { dwi, adc }: Images, coarse: Coarse, own: OwnTissue): Pieces {
  const { labels, count, sizes } = labelComponents(mask.data, mask.shape, 26);
  const measured = new Float64Array(count + 1);
  const inside = new Float64Array(count + 1);
  const brightness = new Float64Array(count + 1);
  const diffusion = new Float64Array(count + 1);
  eachVoxel(coarse, mask.shape, (voxel, block) => {
    const label = labels[voxel];
    if (label === 0) return;
    inside[label] += own.brain[block];
    if (!(dwi[voxel] > 0 && dwi[voxel] < 1e30) || !(Math.abs(adc[voxel]) < 1e30)) return;
    measured[label]++;
    brightness[label] += dwi[voxel] / Math.exp(own.around[block]);
    diffusion[label] += adc[voxel];
  });
  const voxelMl = voxelVolumeMl(mask.affine);
  const contrasts = Array.from(sizes, (size, label): Contrast => {
    const n = measured[label];
    return {
      volumeMl: size * voxelMl,
      dwiRatio: n === 0 ? null : brightness[label] / n,
      adcRatio: n === 0 ? null : diffusion[label] / n / own.typicalAdc,
      inBrain: size === 0 ? 0 : inside[label] / size,
    };
  });
  return { labels, contrasts };
}
