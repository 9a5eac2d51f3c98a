import { DiffusionEngine } from '@atoll/engines/diffusion/engine';
import { runSegmentation } from '@atoll/engines/run';
import { compareMasks } from '@atoll/volume/metrics';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Affine, Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { realFile, realPairs, withoutRealData } from '../packages/volume/test/real-case.ts';

async function pair(name: string): Promise<{ readonly dwi: Volume; readonly adc: Volume }> {
  const { dwi, adc } = realPairs[name];
  return { dwi: await readNifti(await realFile(dwi)), adc: await readNifti(await realFile(adc)) };
}

const run = (dwi: Volume, adc: Volume) =>
  runSegmentation({
    engine: new DiffusionEngine(),
    files: { dwi: writeNifti(dwi, 'float32'), adc: writeNifti(adc, 'float32') },
  });

/** The voxels turned about along one index axis, and nothing said of it. */
function flipped({ shape, affine, data }: Volume, axis: 0 | 1 | 2): Volume {
  const out = new Float32Array(data.length);
  const place = (at: number) => {
    const index = [at % shape[0], Math.floor(at / shape[0]) % shape[1], Math.floor(at / shape[0] / shape[1])];
    index[axis] = shape[axis] - 1 - index[axis];
    return index[0] + shape[0] * (index[1] + shape[1] * index[2]);
  };
  for (let at = 0; at < data.length; at++) out[at] = data[place(at)];
  return { shape, affine, data: out };
}

function shifted(volume: Volume, byMm: number): Volume {
  const [x, y, z] = volume.affine;
  const affine: Affine = [x, y, [z[0], z[1], z[2], z[3] + byMm]];
  return { ...volume, affine };
}

describe.skipIf(withoutRealData)('a run of two images', () => {
  it.each([
    [0, 'mirrored (left-right)'],
    [2, 'mirrored (upside-down)'],
  ] as const)('refuses an ADC map that is turned about along axis %i, and names it', async (axis, words) => {
    const { dwi, adc } = await pair('isles');
    await expect(run(dwi, flipped(adc, axis))).rejects.toMatchObject({
      code: 'STUDY_ADC_IMPLAUSIBLE',
      message: expect.stringContaining(words),
    });
  });

  it('warns of an ADC map of another head, and refuses two images that were exchanged', async () => {
    const { dwi, adc } = await pair('isles');
    const other = await pair('openads');
    const { report } = await run(dwi, other.adc);
    expect(report.warnings).toContainEqual({
      code: 'ADC_MISMATCH',
      severity: 'serious',
      message: expect.stringContaining('another patient'),
    });
    await expect(run(adc, dwi)).rejects.toMatchObject({
      code: 'STUDY_ADC_IMPLAUSIBLE',
      message: expect.stringContaining('swapped'),
    });
  });

  it('marks the same where the ADC map lay displaced by 30 mm, and says that it moved it', async () => {
    const { dwi, adc } = await pair('isles');
    const [straight, mended] = await Promise.all([run(dwi, adc), run(dwi, shifted(adc, 30))]);
    expect(straight.report.warnings.map(({ code }) => code)).not.toContain('ADC_MOVED');
    expect(mended.report.warnings).toContainEqual({
      code: 'ADC_MOVED',
      severity: 'serious',
      message: expect.stringContaining('displaced by 30 mm'),
    });
    expect(compareMasks(mended.mask, straight.mask).dice).toBeGreaterThan(0.9);
  });
});
