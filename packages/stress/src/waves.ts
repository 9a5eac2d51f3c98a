import type { Random } from '@atoll/phantom/random';

/** A smooth random field over millimetres, mean 0 and deviation 1: a sum of plane waves in random directions. */
export function makeWaves(random: Random, count: number, wavelengthMm: number) {
  const waves = Array.from({ length: count }, () => {
    const [x, y, z] = [random.normal(), random.normal(), random.normal()];
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    const k = (2 * Math.PI) / (wavelengthMm * random.between(0.75, 1.35));
    return [(k * x) / length, (k * y) / length, (k * z) / length, random.between(0, 2 * Math.PI)] as const;
  });
  const scale = Math.sqrt(2 / count);
  return (x: number, y: number, z: number): number => {
    let sum = 0;
    for (const [a, b, c, phase] of waves) sum += Math.cos(a * x + b * y + c * z + phase);
    return sum * scale;
  };
}
