import type { Vec3 } from '@atoll/volume/volume';

/**
 * One channel as a network sees it: the last index runs fastest, data[k + n2·(j + n1·i)]. A volume whose first index
 * runs fastest is a block of the axes z, y, x without a voxel being moved.
 */
export type Block = { readonly shape: Vec3; readonly data: Float32Array };

/** From `start` to before `end`. */
export type BlockBox = { readonly start: Vec3; readonly end: Vec3 };

export const sizeOf = ([a, b, c]: Vec3): number => a * b * c;

/** How far a step along each axis leads. */
export const stridesOf = ([, b, c]: Vec3): Vec3 => [b * c, c, 1];

/** A value for each axis. */
export function eachAxis(value: (axis: 0 | 1 | 2) => number): Vec3 {
  return [value(0), value(1), value(2)];
}

/** The part of a block within a box. */
export function cropBlock({ shape, data }: Block, { start, end }: BlockBox): Block {
  const size = eachAxis((axis) => end[axis] - start[axis]);
  const [s0, s1] = stridesOf(shape);
  const cropped = new Float32Array(sizeOf(size));
  let at = 0;
  for (let i = start[0]; i < end[0]; i++)
    for (let j = start[1]; j < end[1]; j++, at += size[2]) {
      const row = i * s0 + j * s1;
      cropped.set(data.subarray(row + start[2], row + end[2]), at);
    }
  return { shape: size, data: cropped };
}

/** A block with zeros around it, `before` of them at the low end of each axis, to reach a shape. */
export function padBlock({ shape, data }: Block, padded: Vec3, before: Vec3): Block {
  const [s0, s1] = stridesOf(padded);
  const out = new Float32Array(sizeOf(padded));
  let at = 0;
  for (let i = 0; i < shape[0]; i++)
    for (let j = 0; j < shape[1]; j++, at += shape[2]) {
      out.set(data.subarray(at, at + shape[2]), (i + before[0]) * s0 + (j + before[1]) * s1 + before[2]);
    }
  return { shape: padded, data: out };
}

/** The same values with the axes in another order: axis n of the result is axis `order[n]` of the block. */
export function transposeBlock({ shape, data }: Block, order: Vec3): Block {
  if (order.every((from, to) => from === to)) return { shape, data };
  const strides = stridesOf(shape);
  const turned = eachAxis((axis) => shape[order[axis]]);
  const [t0, t1, t2] = eachAxis((axis) => strides[order[axis]]);
  const out = new Float32Array(data.length);
  let at = 0;
  for (let i = 0; i < turned[0]; i++)
    for (let j = 0; j < turned[1]; j++)
      for (let k = 0; k < turned[2]; k++, at++) out[at] = data[i * t0 + j * t1 + k * t2];
  return { shape: turned, data: out };
}
