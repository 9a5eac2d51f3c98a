import { makeRandom } from '@atoll/phantom/random';
import { transformPoint } from '@atoll/volume/affine';
import { median } from '@atoll/volume/histogram';
import type { Volume } from '@atoll/volume/volume';
import type { Anatomy, Changed, Subject } from './anatomy.ts';

const unmoved = (subject: Subject): Changed => ({ subject, moved: (mask) => mask });

/**
 * Noise in both channels of b0 and DWI (Rician) until tissue on the DWI has the given signal-to-noise ratio, and in
 * the ADC what comes of it. Zeros stay zero: whoever strips a head strips its noise.
 */
export function addNoise(subject: Subject, { tissue, dwi }: Anatomy, snr: number, seed: number): Changed {
  const random = makeRandom(seed ^ 0x2f6b1);
  const level = median(Float32Array.from(dwi.data.filter((_, at) => tissue.data[at] !== 0)));
  const sigma = level / snr;
  const noisy = (volume: Volume): Volume => ({
    ...volume,
    data: volume.data.map((value) => {
      const [real, imaginary] = [random.normal(), random.normal()];
      return value === 0 ? 0 : Math.hypot(value + sigma * real, sigma * imaginary);
    }),
  });
  const newDwi = noisy(subject.dwi);
  const newB0 = noisy(subject.b0);
  const data = subject.adc.data.map((value, at) => {
    const [oldS, oldS0] = [subject.dwi.data[at], subject.b0.data[at]];
    const [s, s0] = [newDwi.data[at], newB0.data[at]];
    if (oldS <= 0 || oldS0 <= 0 || s <= 0 || s0 <= 0) return value;
    return value + (Math.log((s0 / s) * (oldS / oldS0)) / subject.bValue) * 1e6;
  });
  return unmoved({ ...subject, dwi: newDwi, b0: newB0, adc: { ...subject.adc, data } });
}

/** A surface coil behind and to one side: signals fall to a third across the head; the ADC does not change. */
export function shaded(subject: Subject, { frame }: Anatomy): Changed {
  const { shape, affine } = subject.dwi;
  const factor = new Float32Array(subject.dwi.data.length);
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        const [x, y, z] = transformPoint(frame, transformPoint(affine, [i, j, k]));
        const [u, v, w] = [x / 70, y / 85, z / 70].map((value) => Math.max(-1.5, Math.min(1.5, value)));
        factor[at] = Math.exp(0.25 * u - 0.45 * v - 0.15 * w + 0.2 * (u * u + v * v - 0.6));
      }
  const times = (volume: Volume): Volume => ({
    ...volume,
    data: volume.data.map((value, n) => value * factor[n]),
  });
  return unmoved({ ...subject, dwi: times(subject.dwi), b0: times(subject.b0) });
}

/** ADC by a factor (calibration), stored in another unit, signals on another scale. */
export function rescaled(
  subject: Subject,
  { adc, signal = 1, unit }: { readonly adc: number; readonly signal?: number; readonly unit?: number },
): Changed {
  const times = (volume: Volume, by: number): Volume =>
    by === 1 ? volume : { ...volume, data: volume.data.map((value) => value * by) };
  // A file in this unit already goes to the next.
  const other = unit === undefined ? subject.adcUnit : unit === subject.adcUnit ? 1 : unit;
  return unmoved({
    ...subject,
    dwi: times(subject.dwi, signal),
    b0: times(subject.b0, signal),
    adc: times(subject.adc, adc),
    adcUnit: other,
  });
}
