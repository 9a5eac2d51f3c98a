import { sine } from './arithmetic.ts';
import type { Random } from './random.ts';

/**
 * A smooth random field: the sum of plane waves of one length and random directions, with unit variance.
 * Its nodal surfaces wind at an almost even distance of half a wavelength, as the sulci of a brain do.
 */
export class Waves {
  readonly #k: Float64Array;
  readonly #amplitude: number;
  /** Slope at the place last given to {@link withSlope}, per mm. */
  slopeX = 0;
  slopeY = 0;
  slopeZ = 0;

  constructor(random: Random, count: number, wavelengthMm: number) {
    this.#k = new Float64Array(count * 4);
    this.#amplitude = Math.sqrt(2 / count);
    for (let i = 0; i < count; i++) {
      const [x, y, z] = direction(random);
      this.#k.set([x / wavelengthMm, y / wavelengthMm, z / wavelengthMm, random.uniform()], 4 * i);
    }
  }

  at(x: number, y: number, z: number): number {
    const k = this.#k;
    let sum = 0;
    for (let i = 0; i < k.length; i += 4) sum += sine(k[i] * x + k[i + 1] * y + k[i + 2] * z + k[i + 3]);
    return sum * this.#amplitude;
  }

  /** The value, and its gradient in `slopeX`, `slopeY` and `slopeZ`. */
  withSlope(x: number, y: number, z: number): number {
    const k = this.#k;
    let sum = 0;
    let gx = 0;
    let gy = 0;
    let gz = 0;
    for (let i = 0; i < k.length; i += 4) {
      const turns = k[i] * x + k[i + 1] * y + k[i + 2] * z + k[i + 3];
      sum += sine(turns);
      const c = sine(turns + 0.25);
      gx += c * k[i];
      gy += c * k[i + 1];
      gz += c * k[i + 2];
    }
    const scale = 6.283185307179586 * this.#amplitude;
    this.slopeX = gx * scale;
    this.slopeY = gy * scale;
    this.slopeZ = gz * scale;
    return sum * this.#amplitude;
  }
}

/** Uniform on the unit sphere. */
function direction(random: Random): [number, number, number] {
  for (;;) {
    const x = random.between(-1, 1);
    const y = random.between(-1, 1);
    const z = random.between(-1, 1);
    const r = Math.sqrt(x * x + y * y + z * z);
    if (r > 0.1 && r <= 1) return [x / r, y / r, z / r];
  }
}
