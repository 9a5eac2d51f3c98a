import type { Affine } from '@atoll/volume/volume';
import type { Samples } from './subject.ts';
import type { Template } from './template.ts';

/** Cost of a placement, and how half of it changes with the affine's twelve numbers: gradient, Gauss–Newton's Hessian. */
export type Equations = {
  readonly cost: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
};

/** How much the ADC counts beside the outline. */
const adcShare = 0.25;

/**
 * Compares samples with the template at the places where `affine` puts them (from mm about the patient's centre to
 * the template's world mm): the squared differences of outlines, and of ADC inside the brain, per sample. Differences
 * far over `softness` count less and less (Geman and McClure), so that a face in the brain's outline, or an old
 * cavity, does not pull.
 */
export function normalEquations(
  template: Template,
  samples: Samples,
  affine: Affine,
  softness: number,
): Equations {
  const { grid, values } = template;
  const [nx, ny, nz] = grid.shape;
  const perX = 1 / grid.affine[0][0];
  const perY = 1 / grid.affine[1][1];
  const perZ = 1 / grid.affine[2][2];
  const [[a0, a1, a2, a3], [b0, b1, b2, b3], [c0, c1, c2, c3]] = affine;
  const ox = (a3 - grid.affine[0][3]) * perX;
  const oy = (b3 - grid.affine[1][3]) * perY;
  const oz = (c3 - grid.affine[2][3]) * perZ;
  const { places, outline, adc, weight, count } = samples;
  const perSoftness = 1 / (softness * softness);
  const background = values[0];
  // Value and derivatives by world mm of the template at one place; kept, for an array a sample would cost more.
  const here = new Float64Array(4);
  const products = new Float64Array(60);
  const slopes = new Float64Array(12);
  const lastX = nx - 1;
  const lastY = ny - 1;
  const lastZ = nz - 1;
  let cost = 0;
  for (let n = 0; n < count; n++) {
    const px = places[3 * n];
    const py = places[3 * n + 1];
    const pz = places[3 * n + 2];
    const x = (a0 * px + a1 * py + a2 * pz) * perX + ox;
    const y = (b0 * px + b1 * py + b2 * pz) * perY + oy;
    const z = (c0 * px + c1 * py + c2 * pz) * perZ + oz;
    const inside = x >= 0 && y >= 0 && z >= 0 && x < lastX && y < lastY && z < lastZ;
    if (inside) sampleTemplate(values, 1, nx, ny, x, y, z, here);
    else here.fill(0);
    const off = here[0] - outline[n];
    const calm = 1 / (1 + off * off * perSoftness);
    const trust = calm * calm;
    cost += off * off * calm;
    const mx = here[1] * perX;
    const my = here[2] * perY;
    const mz = here[3] * perZ;
    const hx = trust * mx;
    const hy = trust * my;
    const hz = trust * mz;
    let xx = hx * mx;
    let xy = hx * my;
    let xz = hx * mz;
    let yy = hy * my;
    let yz = hy * mz;
    let zz = hz * mz;
    let sx = hx * off;
    let sy = hy * off;
    let sz = hz * off;
    if (weight[n] > 0) {
      if (inside) sampleTemplate(values, 0, nx, ny, x, y, z, here);
      else here[0] = background;
      const counts = adcShare * weight[n];
      const adcOff = here[0] - adc[n];
      const adcCalm = 1 / (1 + adcOff * adcOff * perSoftness);
      const adcTrust = counts * adcCalm * adcCalm;
      cost += counts * adcOff * adcOff * adcCalm;
      const tx = here[1] * perX;
      const ty = here[2] * perY;
      const tz = here[3] * perZ;
      const kx = adcTrust * tx;
      const ky = adcTrust * ty;
      const kz = adcTrust * tz;
      xx += kx * tx;
      xy += kx * ty;
      xz += kx * tz;
      yy += ky * ty;
      yz += ky * tz;
      zz += kz * tz;
      sx += kx * adcOff;
      sy += ky * adcOff;
      sz += kz * adcOff;
    }
    // Where the template is flat, a move changes nothing.
    if (xx === 0 && yy === 0 && zz === 0) continue;
    addProducts(products, 0, xx, px, py, pz);
    addProducts(products, 10, xy, px, py, pz);
    addProducts(products, 20, xz, px, py, pz);
    addProducts(products, 30, yy, px, py, pz);
    addProducts(products, 40, yz, px, py, pz);
    addProducts(products, 50, zz, px, py, pz);
    addSlopes(slopes, 0, sx, px, py, pz);
    addSlopes(slopes, 4, sy, px, py, pz);
    addSlopes(slopes, 8, sz, px, py, pz);
  }
  return {
    cost: cost / count,
    gradient: slopes.map((slope) => slope / count),
    hessian: hessianOf(products, count),
  };
}

