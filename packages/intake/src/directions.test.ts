import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { bring, type Files, proposalFor } from '../test/bring.ts';
import { headGrid, oblique, signalHead } from '../test/head.ts';
import { assemble } from './assemble.ts';
import { gather } from './gather.ts';
import { propose } from './propose.ts';
import { traceOf } from './trace.ts';

const nii = (volume: Volume) => writeNifti(volume, 'float32');
const axes = ['x', 'y', 'z'] as const;
const directions = axes.map((_, axis) => signalHead(1000, headGrid, axis === 0 ? 0 : axis === 1 ? 1 : 2));
const files: Files = {
  'scan/b0.nii': nii(signalHead(0)),
  ...Object.fromEntries(axes.map((axis, at) => [`scan/dwi_b1000_${axis}.nii`, nii(directions[at])])),
};

describe('directions that lie in files of their own', () => {
  it('are one image, and their geometric mean is the DWI', async () => {
    const found = await proposalFor(files);
    expect(found).toMatchObject({ dwi: 'scan/dwi_b1000 (3 directions)', b0: 'scan/b0', bValue: 1000 });
    expect(found.candidates).toHaveLength(2);
    const { candidates } = await gather(bring(files));
    const { choice } = propose(candidates);
    if (choice === null) throw new Error('no choice');
    const made = await assemble(candidates, choice);
    expect(made.derivation[0]).toContain('the geometric mean of 3 volumes');
    const trace = await traceOf(
      (async function* () {
        yield* directions;
      })(),
    );
    const { affine, data } = await readNifti(made.dwi);
    expect(affine).toEqual(trace.affine);
    for (const [at, value] of trace.data.entries()) expect(data[at]).toBeCloseTo(value, 3);
  });

  it.each<[string, Files]>([
    ['are only two', { 'd_b1000_1.nii': nii(directions[0]), 'd_b1000_2.nii': nii(directions[1]) }],
    [
      'lie in different folders',
      Object.fromEntries(axes.map((axis, at) => [`${axis}/dwi_b1000_1.nii`, nii(directions[at])])),
    ],
    [
      'are on different grids',
      {
        'd_b1000_1.nii': nii(directions[0]),
        'd_b1000_2.nii': nii(directions[1]),
        'd_b1000_3.nii': nii(signalHead(1000, { ...headGrid, affine: oblique })),
      },
    ],
    [
      'have different b-values',
      Object.fromEntries([500, 1000, 2000].map((b, at) => [`d_b${b}_${at}.nii`, nii(directions[at])])),
    ],
    [
      'are trace images already',
      Object.fromEntries(axes.map((_, at) => [`trace_b1000_${at}.nii`, nii(directions[at])])),
    ],
  ])('are left alone when they %s', async (_, brought) => {
    const { candidates } = await gather(bring(brought));
    expect(candidates).toHaveLength(Object.keys(brought).length);
  });
});
