import type { Vec3 } from '@atoll/volume/volume';
import { blocksWhere } from './blocks.ts';
import type { MidPlane } from './midplane.ts';
import { mirroredMaximum } from './mirror.ts';
import { averageTissue, type TissueBlocks } from './tissue.ts';

/** Neither kind of evidence outweighs the absence of the other without limit. */
const ceiling = { asymmetry: 8, adc: 4 };

/** What brightness and ADC are measured by. */
type Measure = {
  readonly sigma: number;
  readonly plane: MidPlane;
  readonly wideMm: number;
  /** Of healthy tissue, 10⁻⁶ mm²/s. */
  readonly normalAdc: number;
};

/**
 * The score of wide lesions, on blocks: brightness above the mirrored side in units of `sigma`, plus ADC
 * deficit in steps of 100·10⁻⁶ mm²/s, both averaged over the tissue around first. Cortex and noise level out,
 * so that a lesion too faint to stand out voxel by voxel does here.
 */
export function wideScore(
  tissue: TissueBlocks,
  background: Float32Array,
  { sigma, plane, wideMm, normalAdc }: Measure,
): Float32Array {
  const { blocks } = tissue;
  const above = tissue.log.map((value, at) => (tissue.filled[at] > 0 ? (value - background[at]) / sigma : 0));
  const bright = averageTissue(above, tissue, wideMm, 0);
  const adc = averageTissue(tissue.adc, tissue, wideMm, 2000);
  const inside = blocksWhere(adc, (value) => value < 2000);
  const reach: Vec3 = [1, 1, blocks.spacingMm[2] > 4.5 ? 0 : 1];
  const onBlocks = { ...plane, offsetMm: plane.offsetMm - centreShift(plane.normal, tissue) };
  const mirrored = mirroredMaximum(bright, { mask: inside, ...blocks }, onBlocks, { reach, absent: 0 });
  return mirrored.map((other, at) =>
    inside[at] === 0
      ? 0
      : Math.min(ceiling.asymmetry, bright[at] - Math.max(0, other)) +
        Math.min(ceiling.adc, (normalAdc - adc[at]) / 100),
  );
}

/** How far along the normal the first block's centre lies from the first voxel's. */
function centreShift(normal: Vec3, { blocks }: TissueBlocks): number {
  const half = (axis: number) => (blocks.spacingMm[axis] * (1 - 1 / blocks.factor[axis])) / 2;
  return normal[0] * half(0) + normal[1] * half(1) + normal[2] * half(2);
}