/**
 * The template's ADC (`channel` 0) or outline (1) at a place in its blocks, trilinear, and its derivatives by block,
 * into `out`.
 */
export function sampleTemplate(
  values: Float32Array,
  channel: 0 | 1,
  nx: number,
  ny: number,
  x: number,
  y: number,
  z: number,
  out: Float64Array,
): void {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const z0 = Math.floor(z);
  const fx = x - x0;
  const fy = y - y0;
  const fz = z - z0;
  const low = 2 * (x0 + nx * (y0 + ny * z0)) + channel;
  const behind = low + 2 * nx;
  const above = low + 2 * nx * ny;
  const far = above + 2 * nx;
  const v000 = values[low];
  const v010 = values[behind];
  const v001 = values[above];
  const v011 = values[far];
  const d00 = values[low + 2] - v000;
  const d10 = values[behind + 2] - v010;
  const d01 = values[above + 2] - v001;
  const d11 = values[far + 2] - v011;
  // Along x first, then y, then z.
  const v00 = v000 + d00 * fx;
  const v10 = v010 + d10 * fx;
  const v01 = v001 + d01 * fx;
  const v11 = v011 + d11 * fx;
  const v0 = v00 + (v10 - v00) * fy;
  const v1 = v01 + (v11 - v01) * fy;
  const d0 = d00 + (d10 - d00) * fy;
  const d1 = d01 + (d11 - d01) * fy;
  out[0] = v0 + (v1 - v0) * fz;
  out[1] = d0 + (d1 - d0) * fz;
  out[2] = (v10 - v00) * (1 - fz) + (v11 - v01) * fz;
  out[3] = v1 - v0;
}

/** `by` times each product of two of (x, y, z, 1). */
function addProducts(sums: Float64Array, from: number, by: number, x: number, y: number, z: number): void {
  const byX = by * x;
  const byY = by * y;
  const byZ = by * z;
  sums[from] += byX * x;
  sums[from + 1] += byX * y;
  sums[from + 2] += byX * z;
  sums[from + 3] += byX;
  sums[from + 4] += byY * y;
  sums[from + 5] += byY * z;
  sums[from + 6] += byY;
  sums[from + 7] += byZ * z;
  sums[from + 8] += byZ;
  sums[from + 9] += by;
}

function addSlopes(sums: Float64Array, from: number, by: number, x: number, y: number, z: number): void {
  sums[from] += by * x;
  sums[from + 1] += by * y;
  sums[from + 2] += by * z;
  sums[from + 3] += by;
}

/** Where the product of two of four stands among the ten, and that of two of three among the six. */
const ofFour = [0, 1, 2, 3, 1, 4, 5, 6, 2, 5, 7, 8, 3, 6, 8, 9];
const ofThree = [0, 1, 2, 1, 3, 4, 2, 4, 5];

function hessianOf(products: Float64Array, count: number): Float64Array {
  const hessian = new Float64Array(144);
  for (let i = 0; i < 12; i++)
    for (let j = 0; j < 12; j++) {
      const gradients = ofThree[3 * Math.floor(i / 4) + Math.floor(j / 4)];
      hessian[12 * i + j] = products[10 * gradients + ofFour[4 * (i % 4) + (j % 4)]] / count;
    }
  return hessian;
}
