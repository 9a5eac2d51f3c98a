import { smoothGaussian } from '@atoll/volume/gaussian';
import { median, quantile, robustSigma } from '@atoll/volume/histogram';
import type { Blocks } from './blocks.ts';
import type { TissueBlocks } from './tissue.ts';

const rounds = 6;
/** Tukey's biweight gives no say to blocks further off than this many σ. */
const tukeyCut = 2.5;
/** Of ln signal: healthy blocks differ by this much at least. */
const leastSpread = 0.03;
/** Blocks with less healthy tissue than this are not asked. */
const leastFilled = 0.2;

/**
 * What ln DWI would be were all tissue healthy, on blocks: receive-coil bias and regional T2 together. First a
 * second-order polynomial, fitted to tissue of healthy ADC by reweighted least squares with Tukey's biweight;
 * then each axial level's own shift; then the residual, averaged locally (Gaussian, `reachMm`) over the
 * blocks that the fit took for healthy. Where few of those are near, as within a large infarct, the local
 * part fades away and so cannot follow the infarct. Blocks of `excluded` have no say at all.
 */
export function fitBackground(tissue: TissueBlocks, excluded: Uint8Array, reachMm: number): Float32Array {
  const { blocks, healthyLog: means } = tissue;
  let filled = tissue.healthyFilled.map((value, at) => (excluded[at] === 0 ? value : 0));
  // Nothing left to learn from: better a background that follows the lesion than none.
  if (!filled.some((value) => value > 0)) filled = tissue.healthyFilled.slice();
  const { weights, fit } = fitPolynomial(means, filled, blocks);
  addLevels(means, fit, weights, filled, blocks);
  const residual = means.map((value, at) => weights[at] * (value - fit[at]));
  smoothGaussian(residual, blocks.shape, blocks.spacingMm, reachMm, residual);
  const reliable = smoothGaussian(weights, blocks.shape, blocks.spacingMm, reachMm);
  const known =
    quantile(
      reliable.filter((_, at) => filled[at] > 0),
      0.5,
      true,
    ) || 0;
  for (let at = 0; at < fit.length; at++) fit[at] += residual[at] / (reliable[at] + 0.25 * known + 1e-9);
  return fit;
}

/** Weighted robust fit over the blocks; `weights` are 0 where there is no healthy tissue. */
function fitPolynomial(means: Float32Array, filled: Float32Array, blocks: Blocks) {
  const used: number[] = [];
  const collect = (least: number) => {
    for (let at = 0; at < filled.length; at++) if (filled[at] > least) used.push(at);
  };
  collect(leastFilled);
  if (used.length === 0) collect(0);
  // A flat field is all that a handful of blocks can tell.
  const terms = used.length < 60 ? 1 : 10;
  const basis = polynomialBasis(blocks, terms);
  const weights = new Float32Array(filled.length);
  const residuals = new Float32Array(used.length);
  let coefficients = new Float64Array(terms);
  coefficients[0] = median(Float32Array.from(used, (at) => means[at]));
  const valueAt = (at: number) => {
    let value = 0;
    for (let term = 0; term < terms; term++) value += coefficients[term] * basis[at * terms + term];
    return value;
  };
  for (let round = 0; round <= rounds; round++) {
    for (let n = 0; n < used.length; n++) residuals[n] = means[used[n]] - valueAt(used[n]);
    // The first look is wide: the start is only a constant.
    const cut = tukeyCut * Math.max(leastSpread, robustSigma(residuals, 0)) * (round === 0 ? 2 : 1);
    for (let n = 0; n < used.length; n++) weights[used[n]] = filled[used[n]] * tukey(residuals[n] / cut);
    if (round < rounds) coefficients = solveWeighted(means, weights, used, basis, terms) ?? coefficients;
  }
  const fit = new Float32Array(filled.length);
  for (let at = 0; at < fit.length; at++) fit[at] = valueAt(at);
  return { weights, fit };
}

