import { writeNifti } from '@atoll/volume/nifti-write';
import type { Affine } from '@atoll/volume/volume';
import { expect, it } from 'vitest';
import { bring } from '../test/bring.ts';
import { headGrid, leftward, lesionMask, oblique } from '../test/head.ts';
import { gather } from './gather.ts';
import { thumbnail } from './thumbnail.ts';

const rightward: Affine = [
  [4, 0, 0, -78],
  [0, -4, 0, 98],
  [0, 0, -4, 58],
];

it.each([
  ['runs to the left', leftward],
  ['runs to the right, upside down', rightward],
  ['lies obliquely', oblique],
])('shows a lesion of the right side on its side, front up, where the grid %s', async (_, affine) => {
  const lesion = writeNifti(lesionMask({ shape: headGrid.shape, affine }), 'uint8');
  const { candidates } = await gather(bring({ 'm.nii': lesion }));
  for (const convention of ['radiological', 'neurological'] as const) {
    const { width, height, pixels } = await thumbnail(candidates[0], { convention, size: 50 });
    expect([width, height]).toEqual([40, 50]);
    const bright = [...pixels.keys()].filter((at) => pixels[at] > 200);
    expect(bright.length).toBeGreaterThan(10);
    const column = bright.reduce((sum, at) => sum + (at % width), 0) / bright.length;
    // The patient's right is on the left of a radiological picture.
    if (convention === 'radiological') expect(column).toBeLessThan(width / 2 - 3);
    else expect(column).toBeGreaterThan(width / 2 + 3);
  }
});
