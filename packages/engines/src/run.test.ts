import { scaling } from '@atoll/volume/affine';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Grid } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { DiffusionEngine } from './diffusion/engine.ts';
import type { Engine } from './engine.ts';
import { runSegmentation } from './run.ts';

const grid: Grid = { shape: [10, 10, 5], affine: scaling([-8, 8, 8]) };
const image = (value: number, on = grid) =>
  writeNifti({ ...on, data: new Float32Array(500).fill(value) }, 'float32');

/** Marks nothing, and could not measure the noise. */
const blind: Engine = {
  id: 'blind',
  version: '1',
  title: 'Blind',
  description: '',
  presets: [{ id: 'only', title: 'Only', description: '' }],
  options: [],
  stages: [],
  citations: [],
  availability: async () => ({ usable: true }),
  segment: async ({ dwi }) => ({
    mask: { shape: dwi.shape, affine: dwi.affine, data: new Uint8Array(dwi.data.length) },
    brain: null,
    warnings: [],
    quality: [
      {
        name: 'noise',
        label: 'Noise-to-signal ratio',
        value: Number.NaN,
        unit: null,
        normalRange: [0, 0.1],
      },
      { name: 'spread', label: 'Spread', value: 0.2, unit: null, normalRange: null },
    ],
    parameters: {},
  }),
};

describe('the run of a case', () => {
  it('warns of a figure that could not be measured, for no number says it', async () => {
    const { report } = await runSegmentation({ engine: blind, files: { dwi: image(100), adc: image(800) } });
    expect(report.quality.map(({ value }) => value)).toEqual([null, 0.2]);
    expect(report.warnings).toContainEqual({
      code: 'QUALITY_UNMEASURED',
      severity: 'caution',
      message: expect.stringContaining('Noise-to-signal ratio'),
    });
  });

  it('says that no infarct is as large as a mask that takes up most of the brain', async () => {
    const marking = (voxels: number): Engine => ({
      ...blind,
      segment: async ({ dwi }) => {
        const mask = { shape: dwi.shape, affine: dwi.affine, data: new Uint8Array(500).fill(1, 0, voxels) };
        const brain = { ...mask, data: new Uint8Array(500).fill(1, 0, 400) };
        return { mask, brain, warnings: [], quality: [], parameters: {} };
      },
    });
    const warned = async (voxels: number) => {
      const files = { dwi: image(100), adc: image(800) };
      const { report } = await runSegmentation({ engine: marking(voxels), files });
      return report.warnings.filter(({ code }) => code === 'MASK_COVERS_BRAIN');
    };
    expect(await warned(200)).toEqual([]);
    expect(await warned(300)).toEqual([
      {
        code: 'MASK_COVERS_BRAIN',
        severity: 'serious',
        message: expect.stringContaining('75 % of the brain'),
      },
    ]);
  });

  it.each([
    ['voxels a billionth of a millimetre apart', [1e-9, 8, 8], 'IMAGE_IMPLAUSIBLE_SPACING'],
    ['the size of a crumb', [0.5, 0.5, 0.5], 'IMAGE_IMPLAUSIBLE_SIZE'],
  ] as const)('does not begin with an image of %s', async (_what, spacing, code) => {
    const odd = image(100, { ...grid, affine: scaling(spacing) });
    for (const files of [
      { dwi: odd, adc: image(800) },
      { dwi: image(100), adc: odd },
      { dwi: image(100), adc: image(800), flair: odd },
    ]) {
      await expect(runSegmentation({ engine: new DiffusionEngine(), files })).rejects.toMatchObject({ code });
    }
  });
});
