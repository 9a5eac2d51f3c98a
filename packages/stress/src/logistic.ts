import { solveSymmetric } from '@atoll/volume/symmetric-system';

/** One case of a fit: what is known of it, whether it is positive, and how much it counts. */
export type Sample = { readonly x: readonly number[]; readonly y: 0 | 1; readonly weight: number };
export type Logistic = { readonly bias: number; readonly weights: readonly number[] };

/**
 * Weighted logistic regression by Newton's method with a ridge on standardised features, so that the penalty
 * does not depend on their units. Returns weights for the features as they are.
 */
export function fitLogistic(samples: readonly Sample[], ridge = 1, rounds = 30): Logistic {
  const n = samples[0].x.length;
  const total = samples.reduce((sum, { weight }) => sum + weight, 0);
  const mean = Array.from(
    { length: n },
    (_, k) => samples.reduce((sum, { x, weight }) => sum + weight * x[k], 0) / total,
  );
  const spread = mean.map((m, k) =>
    Math.max(
      1e-6,
      Math.sqrt(samples.reduce((sum, { x, weight }) => sum + weight * (x[k] - m) ** 2, 0) / total),
    ),
  );
  const rows = samples.map(({ x }) => [1, ...x.map((value, k) => (value - mean[k]) / spread[k])]);
  let beta = new Array<number>(n + 1).fill(0);
  for (let round = 0; round < rounds; round++) {
    const gradient = new Float64Array(n + 1);
    const hessian = new Float64Array((n + 1) ** 2);
    samples.forEach(({ y, weight }, at) => {
      const row = rows[at];
      const p = 1 / (1 + Math.exp(-dot(row, beta)));
      const curve = weight * p * (1 - p);
      for (let i = 0; i <= n; i++) {
        gradient[i] += weight * (y - p) * row[i];
        for (let j = 0; j <= n; j++) hessian[(n + 1) * i + j] += curve * row[i] * row[j];
      }
    });
    for (let i = 0; i <= n; i++) {
      const penalty = i === 0 ? 1e-6 : ridge;
      gradient[i] -= penalty * beta[i];
      hessian[(n + 2) * i] += penalty;
    }
    const step = solveSymmetric(hessian, gradient, n + 1);
    if (step === null) break;
    beta = beta.map((value, k) => value + step[k]);
    if (Math.hypot(...step) < 1e-8) break;
  }
  const weights = spread.map((s, k) => beta[k + 1] / s);
  return { weights, bias: beta[0] - dot(weights, mean) };
}

export function likelihood({ bias, weights }: Logistic, x: readonly number[]): number {
  return 1 / (1 + Math.exp(-(bias + dot(weights, x))));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}
