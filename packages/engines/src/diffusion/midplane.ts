import { median } from '@atoll/volume/histogram';
import type { Vec3 } from '@atoll/volume/volume';
import { type Blocks, blockMeans, blocksOf, blocksWhere } from './blocks.ts';

/**
 * The plane between the hemispheres in millimetres along the grid's axes from its first voxel:
 * normal · p = offsetMm, the normal pointing along +x. `correlation` is that of the ADC on both sides.
 */
export type MidPlane = { readonly normal: Vec3; readonly offsetMm: number; readonly correlation: number };

/** CSF is cut off here (10⁻⁶ mm²/s): its shape counts, its exact value and flow artefacts do not. */
const adcCeiling = 1800;
/** Heads lie nearly straight: of two planes as good as each other the straighter one is taken. */
const tiltCost = 0.02;
/** Yaws and rolls to start from, in radians: a head is turned in its coil, and slices are angled, by up to 25°. */
const startAngles = [-0.36, -0.18, 0, 0.18, 0.36];

/**
 * Finds the plane that best mirrors the brain's ADC onto itself. The ADC has no coil bias, and CSF shows the
 * shape of the brain. Two angles and an offset by Nelder & Mead's simplex (1965), from the brain's centre and
 * the best two of a grid of angles, on blocks of about 8 mm first and 4 mm then.
 */
export function findMidPlane(adc: Float32Array, brain: Uint8Array, shape: Vec3, spacingMm: Vec3): MidPlane {
  const fine = coarseImage(adc, brain, shape, blocksOf(shape, spacingMm, 4));
  const rough = coarseImage(adc, brain, shape, blocksOf(shape, spacingMm, 8));
  const planeOf = ([yaw, roll, shift]: readonly number[]) => {
    const normal = normalOf(yaw, roll);
    return { normal, offsetMm: dot(normal, fine.centre) + shift };
  };
  const costOn = (image: CoarseImage) => (parameters: readonly number[]) => {
    const { normal, offsetMm } = planeOf(parameters);
    const tilt = parameters[0] ** 2 + parameters[1] ** 2;
    return tiltCost * tilt - mirrorCorrelation(image, normal, offsetMm);
  };
  // A slice or two tell nothing about the roll.
  const rolls = fine.blocks.shape[2] < 3 ? 0 : 1;
  const cost = costOn(rough);
  const start = startAngles
    .flatMap((yaw) => (rolls === 0 ? [0] : startAngles).map((roll) => [yaw, roll, 0]))
    .map((point) => ({ point, value: cost(point) }))
    .sort((one, other) => one.value - other.value)
    .slice(0, 2)
    .map(({ point }) => minimise(cost, point, [0.09, 0.09 * rolls, 4], 45))
    .reduce((one, other) => (other.value < one.value ? other : one));
  const best = minimise(costOn(fine), start.point, [0.03, 0.03 * rolls, 2], 36);
  const plane = planeOf(best.point);
  return { ...plane, correlation: mirrorCorrelation(fine, plane.normal, plane.offsetMm) };
}

type CoarseImage = {
  readonly values: Float32Array;
  readonly inside: Uint8Array;
  readonly centre: Vec3;
  readonly blocks: Blocks;
};

function coarseImage(adc: Float32Array, brain: Uint8Array, shape: Vec3, blocks: Blocks): CoarseImage {
  const { means, filled } = blockMeans(adc, brain, shape, blocks);
  const values = means.map((value, at) => (filled[at] > 0 ? Math.min(adcCeiling, value) : adcCeiling));
  const inside = blocksWhere(filled, (fraction) => fraction >= 0.5);
  const [nx, ny] = blocks.shape;
  const coordinates: [number[], number[], number[]] = [[], [], []];
  for (let at = 0; at < inside.length; at++) {
    if (inside[at] === 0) continue;
    coordinates[0].push((at % nx) * blocks.spacingMm[0]);
    coordinates[1].push((Math.floor(at / nx) % ny) * blocks.spacingMm[1]);
    coordinates[2].push(Math.floor(at / (nx * ny)) * blocks.spacingMm[2]);
  }
  const middle = (axis: 0 | 1 | 2) => {
    const half = ((blocks.factor[axis] - 1) / 2) * spacingOf(blocks, axis);
    return (coordinates[axis].length > 0 ? median(Float32Array.from(coordinates[axis])) : 0) + half;
  };
  return { values, inside, centre: [middle(0), middle(1), middle(2)], blocks };
}

/** Spacing of the fine grid below the blocks. */
function spacingOf(blocks: Blocks, axis: 0 | 1 | 2): number {
  return blocks.spacingMm[axis] / blocks.factor[axis];
}

