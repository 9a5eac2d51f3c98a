import { readNifti } from '@atoll/volume/nifti-read';
import type { Affine, Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { lasGrid, leftInfarct, makeHead, obliqueGrid } from '../../test/head.ts';
import { stage } from './staging.ts';
import { planTask } from './task.ts';

const head = makeHead(lasGrid, [leftInfarct]);
const taskOf = (hasFlair: boolean, options: readonly string[] = []) =>
  planTask({ preset: 'auto', options, hasFlair }).task;
const fileOf = async (files: ReadonlyMap<string, Uint8Array>, name: string) =>
  readNifti(files.get(name) ?? new Uint8Array());

/** The volume with air around it: so many voxels more at the end of its first axis. */
function widen(volume: Volume, by: number): Volume {
  const [nx, ny, nz] = volume.shape;
  const data = new Float32Array((nx + by) * ny * nz);
  for (let row = 0; row < ny * nz; row++) {
    data.set(volume.data.subarray(row * nx, (row + 1) * nx), row * (nx + by));
  }
  return { shape: [nx + by, ny, nz], affine: volume.affine, data };
}

describe('the images for DeepISLES', () => {
  it('are DWI and ADC on one and the same grid, to the last bit of the affine, as float32', async () => {
    const other = makeHead(obliqueGrid, [leftInfarct]);
    const { files, warnings } = await stage({ dwi: other.dwi, adc: head.adc }, taskOf(false));
    expect([...files.keys()]).toEqual(['dwi.nii.gz', 'adc.nii.gz']);
    const [dwi, adc] = [await fileOf(files, 'dwi.nii.gz'), await fileOf(files, 'adc.nii.gz')];
    expect(adc.affine).toEqual(dwi.affine);
    expect(adc.shape).toEqual(dwi.shape);
    expect([dwi.header.voxelType.bytes, adc.header.voxelType.bytes]).toEqual([4, 4]);
    expect(warnings.map(({ code }) => code)).toContain('ADC_RESAMPLED');
  });

  it.each([1e-3, 1, 10, 1000])('have ADC in 10⁻³ mm²/s, whatever it came in (times %f)', async (times) => {
    const adc = { ...head.adc, data: head.adc.data.map((value) => value * times) };
    const { files, adcUnitFactor } = await stage({ dwi: head.dwi, adc }, taskOf(false));
    const staged = await fileOf(files, 'adc.nii.gz');
    for (const at of [70_000, 100_000, 120_000]) expect(staged.data[at]).toBeCloseTo(head.adc.data[at], 4);
    expect(adcUnitFactor * times).toBeCloseTo(1000, 6);
  });

  it('hold no NaN, no infinity and nothing negative', async () => {
    const dirty = (volume: Volume) => {
      const data = volume.data.slice();
      data.set([Number.NaN, Number.POSITIVE_INFINITY, -5, -0.001], 1000);
      return { ...volume, data };
    };
    const study = { dwi: dirty(head.dwi), adc: dirty(head.adc), flair: dirty(head.dwi) };
    const { files } = await stage(study, taskOf(true));
    for (const name of files.keys()) {
      const { data } = await fileOf(files, name);
      expect(data.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
    }
    // The study itself is another's.
    expect(study.dwi.data[1000]).toBeNaN();
  });

  it('keep the FLAIR as it is, on its own grid, and only where it is used', async () => {
    const flair = makeHead(obliqueGrid, []).dwi;
    const { files } = await stage({ ...head, flair }, taskOf(true));
    const staged = await fileOf(files, 'flair.nii.gz');
    expect(staged.shape).toEqual(flair.shape);
    expect(staged.data).toEqual(flair.data);
    const fast = planTask({ preset: 'fast', options: [], hasFlair: true }).task;
    expect([...(await stage({ ...head, flair }, fast)).files.keys()]).toEqual(['dwi.nii.gz', 'adc.nii.gz']);
  });

  it('of 256 mm and more lose the air around the head, and nothing of the head', async () => {
    // 60 voxels of 3 mm become 86: 258 mm.
    const wide = { dwi: widen(head.dwi, 26), adc: widen(head.adc, 26) };
    const { files, grid, warnings } = await stage(wide, taskOf(false));
    expect(grid.shape).toEqual([85, 70, 50]);
    expect(warnings.map(({ code }) => code)).toContain('FIELD_CUT');
    const dwi = await fileOf(files, 'dwi.nii.gz');
    const sum = (data: Float32Array) => data.reduce((all, value) => all + value, 0);
    expect(sum(dwi.data) / sum(head.dwi.data)).toBeCloseTo(1, 5);
    // 255 mm are taken as they are.
    const just = await stage({ dwi: widen(head.dwi, 25), adc: widen(head.adc, 25) }, taskOf(false));
    expect(just.warnings.map(({ code }) => code)).not.toContain('FIELD_CUT');
  });

  it('are refused where the head itself is too long for DeepISLES, or the axes are not at right angles', async () => {
    const stretched: Affine = [
      [-3, 0, 0, 88.5],
      [0, 6, 0, -207],
      [0, 0, 3, -73.5],
    ];
    const long = { dwi: { ...head.dwi, affine: stretched }, adc: { ...head.adc, affine: stretched } };
    await expect(stage(long, taskOf(false))).rejects.toMatchObject({ code: 'STUDY_UNFIT' });
    const sheared: Affine = [
      [-3, 1, 0, 88.5],
      [0, 3, 0, -103.5],
      [0, 0, 3, -73.5],
    ];
    const askew = { dwi: { ...head.dwi, affine: sheared }, adc: head.adc };
    await expect(stage(askew, taskOf(false))).rejects.toThrow('orthogonal');
  });

  it('of a whole head come with a warning, unless the skull is to be stripped', async () => {
    const whole = makeHead(lasGrid, [leftInfarct], { scalp: true });
    const codes = async (options: readonly string[]) =>
      (await stage({ ...whole, flair: whole.dwi }, taskOf(true, options))).warnings.map(({ code }) => code);
    expect(await codes([])).toContain('NOT_STRIPPED');
    expect(await codes(['skull-strip'])).not.toContain('NOT_STRIPPED');
  });
});
