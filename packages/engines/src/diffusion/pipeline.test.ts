import { AtollError } from '@atoll/errors/error';
import { compareMasks } from '@atoll/volume/metrics';
import type { Affine, AffineRow, Vec3, Volume, VoxelArray } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { lasGrid, leftInfarct, makeHead, obliqueGrid, rasGrid } from '../../test/head.ts';
import { segmentDiffusion } from './pipeline.ts';
import { stages } from './stages.ts';

const head = makeHead(rasGrid, [leftInfarct]);
const count = (data: Uint8Array) => data.reduce((sum, value) => sum + value, 0);
const map = (volume: Volume, change: (value: number, at: number) => number): Volume => ({
  ...volume,
  data: volume.data.map(change),
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof AtollError) return thrown.code;
    throw thrown;
  }
  return 'no error';
}

/** The same image, its axes stored in another order and direction: `from[n]` is the old axis n. */
function restored<Data extends VoxelArray>(
  volume: Volume<Data>,
  from: Vec3,
  flipped: readonly boolean[],
): Volume<Data> {
  const { shape, affine } = volume;
  const size: Vec3 = [shape[from[0]], shape[from[1]], shape[from[2]]];
  const data = structuredClone(volume.data); // of the same type; every value is overwritten
  const old = [0, 0, 0];
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, at++) {
        [i, j, k].forEach((n, axis) => {
          old[from[axis]] = flipped[axis] ? size[axis] - 1 - n : n;
        });
        data[at] = volume.data[old[0] + shape[0] * (old[1] + shape[1] * old[2])];
      }
  const row = (r: AffineRow): AffineRow => {
    const step = (axis: number) => (flipped[axis] ? -r[from[axis]] : r[from[axis]]);
    const shift = from.reduce((sum, axis, n) => sum + (flipped[n] ? r[axis] * (size[n] - 1) : 0), 0);
    return [step(0), step(1), step(2), r[3] + shift];
  };
  const turned: Affine = [row(affine[0]), row(affine[1]), row(affine[2])];
  return { shape: size, affine: turned, data };
}

describe('the embedded engine on a head with one infarct', () => {
  it.each([
    ['RAS', rasGrid],
    ['LAS', lasGrid],
    ['oblique', obliqueGrid],
  ])('finds it where it is on a %s grid, and nothing else', (_, grid) => {
    const { dwi, adc, truth } = makeHead(grid, [leftInfarct]);
    const agreement = compareMasks(segmentDiffusion({ dwi, adc }, 'balanced').mask, truth);
    expect(agreement.dice).toBeGreaterThan(0.85);
    expect(agreement.predictionLesionCount).toBe(1);
  });

  it('marks nothing in a head without one, and says that this proves nothing', () => {
    const { dwi, adc } = makeHead(rasGrid, []);
    const { mask, warnings } = segmentDiffusion({ dwi, adc }, 'balanced');
    expect(count(mask.data)).toBe(0);
    expect(warnings.map(({ code }) => code)).toContain('NO_LESION_FOUND');
  });

  it('finds the brain inside the scalp', () => {
    const whole = makeHead(rasGrid, [leftInfarct], { scalp: true });
    const { mask, brain, warnings } = segmentDiffusion(whole, 'balanced');
    expect(compareMasks(mask, whole.truth).dice).toBeGreaterThan(0.85);
    expect(warnings.map(({ code }) => code)).toContain('NOT_STRIPPED');
    // The scalp begins at 1.14 of the ellipsoid's radius.
    const scalp = whole.dwi.data.map((value, at) => (value > 0 && head.dwi.data[at] === 0 ? 1 : 0));
    expect(brain?.data.some((value, at) => value === 1 && scalp[at] === 1)).toBe(false);
  });

  it.each([
    ['mm²/s', 1e-3],
    ['10⁻⁶ mm²/s', 1e3],
  ])('does not care whether the ADC is in %s', (_, factor) => {
    const other = segmentDiffusion({ dwi: head.dwi, adc: map(head.adc, (v) => v * factor) }, 'balanced');
    const usual = segmentDiffusion(head, 'balanced');
    expect(compareMasks(other.mask, usual.mask).dice).toBeGreaterThan(0.99);
  });

  it('gives the same mask however the voxels are stored', () => {
    const usual = segmentDiffusion(head, 'balanced').mask;
    for (const [from, flipped] of [
      [
        [0, 1, 2],
        [true, false, false],
      ],
      [
        [2, 0, 1],
        [false, true, true],
      ],
      [
        [1, 2, 0],
        [true, true, true],
      ],
    ] as const) {
      const turned = { dwi: restored(head.dwi, from, flipped), adc: restored(head.adc, from, flipped) };
      const { mask } = segmentDiffusion(turned, 'balanced');
      expect(mask.affine).toEqual(turned.dwi.affine);
      expect(mask.data).toEqual(restored(usual, from, flipped).data);
    }
  });

  it('takes an ADC on another grid', () => {
    const adc = makeHead(obliqueGrid, [leftInfarct]).adc;
    const { mask, warnings } = segmentDiffusion({ dwi: head.dwi, adc }, 'balanced');
    expect(compareMasks(mask, head.truth).dice).toBeGreaterThan(0.75);
    expect(warnings.map(({ code }) => code)).toContain('ADC_RESAMPLED');
  });

  it('stands NaN, infinities and negative voxels', () => {
    const spoilt = (value: number, at: number) =>
      at % 997 === 0 ? Number.NaN : at % 991 === 0 ? -3 : at % 983 === 0 ? Number.POSITIVE_INFINITY : value;
    const study = { dwi: map(head.dwi, spoilt), adc: map(head.adc, spoilt) };
    expect(compareMasks(segmentDiffusion(study, 'balanced').mask, head.truth).dice).toBeGreaterThan(0.8);
  });

  it('does not take a lesion of a tenth of the brain for the brain, nor for normal', () => {
    const large = makeHead(rasGrid, [{ centreMm: [-32, 0, 8], radiusMm: 32 }]);
    expect(compareMasks(segmentDiffusion(large, 'balanced').mask, large.truth).dice).toBeGreaterThan(0.85);
  });

  it('finds lesions on both sides at the same place', () => {
    const pair = makeHead(rasGrid, [leftInfarct, { ...leftInfarct, centreMm: [36, 10, 8] }]);
    expect(compareMasks(segmentDiffusion(pair, 'balanced').mask, pair.truth).dice).toBeGreaterThan(0.8);
  });

  it('works on a single slice', () => {
    const slice = (volume: Volume): Volume => {
      const [nx, ny] = volume.shape;
      return {
        shape: [nx, ny, 1],
        affine: volume.affine,
        data: volume.data.slice(27 * nx * ny, 28 * nx * ny),
      };
    };
    const [nx, ny] = head.truth.shape;
    const { mask } = segmentDiffusion({ dwi: slice(head.dwi), adc: slice(head.adc) }, 'balanced');
    const truth = { ...mask, data: head.truth.data.slice(27 * nx * ny, 28 * nx * ny) };
    expect(compareMasks(mask, truth).dice).toBeGreaterThan(0.7);
  });

  it('leaves the study as it is', () => {
    const before = [head.dwi.data.slice(), head.adc.data.slice()];
    segmentDiffusion(head, 'specific');
    expect([head.dwi.data, head.adc.data]).toEqual(before);
  });

  it('reports every stage in order, and a fraction that never falls', () => {
    const seen: { stage: string; fraction: number }[] = [];
    segmentDiffusion(head, 'balanced', (progress) => seen.push(progress));
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual(stages.map(({ id }) => id));
    expect(seen.map(({ fraction }) => fraction)).toEqual(
      seen.map(({ fraction }) => fraction).toSorted((a, b) => a - b),
    );
    expect(seen.at(-1)?.fraction).toBe(1);
  });
});

