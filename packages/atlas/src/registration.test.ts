import { compose, invert, transformPoint } from '@atoll/volume/affine';
import type { Affine, Grid, Mask, Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { headOf, lesionAt, modelAtlas, turned } from '../test/model-atlas.ts';
import { register, templatesOf } from './registration.ts';
import { examineSubject, type Subject } from './subject.ts';

const atlas = modelAtlas();
const templates = templatesOf(atlas);

/** Negative x as scanners store it, 2 mm. */
const fine: Grid = {
  shape: [100, 116, 90],
  affine: [
    [-2, 0, 0, 99],
    [0, 2, 0, -120],
    [0, 0, 2, -85],
  ],
};
/** 5 mm slices, tilted against the head. */
const thick: Grid = {
  shape: [110, 120, 34],
  affine: [
    [-1.8, 0.05, 0.6, 90],
    [0.05, 1.75, -1.2, -75],
    [0.2, 0.43, 4.8, -95],
  ],
};

/** A brain of its own size and place: a scale for each axis, a shear, and turned in the scanner. */
function someone(turn: Vec3): Affine {
  const own: Affine = [
    [1.12, 0.02, 0, 3],
    [0, 1.16, -0.02, -12],
    [0, 0, 1.1, 6],
  ];
  return compose(own, turned(turn, [8, -5, 11]));
}

function subjectOf(toAtlas: Affine, grid: Grid, lesion?: Mask): Subject {
  const { adc, brain } = headOf(atlas, toAtlas, grid);
  const subject = examineSubject(adc, brain, lesion ?? { ...brain, data: new Uint8Array(brain.data.length) });
  if (subject === null) throw new Error('there is a brain');
  return subject;
}

/** How far off the found affine puts points of the brain, in mm: the most and the mean. */
function errorMm(found: Affine, true_: Affine): { most: number; mean: number } {
  const off: number[] = [];
  for (const x of [-50, -25, 0, 25, 50])
    for (const y of [-80, -40, 0, 40])
      for (const z of [-40, -10, 20, 50]) {
        const patient = transformPoint(invert(true_), [x, y, z]);
        const p = transformPoint(found, patient);
        off.push(Math.hypot(p[0] - x, p[1] - y, p[2] - z));
      }
  return { most: Math.max(...off), mean: off.reduce((sum, mm) => sum + mm, 0) / off.length };
}

/** Angle between the directions to which two affines bring an axis, the largest of three, in degrees. */
function errorDegrees(found: Affine, true_: Affine): number {
  const angles = ([0, 1, 2] as const).map((axis) => {
    const of = (affine: Affine): Vec3 => [affine[0][axis], affine[1][axis], affine[2][axis]];
    const [p, q] = [of(found), of(true_)];
    const dot = p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
    return (Math.acos(Math.min(1, dot / (Math.hypot(...p) * Math.hypot(...q)))) * 180) / Math.PI;
  });
  return Math.max(...angles);
}

describe('the registration', () => {
  it.each([
    { turn: [4, -3, 5] as const, grid: fine },
    { turn: [25, 0, 0] as const, grid: fine },
    { turn: [-25, 0, 0] as const, grid: fine },
    { turn: [0, 25, 0] as const, grid: thick },
    { turn: [0, -25, 0] as const, grid: fine },
    { turn: [0, 0, 25] as const, grid: thick },
    { turn: [15, -15, -15] as const, grid: thick },
  ])('finds a known affine to 1 mm and 1°: a head turned by $turn°', ({ turn, grid }) => {
    const known = someone(turn);
    const { toAtlas } = register(templates, subjectOf(known, grid));
    expect(errorMm(toAtlas, known).mean).toBeLessThan(1);
    expect(errorMm(toAtlas, known).most).toBeLessThan(2);
    expect(errorDegrees(toAtlas, known)).toBeLessThan(1);
  });

  it('is not pulled by an infarct of a quarter of a litre', () => {
    const known = someone([6, 4, -8]);
    const lesion = lesionAt(known, [-36, -14, 14], 45, fine);
    const subject = subjectOf(known, fine, lesion);
    let voxels = 0;
    for (let at = 0; at < lesion.data.length; at++) {
      if (lesion.data[at] === 0 || subject.brain.data[at] === 0) continue;
      subject.adc.data[at] = 0.35;
      voxels++;
    }
    expect((voxels * 8) / 1000).toBeGreaterThan(250);
    const { toAtlas } = register(templates, subject);
    expect(errorMm(toAtlas, known).mean).toBeLessThan(1);
  });

  it.each([
    ['top', 0, 0.65],
    ['bottom', 0.35, 1],
  ])('bears a brain whose %s is not in the images', (_, from, to) => {
    const known = someone([6, 4, -8]);
    const { adc, brain } = headOf(atlas, known, fine);
    const [nx, ny, nz] = fine.shape;
    const heights = Array.from(brain.data.keys()).filter((at) => brain.data[at] === 1);
    const [low, high] = [Math.floor(heights[0] / (nx * ny)), Math.floor((heights.at(-1) ?? 0) / (nx * ny))];
    for (let k = 0; k < nz; k++) {
      if (k >= low + from * (high - low) && k <= low + to * (high - low)) continue;
      brain.data.fill(0, k * nx * ny, (k + 1) * nx * ny);
      adc.data.fill(0, k * nx * ny, (k + 1) * nx * ny);
    }
    const subject = examineSubject(adc, brain, { ...brain, data: new Uint8Array(brain.data.length) });
    if (subject === null) throw new Error('there is a brain');
    expect(errorMm(register(templates, subject).toAtlas, known).mean).toBeLessThan(4);
  });

  it.each([
    { signs: [1, 1, 1] as const, way: null },
    { signs: [-1, 1, 1] as const, way: null },
    { signs: [1, 1, -1] as const, way: 'upside down' },
    { signs: [1, -1, 1] as const, way: 'back to front' },
    { signs: [1, -1, -1] as const, way: 'upside down and back to front' },
  ])('sees which way a head lies: $way', ({ signs: [x, y, z], way }) => {
    const over: Affine = [
      [x, 0, 0, 0],
      [0, y, 0, 0],
      [0, 0, z, 0],
    ];
    const subject = subjectOf(compose(someone([6, 4, -8]), over), fine);
    expect(register(templates, subject).otherWay).toBe(way);
  });

  it('gives the same bits each time', () => {
    const subject = subjectOf(someone([6, 4, -8]), thick);
    expect(register(templates, subject)).toEqual(register(templates, subject));
  });

  it('stops when it is told to, and tells how far it is', () => {
    const subject = subjectOf(someone([6, 4, -8]), thick);
    const told: number[] = [];
    const stop = { aborted: false };
    const onProgress = (fraction: number) => {
      told.push(fraction);
      stop.aborted = fraction > 0.3;
    };
    expect(() => register(templates, subject, { stop, onProgress })).toThrow(
      expect.objectContaining({ code: 'JOB_CANCELLED' }),
    );
    expect(told.toSorted((a, b) => a - b)).toEqual(told);
  });
});
