import { transformPoint } from './affine.ts';
import { type Box, boundingBox, cropMask, sizeOf } from './morphology.ts';
import type { AffineRow, Mask, Vec3 } from './volume.ts';

/** The smallest box that holds every voxel inside any of the masks, which share a grid; null when all are empty. */
export function commonBox(masks: readonly Mask[]): Box | null {
  const boxes = masks.flatMap(({ data, shape }) => boundingBox(data, shape) ?? []);
  if (boxes.length === 0) return null;
  const outermost = (pick: (axis: number) => number): Vec3 => [pick(0), pick(1), pick(2)];
  return {
    low: outermost((axis) => Math.min(...boxes.map(({ low }) => low[axis]))),
    high: outermost((axis) => Math.max(...boxes.map(({ high }) => high[axis]))),
  };
}

/** The part of a mask within a box, at its place in the world. */
export function crop({ shape, affine, data }: Mask, box: Box): Mask {
  const origin = transformPoint(affine, box.low);
  const row = (axis: 0 | 1 | 2): AffineRow => {
    const [i, j, k] = affine[axis];
    return [i, j, k, origin[axis]];
  };
  return { shape: sizeOf(box), affine: [row(0), row(1), row(2)], data: cropMask(data, shape, box) };
}