describe('the embedded engine on images that are not what they claim', () => {
  const blank = map(head.dwi, () => 0);

  it('says that a DWI or an ADC is empty', () => {
    expect(codeOf(() => segmentDiffusion({ dwi: blank, adc: head.adc }, 'balanced'))).toBe('STUDY_EMPTY');
    expect(codeOf(() => segmentDiffusion({ dwi: head.dwi, adc: blank }, 'balanced'))).toBe('STUDY_EMPTY');
  });

  it('says that DWI and ADC do not overlap', () => {
    const [a, b, c] = head.adc.affine;
    const away: Volume = { ...head.adc, affine: [[a[0], a[1], a[2], a[3] + 500], b, c] };
    expect(codeOf(() => segmentDiffusion({ dwi: head.dwi, adc: away }, 'balanced'))).toBe('STUDY_NO_OVERLAP');
  });

  it('says that the ADC is no ADC when it is constant, or when the two were swapped', () => {
    const constant = map(head.adc, (value) => (value > 0 ? 0.8 : 0));
    expect(codeOf(() => segmentDiffusion({ dwi: head.dwi, adc: constant }, 'balanced'))).toBe(
      'STUDY_ADC_IMPLAUSIBLE',
    );
    const swapped = { dwi: head.adc, adc: head.dwi };
    expect(codeOf(() => segmentDiffusion(swapped, 'balanced'))).toMatch(/STUDY_(ADC_IMPLAUSIBLE|NO_BRAIN)/);
  });

  it('answers tiny images with a result or a reason, never with anything else', () => {
    for (const shape of [
      [1, 1, 1],
      [2, 1, 3],
      [5, 5, 5],
      [16, 1, 16],
    ] as const) {
      const voxels = shape[0] * shape[1] * shape[2];
      const image = (value: number): Volume => ({
        shape,
        affine: rasGrid.affine,
        data: new Float32Array(voxels).map((_, at) => value * (1 + 0.1 * Math.sin(at))),
      });
      expect(codeOf(() => segmentDiffusion({ dwi: image(300), adc: image(0.8) }, 'balanced'))).toMatch(
        /no error|STUDY_/,
      );
    }
  });
});
