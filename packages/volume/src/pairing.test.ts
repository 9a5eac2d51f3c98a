import { describe, expect, it } from 'vitest';
import { realFile, realPairs, withoutRealData } from '../test/real-case.ts';
import { compose, scaling } from './affine.ts';
import { moved } from './coarse.ts';
import { readNifti } from './nifti-read.ts';
import { judgePairing } from './pairing.ts';
import type { Affine, Vec3, Volume } from './volume.ts';

type Pair = { readonly dwi: Volume; readonly adc: Volume };

async function pair(name: string): Promise<Pair> {
  const { dwi, adc } = realPairs[name];
  return { dwi: await readNifti(await realFile(dwi)), adc: await readNifti(await realFile(adc)) };
}

/** The voxels in reverse order along one index axis, the affine as it was. */
function flippedAlong(volume: Volume, axis: number): Volume {
  const { shape, data } = volume;
  const [nx, ny, nz] = shape;
  const out = new Float32Array(data.length);
  const index = (n: number, i: number, along: number) => (axis === along ? n - 1 - i : i);
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        out[i + nx * (j + ny * k)] = data[index(nx, i, 0) + nx * (index(ny, j, 1) + ny * index(nz, k, 2))];
      }
  return { ...volume, data: out };
}

function displaced(volume: Volume, byMm: Vec3): Volume {
  return { ...volume, affine: moved(volume.affine, byMm) };
}

/** The greatest distance of two affines' entries. */
function apart(one: Affine, other: Affine): number {
  return Math.max(...one.flat().map((entry, at) => Math.abs(entry - other.flat()[at])));
}

const names = Object.keys(realPairs);

describe.skipIf(withoutRealData)('whether an ADC map belongs to a DWI', () => {
  it.each(names)('is never doubted where it does: %s', async (name) => {
    const { dwi, adc } = await pair(name);
    expect(judgePairing(dwi, adc)).toMatchObject({ relation: 'as-given' });
  });

  it.each(names)('is told although the two were exchanged: %s', async (name) => {
    const { dwi, adc } = await pair(name);
    expect(judgePairing(adc, dwi)).toMatchObject({ relation: 'swapped' });
  });

  it.each([
    ['isles', ['left-right', 'front-back', 'upside-down']],
    ['openads', ['left-right', 'front-back', 'upside-down']],
    // Its first index runs from front to back, its third from left to right.
    ['sie_sag', ['front-back', 'upside-down', 'left-right']],
  ])('says along which axis it was mirrored, and undoes it: %s', async (name, axes) => {
    const { dwi, adc } = await pair(name);
    for (const [axis, expected] of axes.entries()) {
      const pairing = judgePairing(dwi, flippedAlong(adc, axis));
      expect(pairing).toMatchObject({ relation: 'mirrored', axes: [expected] });
      if (pairing.relation !== 'mirrored') continue;
      const back: Affine = compose(adc.affine, reversed(adc.shape, axis));
      expect(apart(pairing.affine, back)).toBeLessThan(0.01);
    }
  });

  it.each(['openads', 'isles', 'sie_sag', 'uih'])(
    'says how far off its header places it: %s',
    async (name) => {
      const { dwi, adc } = await pair(name);
      for (const byMm of [
        [45, 0, 0],
        [0, -300, 0],
        [0, 0, 6],
      ] as const) {
        const pairing = judgePairing(dwi, displaced(adc, byMm));
        expect(pairing.relation).toBe('shifted');
        if (pairing.relation !== 'shifted') continue;
        expect(apart(pairing.affine, adc.affine)).toBeLessThan(1.5);
      }
    },
  );

  it('is found voxel by voxel where the header’s directions are of no use', async () => {
    const { dwi, adc } = await pair('isles');
    const pairing = judgePairing(dwi, { ...adc, affine: scaling([1, 1, 1]) });
    expect(pairing).toMatchObject({ relation: 'by-index', affine: dwi.affine });
  });

  it('is found where its world has the other handedness', async () => {
    const { dwi, adc } = await pair('volunteer');
    const [x, y, z] = adc.affine;
    const negated: Affine = [[-x[0], -x[1], -x[2], -x[3]], y, z];
    expect(judgePairing(dwi, { ...adc, affine: negated })).toMatchObject({
      relation: 'mirrored',
      axes: ['left-right'],
    });
  });

  it('is denied of every other head, laid over it by its header or voxel by voxel', async () => {
    const pairs = await Promise.all(names.map(pair));
    for (const [one, { dwi }] of pairs.entries()) {
      const { adc } = pairs[(one + 3) % pairs.length];
      if (one % 2 === 0) expect(judgePairing(dwi, adc).relation).toBe('none');
      expect(judgePairing(dwi, { ...adc, affine: dwi.affine }).relation).toBe('none');
    }
  });

  it('does not depend on the unit, on noise in the air, or on NaN outside the head', async () => {
    const { dwi, adc } = await pair('isles');
    const scaled = { ...adc, data: adc.data.map((value) => (value === 0 ? Number.NaN : value * 1e-6)) };
    expect(judgePairing(dwi, scaled).relation).toBe('as-given');
    let seed = 7;
    const noise = () => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed / 2147483648 - 0.3;
    };
    const noisy = { ...adc, data: adc.data.map((value) => (value === 0 ? 2 * noise() : value)) };
    expect(judgePairing(dwi, noisy).relation).toBe('as-given');
  });

  it('is not said of two images of hardly any head', () => {
    const grid = { shape: [8, 8, 4] as const, affine: scaling([4, 4, 4]) };
    const volume = { ...grid, data: Float32Array.from({ length: 256 }, (_, at) => (at % 7) + 1) };
    expect(judgePairing(volume, volume).relation).toBe('unknown');
    expect(judgePairing({ ...volume, data: new Float32Array(256) }, volume).relation).toBe('unknown');
  });
});

/** Index i as n − 1 − i along one axis. */
function reversed(shape: Vec3, axis: number): Affine {
  const entry = (row: number, column: number) => (row === column ? (row === axis ? -1 : 1) : 0);
  const row = (r: number) =>
    [entry(r, 0), entry(r, 1), entry(r, 2), r === axis ? shape[axis] - 1 : 0] as const;
  return [row(0), row(1), row(2)];
}
