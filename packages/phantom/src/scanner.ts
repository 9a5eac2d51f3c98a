import type { Vec3 } from '@atoll/volume/volume';
import { logarithm } from './arithmetic.ts';
import type { Random } from './random.ts';
import { bValue } from './tissue.ts';

/**
 * One magnitude image: the signal with noise in both channels, seen through the in-plane point spread
 * (Gudbjartsson & Patz 1995: the magnitude of complex noise is Rician).
 * @param signal noise-free, one value per voxel of the grid.
 * @param noise factor of the noise, one value per voxel.
 * @param sigma standard deviation of the noise in each channel of the finished image.
 * @param blur weight of each in-plane neighbour in the point spread (0–0.25).
 */
export function acquire(
  signal: Float32Array,
  noise: Float32Array,
  shape: Vec3,
  sigma: number,
  blur: number,
  random: Random,
): Float32Array {
  const real = signal.slice();
  const imaginary = new Float32Array(signal.length);
  // The filter acts on signal and noise alike: raise the noise so that it comes out as wanted.
  const centre = 1 - 2 * blur;
  const raised = sigma / (centre * centre + 2 * blur * blur);
  for (let at = 0; at < real.length; at++) {
    real[at] += raised * noise[at] * random.normal();
    imaginary[at] = raised * noise[at] * random.normal();
  }
  for (const channel of [real, imaginary]) {
    blurAlong(channel, shape, 0, blur);
    blurAlong(channel, shape, 1, blur);
  }
  for (let at = 0; at < real.length; at++) {
    real[at] = Math.sqrt(real[at] * real[at] + imaginary[at] * imaginary[at]);
  }
  return real;
}

/** In place, by the kernel (blur, 1 − 2·blur, blur); the border repeats itself. */
function blurAlong(data: Float32Array, shape: Vec3, axis: 0 | 1, blur: number): void {
  const [nx, ny, nz] = shape;
  const stride = axis === 0 ? 1 : nx;
  const length = axis === 0 ? nx : ny;
  const lines = axis === 0 ? ny : nx;
  for (let k = 0; k < nz; k++) {
    for (let line = 0; line < lines; line++) {
      let at = k * nx * ny + line * (axis === 0 ? nx : 1);
      let before = data[at];
      for (let n = 0; n < length; n++, at += stride) {
        const here = data[at];
        const after = n + 1 < length ? data[at + stride] : here;
        data[at] = here + blur * (before - 2 * here + after);
        before = here;
      }
    }
  }
}

/**
 * ADC as a scanner's console makes it: ln(S₀/S)/b from the two noisy images, in whole 10⁻⁶ mm²/s, not above
 * 4000 and not below 0, and 0 where there is too little signal at b = 0 to tell.
 */
export function adcMap(b0: Float32Array, dwi: Float32Array, leastSignal: number): Float32Array {
  const adc = new Float32Array(b0.length);
  for (let at = 0; at < adc.length; at++) {
    if (b0[at] < leastSignal) continue;
    const micron = (1e6 / bValue) * logarithm(b0[at] / Math.max(dwi[at], 1));
    adc[at] = Math.round(Math.max(0, Math.min(4000, micron)));
  }
  return adc;
}

/** Sensitivity of the coils at a place in head mm, as a factor about 1: brighter at the back and the rim. */
export function coilAt(x: number, y: number, z: number, strength: number): number {
  const u = x / 80;
  const v = (y + 18) / 100;
  const w = (z - 10) / 80;
  return 1 + strength * (0.35 * u - 0.55 * v - 0.3 * w + 0.5 * (u * u + v * v) - 0.35 * w * v);
}
