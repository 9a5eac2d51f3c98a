import type { Vec3 } from '@atoll/volume/volume';
import { type Block, eachAxis, stridesOf } from './block.ts';
import { type Aligned, type Order, resizeAxis } from './spline.ts';

/** From this ratio of spacings on, slices are resampled each by itself. */
const anisotropy = 3;

export type Resizing = {
  /** Along the network's axes, in mm. */
  readonly from: Vec3;
  readonly to: Vec3;
  readonly order: Order;
  /** Along the axis of thick slices, where that is resampled by itself. */
  readonly orderZ: Order;
  /** null: by the spacings. */
  readonly separateZ: boolean | null;
  readonly aligned: Aligned;
};

type Axis = 0 | 1 | 2;
const axes: readonly Axis[] = [0, 1, 2];

/** Voxels along each axis after resampling; halves go to the even number, as in Python. */
export function resampledShape(
  shape: Vec3,
  { from, to, aligned }: Pick<Resizing, 'from' | 'to' | 'aligned'>,
): Vec3 {
  if (aligned === 'centres') {
    return eachAxis((axis) => Math.max(1, roundHalfToEven((from[axis] * (shape[axis] - 1)) / to[axis]) + 1));
  }
  return eachAxis((axis) => Math.max(1, roundHalfToEven((from[axis] / to[axis]) * shape[axis])));
}

/**
 * One channel onto another shape, as nnU-Net's resample_data_or_seg_to_shape does it: all axes by one spline, or the
 * slices each in their plane and then along the thick axis by an order of its own. Values stay within those that they
 * came from: of the image, or of each slice.
 */
export function resampleBlock(block: Block, shape: Vec3, resizing: Resizing): Block {
  if (axes.every((axis) => block.shape[axis] === shape[axis]) && isSame(resizing)) return block;
  const { from, to, order, orderZ, aligned } = resizing;
  const resize = (given: Block, axis: Axis, by: Order) => {
    const ratio = aligned === 'faces' ? given.shape[axis] / shape[axis] : to[axis] / from[axis];
    return resizeAxis(given, axis, shape[axis], by, ratio, aligned);
  };
  const thick = thickAxis(resizing);
  if (thick === null) {
    const resized = axes.reduce((given, axis) => resize(given, axis, order), block);
    return order === 3 ? clipped(resized, block, null) : resized;
  }
  const inPlane = axes
    .filter((axis) => axis !== thick)
    .reduce((given, axis) => resize(given, axis, order), block);
  return resize(order === 3 ? clipped(inPlane, block, thick) : inPlane, thick, orderZ);
}

function isSame({ from, to, aligned }: Resizing): boolean {
  // nnU-Net goes by the shapes alone.
  return aligned === 'faces' || axes.every((axis) => from[axis] === to[axis]);
}

/** The axis that is resampled by itself; null where none is. */
function thickAxis({ from, to, separateZ }: Pick<Resizing, 'from' | 'to' | 'separateZ'>): Axis | null {
  if (separateZ === false) return null;
  const widest = (spacing: Vec3): Axis | null => {
    const most = Math.max(...spacing);
    const found = axes.filter((axis) => most / spacing[axis] === 1);
    return found.length === 1 ? found[0] : null;
  };
  if (separateZ === true) return widest(from);
  const isThick = (spacing: Vec3) => Math.max(...spacing) / Math.min(...spacing) > anisotropy;
  if (isThick(from)) return widest(from);
  return isThick(to) ? widest(to) : null;
}

/** Keeps a spline from swinging beyond its samples: in all, or in each slice along an axis. */
function clipped(resized: Block, source: Block, along: Axis | null): Block {
  const slices = along === null ? 1 : source.shape[along];
  const low = new Float64Array(slices).fill(Infinity);
  const high = new Float64Array(slices).fill(-Infinity);
  const sliceIn = ({ shape }: Block) => {
    if (along === null) return () => 0;
    const stride = stridesOf(shape)[along];
    return (at: number) => Math.floor(at / stride) % shape[along];
  };
  const sliceOf = sliceIn(source);
  for (let at = 0; at < source.data.length; at++) {
    const slice = sliceOf(at);
    if (source.data[at] < low[slice]) low[slice] = source.data[at];
    if (source.data[at] > high[slice]) high[slice] = source.data[at];
  }
  const resizedSliceOf = sliceIn(resized);
  for (let at = 0; at < resized.data.length; at++) {
    const slice = resizedSliceOf(at);
    resized.data[at] = Math.min(high[slice], Math.max(low[slice], resized.data[at]));
  }
  return resized;
}

export function roundHalfToEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