function normalOf(yaw: number, roll: number): Vec3 {
  return [Math.cos(yaw) * Math.cos(roll), Math.sin(yaw) * Math.cos(roll), Math.sin(roll)];
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Pearson correlation between blocks of the brain on one side and what the plane mirrors them onto. */
function mirrorCorrelation({ values, inside, blocks }: CoarseImage, normal: Vec3, offsetMm: number): number {
  const [nx, ny, nz] = blocks.shape;
  const [sx, sy, sz] = blocks.spacingMm;
  const half = ([0, 1, 2] as const).map((axis) => ((blocks.factor[axis] - 1) / 2) * spacingOf(blocks, axis));
  let [n, sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0, 0];
  let at = 0;
  // No arrays within the loop: until it is compiled each of them would be made anew for every block.
  const [ux, uy, uz] = normal;
  const [hx, hy, hz] = half;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        if (inside[at] === 0) continue;
        const distance = ux * (i * sx + hx) + uy * (j * sy + hy) + uz * (k * sz + hz) - offsetMm;
        if (distance < 0) continue;
        const x = i - (2 * distance * ux) / sx;
        const y = j - (2 * distance * uy) / sy;
        const z = Math.min(nz - 1, Math.max(0, k - (2 * distance * uz) / sz));
        // What is mirrored out of the image meets CSF: an off-centre plane must not pay.
        let other = adcCeiling;
        if (x >= 0 && x <= nx - 1 && y >= 0 && y <= ny - 1) {
          const x0 = Math.floor(x);
          const y0 = Math.floor(y);
          const z0 = Math.floor(z);
          const fx = x - x0;
          const fy = y - y0;
          const fz = z - z0;
          const dx = fx > 0 ? 1 : 0;
          const dy = fy > 0 ? nx : 0;
          const dz = fz > 0 ? nx * ny : 0;
          const p = x0 + nx * (y0 + ny * z0);
          const q = p + dz;
          const low =
            (values[p] * (1 - fx) + values[p + dx] * fx) * (1 - fy) +
            (values[p + dy] * (1 - fx) + values[p + dy + dx] * fx) * fy;
          const high =
            (values[q] * (1 - fx) + values[q + dx] * fx) * (1 - fy) +
            (values[q + dy] * (1 - fx) + values[q + dy + dx] * fx) * fy;
          other = low * (1 - fz) + high * fz;
        }
        const own = values[at];
        n++;
        sumA += own;
        sumB += other;
        sumAA += own * own;
        sumBB += other * other;
        sumAB += own * other;
      }
  if (n < 10) return -1;
  const covariance = sumAB - (sumA * sumB) / n;
  const spread = Math.sqrt((sumAA - sumA ** 2 / n) * (sumBB - sumB ** 2 / n));
  return spread > 0 ? covariance / spread : 0;
}

/** Nelder & Mead's simplex; axes with a step of 0 stay fixed. */
function minimise(
  cost: (point: readonly number[]) => number,
  start: readonly number[],
  steps: readonly number[],
  evaluations: number,
): { point: readonly number[]; value: number } {
  const at = (point: readonly number[]) => ({ point, value: cost(point) });
  const simplex = [at(start)];
  steps.forEach((step, axis) => {
    if (step !== 0) simplex.push(at(start.map((value, k) => (k === axis ? value + step : value))));
  });
  const size = simplex.length - 1;
  for (let used = simplex.length; used < evaluations; ) {
    simplex.sort((one, other) => one.value - other.value);
    const worst = simplex[size];
    const centroid = start.map((_, k) =>
      simplex.slice(0, size).reduce((sum, s) => sum + s.point[k] / size, 0),
    );
    const along = (factor: number) => at(centroid.map((c, k) => c + factor * (worst.point[k] - c)));
    const reflected = along(-1);
    used++;
    if (reflected.value < simplex[0].value) {
      const expanded = along(-2);
      used++;
      simplex[size] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[size - 1].value) simplex[size] = reflected;
    else {
      const contracted = along(reflected.value < worst.value ? -0.5 : 0.5);
      used++;
      if (contracted.value < Math.min(worst.value, reflected.value)) simplex[size] = contracted;
      else {
        const best = simplex[0];
        for (let n = 1; n <= size; n++) {
          simplex[n] = at(simplex[n].point.map((value, k) => (value + best.point[k]) / 2));
          used++;
        }
      }
    }
  }
  simplex.sort((one, other) => one.value - other.value);
  return simplex[0];
}
