import { smoothGaussian } from '@atoll/volume/gaussian';
import { median, quantile, robustSigma } from '@atoll/volume/histogram';
import { type Blocks, blockCount } from './blocks.ts';
import type { TissueBlocks } from './tissue.ts';

const rounds = 8;
/** Tukey's biweight gives no say to blocks further off than this many σ. */
const tukeyCut = 2.5;

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
  const count = blockCount(blocks);
  const used: number[] = [];
  for (let at = 0; at < count; at++) if (filled[at] > 0.2) used.push(at);
  if (used.length === 0) for (let at = 0; at < count; at++) if (filled[at] > 0) used.push(at);
  const weights = new Float32Array(count);
  const fit = new Float32Array(count);
  // A flat field is all that a handful of blocks can tell.
  const terms = used.length < 60 ? 1 : 10;
  const centre = median(Float32Array.from(used, (at) => means[at]));
  let coefficients = new Float64Array(terms);
  coefficients[0] = centre;
  for (const at of used) weights[at] = filled[at];
  const basis = new Float64Array(10);
  const [nx, ny, nz] = blocks.shape;
  const setBasis = (at: number) => {
    const x = nx > 1 ? (2 * (at % nx)) / (nx - 1) - 1 : 0;
    const y = ny > 1 ? (2 * (Math.floor(at / nx) % ny)) / (ny - 1) - 1 : 0;
    const z = nz > 1 ? (2 * Math.floor(at / (nx * ny))) / (nz - 1) - 1 : 0;
    basis.set([1, x, y, z, x * x, y * y, z * z, x * y, x * z, y * z]);
  };
  const residuals = new Float32Array(used.length);
  for (let round = 0; round <= rounds; round++) {
    for (let n = 0; n < used.length; n++) {
      setBasis(used[n]);
      let value = 0;
      for (let term = 0; term < terms; term++) value += coefficients[term] * basis[term];
      fit[used[n]] = value;
      residuals[n] = means[used[n]] - value;
    }
    const cut = tukeyCut * Math.max(0.03, robustSigma(residuals, 0)) * (round === 0 ? 2 : 1);
    for (let n = 0; n < used.length; n++) {
      const off = residuals[n] / cut;
      weights[used[n]] = Math.abs(off) < 1 ? filled[used[n]] * (1 - off * off) ** 2 : 0;
    }
    if (round === rounds) break;
    const normal = new Float64Array(terms * terms);
    const right = new Float64Array(terms);
    for (const at of used) {
      const weight = weights[at];
      if (weight === 0) continue;
      setBasis(at);
      for (let i = 0; i < terms; i++) {
        const wi = weight * basis[i];
        right[i] += wi * means[at];
        for (let j = 0; j <= i; j++) normal[i * terms + j] += wi * basis[j];
      }
    }
    coefficients = solve(normal, right, terms) ?? coefficients;
  }
  for (let at = 0; at < count; at++) {
    setBasis(at);
    let value = 0;
    for (let term = 0; term < terms; term++) value += coefficients[term] * basis[term];
    fit[at] = value;
  }
  return { weights, fit };
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
    for (let at = z * plane; at < (z + 1) * plane; at++) if (filled[at] > 0.2) own.push(means[at] - fit[at]);
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
      if (filled[at] > 0.2) spread.push(means[at] - fit[at]);
    }
  }
  const cut = tukeyCut * Math.max(0.03, robustSigma(Float32Array.from(spread), 0));
  for (let at = 0; at < fit.length; at++) {
    const off = (means[at] - fit[at]) / cut;
    weights[at] = filled[at] > 0.2 && Math.abs(off) < 1 ? filled[at] * (1 - off * off) ** 2 : 0;
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
