import type { Random } from '@atoll/phantom/random';
import { spacingMm as spacingOf, voxelVolumeMl } from '@atoll/volume/affine';
import { smoothWithinMask } from '@atoll/volume/gaussian';
import { boundingBox, cropMask, expandBox, sizeOf } from '@atoll/volume/morphology';
import type { Grid, Vec3 } from '@atoll/volume/volume';
import { Frontier } from './frontier.ts';
import { makeWaves } from './waves.ts';

/** How much of the full effect an infarct has on each voxel that it touches: 0–1, and its mask. */
export type Profile = {
  readonly voxels: Int32Array;
  readonly shares: Float32Array;
  /** Is the voxel at the same place infarcted? Where the share exceeds `truthShare` of the largest. */
  readonly inside: Uint8Array;
  readonly volumeMl: number;
  /** The voxel that it grew from. */
  readonly start: number;
};

/** A voxel is infarcted when the profile exceeds this share of its peak. */
const truthShare = 0.35;

export type GrowthPlan = {
  readonly start: number;
  readonly ml: number;
  /** σ of the soft rim in mm. */
  readonly rimMm: number;
  /** How readily it spreads into a voxel: 1 at the usual speed, 0 never. */
  readonly ease: (at: number) => number;
};

/**
 * An infarct of a given volume grown from a voxel through tissue: first-passage percolation, in which each step takes
 * a random time, faster where a smooth random field is high, so that it gets lobes and never crosses CSF. null when
 * there is too little tissue to reach.
 */
export function growInfarct(
  tissue: Uint8Array,
  grid: Grid,
  plan: GrowthPlan,
  random: Random,
): Profile | null {
  const voxelMl = voxelVolumeMl(grid.affine);
  const wanted = Math.max(1, Math.round(plan.ml / voxelMl));
  // The rim adds to the core or takes from it: grown on for as long as could be needed.
  const order = spread(tissue, grid, plan, Math.ceil(wanted * 1.8) + 8, random);
  if (order.length < wanted) return null;
  const soften = softener(tissue, grid, order, plan.rimMm);
  // The truth's volume rises with the core's: bisection finds the core that gives it.
  let [low, high] = [1, order.length];
  let best = soften(Math.min(wanted, order.length));
  while (low < high) {
    const middle = (low + high) >> 1;
    const profile = soften(middle);
    if (Math.abs(profile.count - wanted) < Math.abs(best.count - wanted)) best = profile;
    if (Math.abs(profile.count - wanted) <= 0.005 * wanted) break;
    if (profile.count < wanted) low = middle + 1;
    else high = middle;
  }
  if (Math.abs(best.count - wanted) > Math.max(1, 0.06 * wanted)) return null;
  const { voxels, shares, inside, count } = best;
  return { voxels, shares, inside, volumeMl: count * voxelMl, start: plan.start };
}

/** Voxels in the order in which the growth reaches them, at most `limit`. */
function spread(
  tissue: Uint8Array,
  grid: Grid,
  { start, ml, ease }: GrowthPlan,
  limit: number,
  random: Random,
): Int32Array {
  const [nx, ny, nz] = grid.shape;
  const spacing = spacingOf(grid.affine);
  const radiusMm = Math.cbrt((ml * 1000 * 3) / (4 * Math.PI));
  const lobes = makeWaves(random, 10, Math.max(6, 1.6 * radiusMm));
  const steps = neighbours(grid.shape, spacing);
  const order = new Int32Array(limit);
  let count = 0;
  const reached = new Uint8Array(tissue.length);
  const frontier = new Frontier();
  if (tissue[start] === 0) return order.subarray(0, 0);
  frontier.push(0, start);
  while (count < limit) {
    const next = frontier.pop();
    if (next === null) break;
    const { at, time } = next;
    if (reached[at] !== 0) continue;
    reached[at] = 1;
    order[count++] = at;
    const i = at % nx;
    const j = Math.floor(at / nx) % ny;
    const k = Math.floor(at / (nx * ny));
    for (const { di, dj, dk, offset, mm } of steps) {
      const [x, y, z] = [i + di, j + dj, k + dk];
      if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) continue;
      const to = at + offset;
      if (tissue[to] === 0 || reached[to] !== 0) continue;
      const ready = ease(to);
      if (ready <= 0) continue;
      const lobe = lobes(x * spacing[0], y * spacing[1], z * spacing[2]);
      const slowness = (0.55 + 0.9 * random.uniform()) * Math.exp(-0.45 * lobe);
      frontier.push(time + (mm * slowness) / ready, to);
    }
  }
  return order.subarray(0, count);
}

/** Softens a core, the first so many voxels of an order, within the tissue around it. */
function softener(tissue: Uint8Array, { shape, affine }: Grid, order: Int32Array, rimMm: number) {
  const spacing = spacingOf(affine);
  const all = new Uint8Array(tissue.length);
  for (const at of order) all[at] = 1;
  const reach = boundingBox(all, shape);
  if (reach === null) throw new Error('A growth without voxels cannot be softened.');
  const box = expandBox(reach, shape, spacing, 3 * rimMm + Math.max(...spacing));
  const size = sizeOf(box);
  const within = cropMask(tissue, shape, box);
  // Where each voxel of the box lies in the image.
  const place = new Int32Array(within.length);
  for (let k = 0, n = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, n++)
        place[n] = i + box.low[0] + shape[0] * (j + box.low[1] + shape[1] * (k + box.low[2]));
  const core = new Float32Array(within.length);
  const [nx, ny] = shape;
  const inBox = order.map((at) => {
    const i = (at % nx) - box.low[0];
    const j = (Math.floor(at / nx) % ny) - box.low[1];
    return i + size[0] * (j + size[1] * (Math.floor(at / (nx * ny)) - box.low[2]));
  });
  return (count: number) => {
    core.fill(0);
    for (let n = 0; n < count; n++) core[inBox[n]] = 1;
    const soft = smoothWithinMask(core, within, size, spacing, rimMm);
    let peak = 0;
    for (const value of soft) if (value > peak) peak = value;
    const voxels: number[] = [];
    const shares: number[] = [];
    const inside: number[] = [];
    for (let n = 0; n < soft.length; n++) {
      const share = soft[n] / peak;
      if (share < 0.02) continue;
      voxels.push(place[n]);
      shares.push(share);
      inside.push(share > truthShare ? 1 : 0);
    }
    return {
      voxels: Int32Array.from(voxels),
      shares: Float32Array.from(shares),
      inside: Uint8Array.from(inside),
      count: inside.reduce((sum, value) => sum + value, 0),
    };
  };
}

function neighbours([nx, ny]: Vec3, spacing: Vec3) {
  const steps = [];
  for (let dk = -1; dk <= 1; dk++)
    for (let dj = -1; dj <= 1; dj++)
      for (let di = -1; di <= 1; di++) {
        if (di === 0 && dj === 0 && dk === 0) continue;
        const mm = Math.hypot(di * spacing[0], dj * spacing[1], dk * spacing[2]);
        steps.push({ di, dj, dk, mm, offset: di + nx * (dj + ny * dk) });
      }
  return steps;
}
