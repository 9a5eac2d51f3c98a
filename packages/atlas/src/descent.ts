import { solveSymmetric } from '@atoll/volume/symmetric-system';
import { normalEquations } from './normal-equations.ts';
import type { Samples } from './subject.ts';
import type { Template } from './template.ts';
import { affineOf, derivativesOf, type Parameters } from './transform.ts';

/** Typical scale from a patient to the template, which is larger than most brains. */
export const usualScale = 1.1;

export type Descent = {
  /** How many parameters are free: 6 rigid, 7 with one scale for all axes, 9, or 12. */
  readonly count: 6 | 7 | 9 | 12 | number;
  readonly rounds: number;
  readonly softness: number;
};

export type Found = { readonly parameters: Parameters; readonly cost: number };

/** Gauss–Newton steps with Levenberg's and Marquardt's damping, from `start` downhill. */
export function descend(
  template: Template,
  samples: Samples,
  start: Parameters,
  { count, rounds, softness }: Descent,
): Found {
  const evaluate = (p: Parameters) => {
    const equations = normalEquations(template, samples, affineOf(p), softness);
    return { p, equations, cost: equations.cost + penaltyOf(p) };
  };
  let here = evaluate(start);
  let damping = 1e-3;
  for (let round = 0; round < rounds; round++) {
    const { matrix, right, directions } = reduced(here.p, here.equations, count);
    const n = directions.length;
    for (let i = 0; i < n; i++) matrix[n * i + i] *= 1 + damping;
    const step = solveSymmetric(matrix, right, n);
    const next = step === null ? null : evaluate(moved(here.p, directions, step));
    if (next !== null && next.cost < here.cost) {
      const gain = here.cost - next.cost;
      here = next;
      damping *= 0.2;
      if (gain < 1e-5 * here.cost) break;
    } else {
      damping *= 10;
      if (damping > 1e4) break;
    }
  }
  return { parameters: here.p, cost: here.cost };
}

/** Along which the parameters may move: each by itself, but the three scales together where there is one for all. */
function directionsOf(count: number): readonly (readonly number[])[] {
  if (count === 7) return [[0], [1], [2], [3], [4], [5], [6, 7, 8]];
  return Array.from({ length: count }, (_, n) => [n]);
}

function moved(p: Parameters, directions: readonly (readonly number[])[], step: Float64Array): Parameters {
  const next = [...p];
  for (const [n, along] of directions.entries()) for (const at of along) next[at] -= step[n];
  return next;
}

/** How much scales that differ, and shears, must gain to be believed; and a scale far from the usual one. */
const penalty = { scales: 0.03, shear: 0.06, size: 0.01 };

function penaltyOf(p: Parameters): number {
  const mean = (p[6] + p[7] + p[8]) / 3;
  const spread =
    (p[6] - mean) * (p[6] - mean) + (p[7] - mean) * (p[7] - mean) + (p[8] - mean) * (p[8] - mean);
  const shear = p[9] * p[9] + p[10] * p[10] + p[11] * p[11];
  const size = mean - usualScale;
  return penalty.scales * spread + penalty.shear * shear + penalty.size * size * size;
}

/** The equations of the affine's twelve numbers brought to the parameters that are free. */
function reduced(p: Parameters, { gradient, hessian }: ReturnType<typeof normalEquations>, count: number) {
  const directions = directionsOf(count);
  const n = directions.length;
  const single = derivativesOf(p, count === 7 ? 9 : count);
  const slopes = directions.map((along) => {
    const sum = new Float64Array(12);
    for (const at of along) for (let e = 0; e < 12; e++) sum[e] += single[at][e];
    return sum;
  });
  const matrix = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (const [i, slope] of slopes.entries()) {
    const turned = new Float64Array(12);
    for (let e = 0; e < 12; e++) {
      right[i] += slope[e] * gradient[e];
      for (let f = 0; f < 12; f++) turned[f] += slope[e] * hessian[12 * e + f];
    }
    for (const [j, other] of slopes.entries())
      for (let f = 0; f < 12; f++) matrix[n * i + j] += turned[f] * other[f];
  }
  addPenalty(p, directions, matrix, right);
  return { matrix, right, directions };
}

/** Gradient and curvature of half the penalty. */
function addPenalty(
  p: Parameters,
  directions: readonly (readonly number[])[],
  matrix: Float64Array,
  right: Float64Array,
): void {
  const n = directions.length;
  const mean = (p[6] + p[7] + p[8]) / 3;
  const slope = (at: number) => {
    if (at < 6) return 0;
    if (at < 9) return penalty.scales * (p[at] - mean) + (penalty.size * (mean - usualScale)) / 3;
    return penalty.shear * p[at];
  };
  const curvature = (one: number, other: number) => {
    if (one < 6 || other < 6 || one < 9 !== other < 9) return 0;
    if (one < 9) return (one === other ? penalty.scales : 0) - penalty.scales / 3 + penalty.size / 9;
    return one === other ? penalty.shear : 0;
  };
  for (const [i, along] of directions.entries()) {
    for (const at of along) right[i] += slope(at);
    for (const [j, other] of directions.entries())
      for (const one of along) for (const two of other) matrix[n * i + j] += curvature(one, two);
  }
}
