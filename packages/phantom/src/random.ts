import { logarithm } from './arithmetic.ts';

/** A stream of pseudo-random numbers, the same on every machine for the same seed. */
export type Random = {
  /** Uniform in [0, 1), in steps of 2⁻³². */
  uniform(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Normal, mean 0 and standard deviation 1. */
  normal(): number;
};

/**
 * xoshiro128**, its state filled by splitmix32 from the seed.
 * Source: Blackman & Vigna, Scrambled linear pseudorandom number generators, 2021.
 */
export function makeRandom(seed: number): Random {
  let mix = seed | 0;
  const splitmix = () => {
    mix = (mix + 0x9e3779b9) | 0;
    let t = mix ^ (mix >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return t ^ (t >>> 15);
  };
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), splitmix()];
  const uniform = () => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return (scrambled >>> 0) / 4294967296;
  };
  let spare = 0;
  let hasSpare = false;
  const normal = () => {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    // Marsaglia's polar method: needs no sine, and its logarithm and root are ours or exact.
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * logarithm(s)) / s);
      spare = v * scale;
      hasSpare = true;
      return u * scale;
    }
  };
  return { uniform, between: (low, high) => low + (high - low) * uniform(), normal };
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}