/** 1, x, y, z and their products at each block, coordinates from −1 to 1. */
function polynomialBasis({ shape: [nx, ny, nz] }: Blocks, terms: number): Float64Array {
  const basis = new Float64Array(nx * ny * nz * terms);
  const scaled = (n: number, count: number) => (count > 1 ? (2 * n) / (count - 1) - 1 : 0);
  let to = 0;
  for (let k = 0; k < nz; k++) {
    const z = scaled(k, nz);
    for (let j = 0; j < ny; j++) {
      const y = scaled(j, ny);
      for (let i = 0; i < nx; i++) {
        const x = scaled(i, nx);
        basis[to++] = 1;
        if (terms === 1) continue;
        basis[to++] = x;
        basis[to++] = y;
        basis[to++] = z;
        basis[to++] = x * x;
        basis[to++] = y * y;
        basis[to++] = z * z;
        basis[to++] = x * y;
        basis[to++] = x * z;
        basis[to++] = y * z;
      }
    }
  }
  return basis;
}

/** Normal equations of weighted least squares; null when they have no solution. */
function solveWeighted(
  values: Float32Array,
  weights: Float32Array,
  used: readonly number[],
  basis: Float64Array,
  terms: number,
): Float64Array<ArrayBuffer> | null {
  const normal = new Float64Array(terms * terms);
  const right = new Float64Array(terms);
  for (let n = 0; n < used.length; n++) {
    const at = used[n];
    if (weights[at] === 0) continue;
    const row = at * terms;
    for (let i = 0; i < terms; i++) {
      const weighted = weights[at] * basis[row + i];
      right[i] += weighted * values[at];
      for (let j = 0; j <= i; j++) normal[i * terms + j] += weighted * basis[row + j];
    }
  }
  return solve(normal, right, terms);
}

/** Tukey's biweight of a residual in units of its cut-off. */
function tukey(off: number): number {
  return Math.abs(off) < 1 ? (1 - off * off) ** 2 : 0;
}

/**
 * Axial levels have a brightness of their own (slice-wise scaling, coils at the ends of the field of view):
 * adds each level's median residual, smoothed over its neighbours. A median withstands an infarct of less
 * than half of the healthy-looking tissue of a level. The weights are made anew.
 */
function addLevels(
  means: Float32Array,
  fit: Float32Array,
  weights: Float32Array,
  filled: Float32Array,
  { shape }: Blocks,
): void {
  const plane = shape[0] * shape[1];
  const shifts = new Float64Array(shape[2]);
  const counts = new Float64Array(shape[2]);
  const spread: number[] = [];
  for (let z = 0; z < shape[2]; z++) {
    const own: number[] = [];
    for (let at = z * plane; at < (z + 1) * plane; at++)
      if (filled[at] > leastFilled) own.push(means[at] - fit[at]);
    counts[z] = own.length;
    if (own.length > 0) shifts[z] = median(Float32Array.from(own));
  }
  for (let z = 0; z < shape[2]; z++) {
    let [sum, weight] = [0, 20];
    for (let k = Math.max(0, z - 1); k <= Math.min(shape[2] - 1, z + 1); k++) {
      const w = counts[k] * (k === z ? 1 : 0.5);
      sum += w * shifts[k];
      weight += w;
    }
    for (let at = z * plane; at < (z + 1) * plane; at++) {
      fit[at] += sum / weight;
      if (filled[at] > leastFilled) spread.push(means[at] - fit[at]);
    }
  }
  const cut = tukeyCut * Math.max(leastSpread, robustSigma(Float32Array.from(spread), 0));
  for (let at = 0; at < fit.length; at++) {
    weights[at] = filled[at] > leastFilled ? filled[at] * tukey((means[at] - fit[at]) / cut) : 0;
  }
}

/** Solves a symmetric positive system (lower triangle given) by Cholesky's method, with a trace of damping. */
function solve(normal: Float64Array, right: Float64Array, n: number): Float64Array<ArrayBuffer> | null {
  const lower = normal.slice();
  const damping = 1e-6 * (normal[0] + 1e-9);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * n + j] + (i === j ? damping : 0);
      for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
      if (i !== j) lower[i * n + j] = sum / lower[j * n + j];
      else if (sum > 0) lower[i * n + i] = Math.sqrt(sum);
      else return null;
    }
  const x = new Float64Array(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= lower[i * n + k] * x[k];
    x[i] /= lower[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= lower[k * n + i] * x[k];
    x[i] /= lower[i * n + i];
  }
  return x;
}
