import { AtollError } from '@atoll/errors/error';
import { transformPoint } from '@atoll/volume/affine';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Grid, Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { bring, type Files } from '../test/bring.ts';
import { adcHead, headGrid, leftward, nifti4d, oblique, signalHead } from '../test/head.ts';
import { adcOf } from './adc.ts';
import { assemble } from './assemble.ts';
import type { Choice } from './choice.ts';
import { gather } from './gather.ts';
import { propose } from './propose.ts';
import { traceOf } from './trace.ts';

const nii = (volume: Volume) => writeNifti(volume, 'float32');
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof AtollError ? error.code : String(error)),
  );

async function assembled(files: Files, change: (choice: Choice) => Choice = (choice) => choice) {
  const { candidates } = await gather(bring(files));
  const { choice } = propose(candidates);
  if (choice === null) throw new Error('nothing was proposed');
  const { dwi, adc, derivation } = await assemble(candidates, change(choice));
  return { dwi: await readNifti(dwi), adc: await readNifti(adc), derivation, dwiFile: dwi };
}

/** Median of the values whose world place lies within 6 mm of a point. */
function near({ data, shape, affine }: Volume, point: readonly [number, number, number]): number {
  const values: number[] = [];
  const [nx, ny, nz] = shape;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const [x, y, z] = transformPoint(affine, [i, j, k]);
        if (Math.hypot(x - point[0], y - point[1], z - point[2]) < 6) {
          values.push(data[i + nx * (j + ny * k)]);
        }
      }
  return values.sort((a, b) => a - b)[values.length >> 1];
}

const lesion = [35, 5, 5] as const;
const otherSide = [-35, 5, 5] as const;

describe('a case made of a diffusion series', () => {
  it.each([
    ['whose first axis runs to the left', leftward],
    ['on an oblique grid', oblique],
  ])('%s has its trace and ADC where they were, the lesion on its side', async (_, affine) => {
    const grid: Grid = { shape: headGrid.shape, affine };
    const directions = ([0, 1, 2] as const).map((direction) => signalHead(1000, grid, direction));
    const { dwi, adc, derivation } = await assembled({
      'dti.nii': nifti4d([signalHead(0, grid), ...directions]),
      'dti.bval': '0 1000 1000 1000',
    });
    expect(dwi.affine.flat().map((n) => n.toFixed(3))).toEqual(affine.flat().map((n) => n.toFixed(3)));
    expect(near(adc, otherSide)).toBeCloseTo(0.8, 1);
    expect(near(adc, lesion)).toBeCloseTo(0.4, 1);
    expect(near(dwi, lesion)).toBeGreaterThan(1.4 * near(dwi, otherSide));
    expect(derivation[0]).toContain('geometric mean of 3 volumes');
    expect(derivation[1]).toContain('ln(b0/DWI)/b with b = 1000 s/mm²');
  });

  it('keeps an image of one volume as it is, less its text fields', async () => {
    const file = nii(signalHead(1000));
    file.set(new TextEncoder().encode('MUSTERMANN'), 148);
    const { dwi, dwiFile } = await assembled({ 'dwi.nii': file, 'adc.nii': nii(adcHead(1e6)) });
    expect(dwi.data).toEqual(signalHead(1000).data);
    expect(new TextDecoder('latin1').decode(dwiFile)).not.toContain('MUSTER');
    expect(dwi.header.sform.code).toBe(1);
  });

  it('does not claim to know the side where no header says it', async () => {
    const series = nifti4d([0, 1000, 1000, 1000].map((b) => signalHead(b)));
    const view = new DataView(series.buffer);
    for (const codeAt of [252, 254]) view.setInt16(codeAt, 0, true);
    const { dwi } = await assembled({ 'dwi.nii': series, 'dwi.bval': '0 1000 1000 1000' });
    expect(dwi.header.affineFrom).toBe('pixdim');
  });

  it('resamples a b0 that lies on another grid of the same head', async () => {
    const other: Grid = { shape: [50, 60, 30], affine: oblique };
    const { adc, derivation } = await assembled({
      'b1000.nii': nii(signalHead(1000)),
      'b0.nii': nii(signalHead(0, other)),
    });
    expect(adc.shape).toEqual(headGrid.shape);
    expect(near(adc, otherSide)).toBeCloseTo(0.8, 1);
    expect(derivation.join(' ')).toContain('resampled onto the grid of the DWI');
  });

  it('does what the reader corrects, and refuses what cannot be', async () => {
    const files = { 'b1000.nii': nii(signalHead(1000)), 'b0.nii': nii(signalHead(0)) };
    const withB = (bValue: number | null) => (choice: Choice) => ({
      ...choice,
      adc:
        'computedFrom' in choice.adc ? { computedFrom: { ...choice.adc.computedFrom, bValue } } : choice.adc,
    });
    expect(near((await assembled(files, withB(2000))).adc, otherSide)).toBeCloseTo(0.4, 1);
    expect(await code(assembled(files, withB(null)))).toBe('INTAKE_B_VALUE_NEEDED');
    expect(await code(assembled(files, withB(1)))).toBe('INTAKE_B_VALUE_IMPLAUSIBLE');
    const nobody = (choice: Choice) => ({ ...choice, dwi: { candidateId: 'i9', volumes: [0] } });
    expect(await code(assembled(files, nobody))).toBe('INTAKE_CHOICE_INVALID');
    const beyond = (choice: Choice) => ({ ...choice, dwi: { ...choice.dwi, volumes: [1] } });
    expect(await code(assembled(files, beyond))).toBe('INTAKE_CHOICE_INVALID');
  });
});

const tiny = (...values: number[]): Volume => ({
  shape: [values.length, 1, 1],
  affine: leftward,
  data: Float32Array.from(values),
});

describe('a trace', () => {
  it('is the geometric mean; a zero in one direction makes no hole, and air stays 0', async () => {
    async function* directions() {
      yield tiny(2, 0, 0, Number.NaN, -3);
      yield tiny(8, 4, 0, 4, 4);
    }
    const { data } = await traceOf(directions());
    expect([...data].map((value) => Number(value.toFixed(3)))).toEqual([4, 2.828, 0, 2.828, 2.828]);
  });
});

describe('an ADC', () => {
  it('is guarded: no infinity, nothing negative, nothing of air or NaN', () => {
    const b0 = tiny(100, 0, 100, Number.NaN, 100, 100, Number.POSITIVE_INFINITY, -5);
    const dwi = tiny(45, 10, 0, 10, 150, 1e-9, 10, -3);
    const adc = [...adcOf(b0, dwi, 1000).data].map((value) => Number(value.toFixed(4)));
    expect(adc).toEqual([0.7985, 0, 0, 0, 0, 5, 0, 0]);
  });
});
