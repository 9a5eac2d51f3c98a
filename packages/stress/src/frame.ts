import { compose, invert, transformPoint } from '@atoll/volume/affine';
import type { Affine, Mask, Vec3 } from '@atoll/volume/volume';
import type { HeadFrame, Images } from './anatomy.ts';

/**
 * Where the mid-plane lies and which way the head looks: the yaw, roll and offset at which the brain's ADC agrees
 * best with its mirror image. Millimetres stay millimetres; pitch is left as it is.
 */
export function headFrame(brain: Mask, { adc }: Images): HeadFrame {
  const { affine } = brain;
  const [nx, ny, nz] = brain.shape;
  const centre = middle(brain);
  // A coarse cloud of points within the brain is enough for a plane, and quick.
  const points: Vec3[] = [];
  let count = 0;
  for (let at = 0; at < brain.data.length; at++) count += brain.data[at];
  const every = Math.max(1, Math.round(count / 6000));
  for (let at = 0, seen = 0; at < brain.data.length; at++) {
    if (brain.data[at] === 0 || seen++ % every !== 0) continue;
    const i = at % nx;
    const j = Math.floor(at / nx) % ny;
    const [x, y, z] = transformPoint(affine, [i, j, Math.floor(at / (nx * ny))]);
    points.push([x, y, z]);
  }
  const toVoxel = invert(affine);
  const valueAt = (point: Vec3): number => {
    const [x, y, z] = transformPoint(toVoxel, point);
    const [i, j, k] = [Math.round(x), Math.round(y), Math.round(z)];
    if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) return -1000;
    const at = i + nx * (j + ny * k);
    return brain.data[at] === 0 ? -1000 : Math.max(0, Math.min(2500, adc.data[at]));
  };
  const values = points.map(valueAt);
  const cost = (yaw: number, roll: number, offset: number): number => {
    const normal: Vec3 = [Math.cos(yaw) * Math.cos(roll), Math.sin(yaw) * Math.cos(roll), Math.sin(roll)];
    let sum = 0;
    for (let n = 0; n < points.length; n++) {
      const [x, y, z] = points[n];
      const aside = dot(normal, [x - centre[0], y - centre[1], z - centre[2]]) - offset;
      const mirrored: Vec3 = [
        x - 2 * aside * normal[0],
        y - 2 * aside * normal[1],
        z - 2 * aside * normal[2],
      ];
      sum += Math.min(1500, Math.abs(values[n] - valueAt(mirrored)));
    }
    return sum;
  };
  const best = { yaw: 0, roll: 0, offset: 0, cost: Number.POSITIVE_INFINITY };
  const consider = (yaw: number, roll: number, offset: number) => {
    const here = cost(yaw, roll, offset);
    if (here < best.cost) Object.assign(best, { yaw, roll, offset, cost: here });
  };
  const degree = Math.PI / 180;
  for (const yaw of range(-36, 36, 9))
    for (const roll of range(-24, 24, 8))
      for (const off of range(-8, 8, 4)) consider(yaw * degree, roll * degree, off);
  for (const [step, far] of [
    [3, 2],
    [1, 1],
  ]) {
    const { yaw, roll, offset } = best;
    for (const a of range(-2, 2, 1))
      for (const b of range(-2, 2, 1))
        for (const c of range(-2, 2, 1))
          consider(yaw + a * step * degree, roll + b * step * degree, offset + c * far);
  }
  return frameOf(centre, best.yaw, best.roll, best.offset);
}

/** World to head: the plane's normal becomes x, up stays as near to up as it can. */
function frameOf(centre: Vec3, yaw: number, roll: number, offset: number): HeadFrame {
  const x: Vec3 = [Math.cos(yaw) * Math.cos(roll), Math.sin(yaw) * Math.cos(roll), Math.sin(roll)];
  const y: Vec3 = [-Math.sin(yaw), Math.cos(yaw), 0];
  const z: Vec3 = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
  const origin: Vec3 = [centre[0] + offset * x[0], centre[1] + offset * x[1], centre[2] + offset * x[2]];
  const rotation: Affine = [
    [...x, 0],
    [...y, 0],
    [...z, 0],
  ];
  return compose(rotation, [
    [1, 0, 0, -origin[0]],
    [0, 1, 0, -origin[1]],
    [0, 0, 1, -origin[2]],
  ]);
}

/** The middle of the mask's bounding box in the world. */
function middle({ data, shape: [nx, ny], affine }: Mask): Vec3 {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = low.map((value) => -value);
  for (let at = 0; at < data.length; at++) {
    if (data[at] === 0) continue;
    const point = transformPoint(affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]);
    for (const axis of [0, 1, 2]) {
      low[axis] = Math.min(low[axis], point[axis]);
      high[axis] = Math.max(high[axis], point[axis]);
    }
  }
  return [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2];
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, n) => from + n * step);
}
