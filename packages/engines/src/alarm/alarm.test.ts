import { voxelVolumeMl } from '@atoll/volume/affine';
import { compareMasks } from '@atoll/volume/metrics';
import type { Mask, Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { type Ball, lasGrid, leftInfarct, makeHead, obliqueGrid, rasGrid } from '../../test/head.ts';
import { measureLesions } from '../measure.ts';
import { type Alarm, raiseAlarm } from './alarm.ts';

const map = (volume: Volume, change: (value: number, at: number) => number): Volume => ({
  ...volume,
  data: volume.data.map(change),
});
const emptyOf = ({ shape, affine, data }: Volume): Mask => ({
  shape,
  affine,
  data: new Uint8Array(data.length),
});

/** The alarm, which a head with a brain in it must give. */
function alarmOf(dwi: Volume, adc: Volume, mask: Mask = emptyOf(dwi)): Alarm {
  const alarm = raiseAlarm(dwi, adc, mask);
  if (alarm === null) throw new Error('no brain was found');
  return alarm;
}

const head = makeHead(rasGrid, [leftInfarct]);
const healthy = makeHead(rasGrid, []);
const ballMl = (radiusMm: number) => (4 / 3) * Math.PI * (radiusMm / 10) ** 3;

describe('the second look, when the engine’s mask is empty', () => {
  it.each([
    ['RAS', rasGrid],
    ['LAS', lasGrid],
    ['oblique', obliqueGrid],
  ])('marks an infarct on its side on a %s grid', (_, grid) => {
    const { dwi, adc, truth } = makeHead(grid, [leftInfarct], { scalp: true });
    const { missed, missedPieces, brain, coveredShare } = alarmOf(dwi, adc);
    expect(coveredShare).toBe(0);
    expect(compareMasks(missed, truth).dice).toBeGreaterThan(0.8);
    const { lesions } = measureLesions({ mask: missed, adc, brain });
    expect(lesions.map(({ side }) => side)).toEqual(['left']);
    expect(missedPieces.map(({ volumeMl }) => volumeMl)).toEqual(lesions.map(({ volumeMl }) => volumeMl));
    expect(missedPieces[0].dwiRatio).toBeGreaterThan(1.2);
    expect(missedPieces[0].adcRatio).toBeLessThan(0.7);
  });

  it.each([10, 15, 25, 39])('marks a ball of %i mm, up to a quarter litre', (radiusMm) => {
    const infarct: Ball = { centreMm: [-24, 0, 8], radiusMm };
    const { dwi, adc } = makeHead(rasGrid, [infarct]);
    const { seenMl } = alarmOf(dwi, adc);
    expect(seenMl).toBeGreaterThan(0.4 * ballMl(radiusMm));
    expect(seenMl).toBeLessThan(1.2 * ballMl(radiusMm));
  });

  it('is silent in a head without an infarct, with and without the scalp', () => {
    for (const scalp of [true, false]) {
      const { dwi, adc } = makeHead(rasGrid, [], { scalp });
      const { seenMl, coveredShare, missedPieces } = alarmOf(dwi, adc);
      expect(seenMl).toBe(0);
      expect(coveredShare).toBeNull();
      expect(missedPieces).toEqual([]);
    }
  });

  it('does not take what is bright with a normal ADC, or dark with a low one, for an infarct', () => {
    const inBall = head.truth.data;
    const shineThrough = map(healthy.dwi, (value, at) => (inBall[at] === 1 ? 1.8 * value : value));
    expect(alarmOf(shineThrough, healthy.adc).seenMl).toBe(0);
    const lowAlone = map(healthy.adc, (value, at) => (inBall[at] === 1 ? 0.6 * value : value));
    expect(alarmOf(healthy.dwi, lowAlone).seenMl).toBe(0);
  });

  it('goes by the patient’s own tissue: neither unit, nor scale, nor the coil’s shading matters', () => {
    const usual = alarmOf(head.dwi, head.adc).seenMl;
    for (const factor of [1e-3, 0.7, 1.4, 1e3]) {
      expect(
        alarmOf(
          head.dwi,
          map(head.adc, (value) => factor * value),
        ).seenMl,
      ).toBeCloseTo(usual, 1);
    }
    const [nx] = rasGrid.shape;
    const shaded = map(head.dwi, (value, at) => value * 3 ** ((at % nx) / nx - 0.5));
    expect(alarmOf(shaded, head.adc).seenMl).toBeGreaterThan(0.8 * usual);
  });

  it('takes an ADC on another grid', () => {
    const { adc } = makeHead(obliqueGrid, [leftInfarct]);
    const { missed } = alarmOf(head.dwi, adc);
    expect(compareMasks(missed, head.truth).dice).toBeGreaterThan(0.7);
  });

  it('stands NaN, infinities and negative voxels, and leaves the images as they are', () => {
    const spoilt = (value: number, at: number) =>
      at % 997 === 0 ? Number.NaN : at % 991 === 0 ? -3 : at % 983 === 0 ? Number.POSITIVE_INFINITY : value;
    const [dwi, adc] = [map(head.dwi, spoilt), map(head.adc, spoilt)];
    const before = [dwi.data.slice(), adc.data.slice()];
    expect(compareMasks(alarmOf(dwi, adc).missed, head.truth).dice).toBeGreaterThan(0.75);
    expect([dwi.data, adc.data]).toEqual(before);
  });

  it('sees nothing where there is no brain', () => {
    const blank = map(head.dwi, () => 0);
    expect(raiseAlarm(blank, head.adc, emptyOf(blank))).toBeNull();
    expect(raiseAlarm(head.dwi, blank, emptyOf(blank))).toBeNull();
    const one: Volume = { shape: [1, 1, 1], affine: rasGrid.affine, data: Float32Array.of(1) };
    expect(raiseAlarm(one, one, emptyOf(one))).toBeNull();
  });
});

describe('the second look, when the engine marked something', () => {
  it('has nothing to say of a mask that is right', () => {
    const { coveredShare, missedPieces, lesionPieces } = alarmOf(head.dwi, head.adc, head.truth);
    expect(coveredShare).toBe(1);
    expect(missedPieces).toEqual([]);
    expect(lesionPieces.map(({ doubt }) => doubt)).toEqual([null]);
  });

  it('names the infarct that was missed beside one that was found', () => {
    const second: Ball = { centreMm: [40, -20, 12], radiusMm: 11 };
    const { dwi, adc, truth } = makeHead(rasGrid, [leftInfarct, second]);
    const { missed, missedPieces, coveredShare } = alarmOf(dwi, adc, head.truth);
    expect(missedPieces).toHaveLength(1);
    expect(coveredShare).toBeGreaterThan(0.5);
    expect(
      missed.data.some((value, at) => value === 1 && (truth.data[at] === 0 || head.truth.data[at] === 1)),
    ).toBe(false);
  });

  it('does not take a speck in a large infarct for the whole of it', () => {
    const large: Ball = { centreMm: [-32, 0, 8], radiusMm: 32 };
    const { dwi, adc } = makeHead(rasGrid, [large]);
    const speck = makeHead(rasGrid, [{ ...large, radiusMm: 6 }]).truth;
    const { coveredShare, missed } = alarmOf(dwi, adc, speck);
    expect(coveredShare).toBeLessThan(0.3);
    const candidateMl = missed.data.reduce((sum, value) => sum + value, 0) * voxelVolumeMl(missed.affine);
    expect(candidateMl).toBeGreaterThan(0.6 * ballMl(32));
  });

  it('doubts what is neither bright nor low in ADC, and what lies outside the brain', () => {
    const otherSide = makeHead(rasGrid, [{ ...leftInfarct, centreMm: [36, 10, 8] }]).truth;
    const { missedPieces, lesionPieces } = alarmOf(head.dwi, head.adc, otherSide);
    expect(missedPieces).toHaveLength(1);
    expect(lesionPieces.map(({ doubt }) => doubt)).toEqual(['no-contrast']);
    const corner = emptyOf(head.dwi);
    for (let at = 0; at < 50; at++) corner.data[at] = 1;
    expect(alarmOf(head.dwi, head.adc, corner).lesionPieces.map(({ doubt }) => doubt)).toEqual([
      'outside-brain',
    ]);
  });
});
