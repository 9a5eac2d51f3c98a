import type { Candidate } from './candidate.ts';
import type { Caution } from './caution.ts';

/**
 * What the gradient directions of some volumes amount to: `one` alone; `flat`, several that leave a part of the sphere
 * out; `sphere`; `isotropic`, named as combined. null where nothing names them.
 */
export type Coverage = 'one' | 'flat' | 'sphere' | 'isotropic';

/**
 * Of the mean of n·nᵀ the smallest eigenvalue is 1/3 where directions cover the sphere evenly, and 0 where all lie in a
 * plane.
 */
const leastEigenvalue = 0.08;

export function coverageOf(
  { directions, directionality }: Pick<Candidate, 'directions' | 'directionality'>,
  volumes: readonly number[],
): Coverage | null {
  const along = directions === null ? [] : volumes.flatMap((volume) => directions[volume] ?? []);
  if (along.length === 0) {
    if (directionality.includes('isotropic')) return 'isotropic';
    if (directionality.includes('directional')) return volumes.length === 1 ? 'one' : null;
    return null;
  }
  const units = (directions ?? [])
    .filter((each, volume) => each !== null && volumes.includes(volume))
    .flatMap((each) => (each === null ? [] : [each.map((x) => x / Math.hypot(...each))]));
  const [first] = units;
  // A direction and its opposite measure the same.
  const isSame = (other: readonly number[]) =>
    Math.abs(other.reduce((sum, x, axis) => sum + x * first[axis], 0)) > 0.98;
  if (units.every(isSame)) return 'one';
  return smallestEigenvalue(units) < leastEigenvalue ? 'flat' : 'sphere';
}

export function directionCautions(coverage: Coverage | null, volumes: number): Caution[] {
  if (coverage === 'one') {
    return [
      {
        code: 'ONE_DIRECTION',
        severity: 'serious',
        message:
          'The DWI has a single gradient direction and is not a trace image: white matter tracts perpendicular to it look like lesions. Use the trace image, or all directions, if available.',
      },
    ];
  }
  if (coverage === 'flat' || (coverage === 'sphere' && volumes < 3)) {
    return [
      {
        code: 'DIRECTIONS_UNEVEN',
        severity: 'serious',
        message: `The ${volumes} gradient directions of the DWI do not cover all orientations: white matter tracts perpendicular to missing directions can look like lesions.`,
      },
    ];
  }
  return [];
}

/** Of the symmetric 3 × 3 mean of n·nᵀ, by its characteristic polynomial. Source: Smith, CACM 1961. */
function smallestEigenvalue(units: readonly (readonly number[])[]): number {
  const m = (i: number, j: number) => units.reduce((sum, unit) => sum + unit[i] * unit[j], 0) / units.length;
  const [a, b, c, d, e, f] = [m(0, 0), m(1, 1), m(2, 2), m(0, 1), m(0, 2), m(1, 2)];
  const q = (a + b + c) / 3;
  const p = Math.sqrt(((a - q) ** 2 + (b - q) ** 2 + (c - q) ** 2 + 2 * (d * d + e * e + f * f)) / 6);
  if (p < 1e-9) return q;
  const determinant =
    (a - q) * ((b - q) * (c - q) - f * f) - d * (d * (c - q) - f * e) + e * (d * f - (b - q) * e);
  const angle = Math.acos(Math.max(-1, Math.min(1, determinant / (2 * p ** 3)))) / 3;
  return q + 2 * p * Math.cos(angle + (2 * Math.PI) / 3);
}
