import { makeRandom } from '@atoll/phantom/random';
import { spacingMm, transformPoint } from '@atoll/volume/affine';
import { squaredDistanceTo } from '@atoll/volume/distance';
import { robustSigma } from '@atoll/volume/histogram';
import { describe, expect, it } from 'vitest';
import { smallPhantom } from '../test/small-phantom.ts';
import { truthOf } from './anatomy.ts';
import { phantomAnatomy } from './heads.ts';
import { volumeMl } from './scoring.ts';
import { emboliMl, type Paste, type Pasted, paste } from './synthesis.ts';

const head = await phantomAnatomy('small', smallPhantom('LAS'));
const oblique = await phantomAnatomy('small-oblique', smallPhantom('oblique'));

function pasted(request: Paste, anatomy = head): Pasted {
  const made = paste(anatomy, request);
  if (made === null) throw new Error('There is no room for this infarct.');
  return made;
}

describe('a pasted infarct', () => {
  it.each([1, 3, 10, 50, 150])('of %d mL has that volume within 6 %%', (ml) => {
    expect(volumeMl(truthOf(pasted({ ml, seed: 1 }).subject)) / ml).toBeGreaterThan(0.94);
    expect(volumeMl(truthOf(pasted({ ml, seed: 1 }).subject)) / ml).toBeLessThan(1.06);
  });

  it.each([0.05, 0.1, 0.3])('of %d mL has that volume as near as a voxel or two can come', (ml) => {
    const voxelMl = 0.0315;
    expect(Math.abs(volumeMl(truthOf(pasted({ ml, seed: 1 }).subject)) - ml)).toBeLessThan(1.5 * voxelMl);
  });

  it.each([
    ['left', 'LAS'],
    ['right', 'LAS'],
    ['left', 'oblique'],
    ['right', 'oblique'],
  ] as const)('lies on the %s of the patient on a %s grid', (side, grid) => {
    const anatomy = grid === 'LAS' ? head : oblique;
    for (const ml of [0.3, 10, 80]) {
      const { lesions } = pasted({ ml, seed: 4, side }, anatomy).subject;
      const [nx, ny] = lesions.shape;
      let [sum, count] = [0, 0];
      lesions.data.forEach((label, at) => {
        if (label === 0) return;
        // The phantom's mid-plane is x = 0 of the world but for 2 mm: its head leans a little.
        const [x] = transformPoint(lesions.affine, [
          at % nx,
          Math.floor(at / nx) % ny,
          Math.floor(at / (nx * ny)),
        ]);
        sum += x;
        count++;
      });
      expect(Math.sign(sum / count)).toBe(side === 'left' ? -1 : 1);
    }
  });

  it('lies in tissue alone, never in CSF, bone or air', () => {
    for (const ml of [0.1, 3, 150]) {
      const { lesions } = pasted({ ml, seed: 2 }).subject;
      expect(lesions.data.some((label, at) => label !== 0 && head.tissue.data[at] === 0)).toBe(false);
    }
  });

  it('is the same byte for byte for the same request, and another for another seed', () => {
    const [one, same, other] = [7, 7, 8].map((seed) => pasted({ ml: 3, seed, count: 2 }).subject);
    for (const role of ['dwi', 'b0', 'adc', 'lesions'] as const) {
      expect(Buffer.from(one[role].data.buffer).equals(Buffer.from(same[role].data.buffer)), role).toBe(true);
      expect(Buffer.from(one[role].data.buffer).equals(Buffer.from(other[role].data.buffer)), role).toBe(
        false,
      );
    }
  });

  it('is darker on the ADC and brighter on the DWI, as b·ΔADC says, and leaves the rest of the head alone', () => {
    const { subject, infarcts } = pasted({ ml: 30, seed: 3 });
    const [infarct] = infarcts;
    const logs: number[] = [];
    const shares: number[] = [];
    const near = squaredDistanceTo(
      subject.lesions.data,
      subject.lesions.shape,
      spacingMm(subject.lesions.affine),
    );
    subject.lesions.data.forEach((label, at) => {
      if (label !== 0 && head.adc.data[at] > 300) {
        logs.push(Math.log(subject.dwi.data[at] / head.dwi.data[at]));
        shares.push(subject.adc.data[at] / head.adc.data[at]);
      }
    });
    const far = subject.dwi.data.some((value, at) => near[at] > 20 ** 2 && value !== head.dwi.data[at]);
    expect(far).toBe(false);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // The rim is softer than the core: over the whole infarct somewhat less than the full effect.
    expect(mean(shares)).toBeGreaterThan(infarct.adcShare - 0.05);
    expect(mean(shares)).toBeLessThan(infarct.adcShare + 0.4 * (1 - infarct.adcShare));
    expect(mean(logs)).toBeGreaterThan(0.5 * Math.log(infarct.contrast));
    expect(mean(logs)).toBeLessThan(1.1 * Math.log(infarct.contrast));
  });

  it('keeps b0, DWI and ADC one: ADC = ln(b0/DWI)/b', () => {
    const { subject } = pasted({ ml: 10, seed: 5 });
    subject.lesions.data.forEach((label, at) => {
      // The phantom's own ADC is rounded, and cut off at zero.
      if (label === 0 || head.adc.data[at] < 10) return;
      const fromSignals = (Math.log(subject.b0.data[at] / subject.dwi.data[at]) / subject.bValue) * 1e6;
      expect(Math.abs(fromSignals - subject.adc.data[at])).toBeLessThan(1);
    });
  });

  it('keeps the noise that the voxels had: it does not grow with the signal', () => {
    const random = makeRandom(11);
    const noise = head.dwi.data.map((value) => 0.08 * value * random.normal());
    const rough = {
      ...head,
      dwi: { ...head.dwi, data: head.dwi.data.map((value, at) => value + noise[at]) },
    };
    const request: Paste = { ml: 60, seed: 9 };
    const { subject, infarcts } = pasted(request);
    const rougher = pasted(request, rough).subject;
    const inside = (values: Float32Array) => values.filter((_, at) => subject.lesions.data[at] !== 0);
    const before = robustSigma(inside(noise), 0);
    const after = robustSigma(inside(rougher.dwi.data.map((value, at) => value - subject.dwi.data[at])), 0);
    expect(infarcts[0].contrast).toBeGreaterThan(2.5);
    expect(after / before).toBeGreaterThan(0.9);
    expect(after / before).toBeLessThan(1.4);
  });

  it('stands apart from the others of its set, and both sides take turns when both are asked for', () => {
    const { infarcts, subject } = pasted({ ml: 1, seed: 6, sizesMl: [1, 1, 1, 1], side: 'both' });
    expect(infarcts.map(({ side }) => side)).toEqual(['left', 'right', 'left', 'right']);
    expect(new Set(subject.lesions.data).size).toBe(5);
  });

  it('is refused where the head has no room for it', () => {
    expect(paste(head, { ml: 900, seed: 1 })).toBeNull();
  });
});

describe('a shower of emboli', () => {
  it('has 1 to 25 emboli around 0.12 mL', () => {
    const showers = Array.from({ length: 40 }, (_, seed) => emboliMl(seed));
    expect(Math.max(...showers.map((sizes) => sizes.length))).toBeGreaterThan(18);
    const all = showers.flat().sort((a, b) => a - b);
    expect(all[0]).toBeGreaterThanOrEqual(0.03);
    expect(all[Math.floor(all.length / 2)]).toBeGreaterThan(0.09);
    expect(all[Math.floor(all.length / 2)]).toBeLessThan(0.16);
  });
});
