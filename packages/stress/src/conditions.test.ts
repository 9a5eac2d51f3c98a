import { transformPoint, voxelVolumeMl } from '@atoll/volume/affine';
import { median } from '@atoll/volume/histogram';
import { compareMasks } from '@atoll/volume/metrics';
import type { Mask } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { smallPhantom } from '../test/small-phantom.ts';
import { type Changed, studyOf, truthOf } from './anatomy.ts';
import { type ConditionId, conditionOf, conditions } from './conditions.ts';
import { phantomAnatomy } from './heads.ts';
import { diceOf, volumeMl } from './scoring.ts';
import { paste } from './synthesis.ts';

const head = await phantomAnatomy('small', smallPhantom('LAS'));
const made = paste(head, { ml: 30, seed: 2, side: 'left' });
if (made === null) throw new Error('There is no room for this infarct.');
const { subject } = made;

function under(id: ConditionId): Changed {
  const changed = conditionOf(id).apply(subject, head, 1);
  if (changed === null) throw new Error(`The condition "${id}" does not apply.`);
  return changed;
}

function centreX({ data, shape: [nx, ny], affine }: Mask): number {
  let [sum, count] = [0, 0];
  data.forEach((value, at) => {
    if (value === 0) return;
    sum += transformPoint(affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))])[0];
    count++;
  });
  return sum / count;
}

describe('the conditions', () => {
  it.each(conditions.map(({ id }) => id))('%s keeps the infarct, its volume and its side', (id) => {
    const changed = under(id);
    const truth = truthOf(changed.subject);
    // A cut field of view may cut the infarct too.
    expect(volumeMl(truth) / volumeMl(truthOf(subject))).toBeGreaterThan(id === 'crop' ? 0.5 : 0.85);
    expect(volumeMl(truth) / volumeMl(truthOf(subject))).toBeLessThan(1.15);
    expect(centreX(truth)).toBeLessThan(-5);
    expect(diceOf(changed.moved(truthOf(subject)), truth)).toBeGreaterThan(0.99);
  });

  it('leave the subject that they were given as it was', () => {
    const before = subject.dwi.data.slice();
    for (const { apply } of conditions) apply(subject, head, 1);
    expect(subject.dwi.data).toEqual(before);
  });

  it('another order of storage is the same head at the same places', () => {
    const { subject: flipped } = under('flip');
    expect(flipped.dwi.shape).not.toEqual(subject.dwi.shape);
    expect(compareMasks(truthOf(flipped), truthOf(subject)).dice).toBe(1);
  });

  it('thick slices hold the mean of the thin ones', () => {
    const { subject: thick } = under('thick');
    const sum = (data: Float32Array) => data.reduce((all, value) => all + value, 0);
    const [one, other] = [subject, thick].map(({ dwi }) => sum(dwi.data) * voxelVolumeMl(dwi.affine));
    expect(other / one).toBeGreaterThan(0.97);
    expect(other / one).toBeLessThan(1.01);
  });

  it('noise brings tissue to the wanted ratio and leaves its level and its ADC about where they were', () => {
    const { subject: noisy } = under('noisy');
    const healthy = (data: Float32Array) =>
      data.filter((_, at) => head.tissue.data[at] !== 0 && subject.lesions.data[at] === 0);
    const [before, after] = [healthy(subject.dwi.data), healthy(noisy.dwi.data)];
    const difference = after.map((value, n) => value - before[n]);
    const sigma = Math.sqrt(difference.reduce((sum, value) => sum + value * value, 0) / difference.length);
    expect(median(before) / sigma).toBeGreaterThan(9);
    expect(median(before) / sigma).toBeLessThan(11);
    expect(median(after) / median(before)).toBeCloseTo(1, 1);
    expect(median(healthy(noisy.adc.data)) / median(healthy(subject.adc.data))).toBeCloseTo(1, 1);
  });

  it('shading changes signals alone', () => {
    const { subject: dim } = under('shaded');
    expect(dim.adc.data).toEqual(subject.adc.data);
    const inside = dim.dwi.data
      .map((value, at) => value / subject.dwi.data[at])
      .filter((_, at) => head.tissue.data[at] !== 0);
    expect(Math.max(...inside) / Math.min(...inside)).toBeGreaterThan(2.5);
  });

  it('other units reach the engine as other numbers of the same ADC', () => {
    const [as, other] = [studyOf(subject), studyOf(under('units').subject)];
    const at = head.tissue.data.indexOf(1);
    expect(as.adc.data[at] / other.adc.data[at]).toBeCloseTo(1e6, -3);
  });

  it('decoys change the images and not the truth', () => {
    const { subject: decoyed } = under('decoys');
    expect(decoyed.lesions.data).toEqual(subject.lesions.data);
    const changed = decoyed.dwi.data.filter((value, at) => value !== subject.dwi.data[at]).length;
    expect(changed * voxelVolumeMl(head.dwi.affine)).toBeGreaterThan(3);
    const inLesion = decoyed.dwi.data.some(
      (value, at) => subject.lesions.data[at] !== 0 && value !== subject.dwi.data[at],
    );
    expect(inLesion).toBe(false);
  });
});
