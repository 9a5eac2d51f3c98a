/** Solves a symmetric positive definite system of `n` equations by elimination; null where it is none. */
export function solveSymmetric(matrix: Float64Array, right: Float64Array, n: number): Float64Array | null {
  const m = matrix.slice();
  const x = right.slice();
  for (let i = 0; i < n; i++) {
    const pivot = m[n * i + i];
    if (!(pivot > 0)) return null;
    for (let j = i + 1; j < n; j++) {
      const factor = m[n * j + i] / pivot;
      for (let k = i; k < n; k++) m[n * j + k] -= factor * m[n * i + k];
      x[j] -= factor * x[i];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i] -= m[n * i + j] * x[j];
    x[i] /= m[n * i + i];
  }
  return x;
}
