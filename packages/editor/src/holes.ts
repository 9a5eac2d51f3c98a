import { boundingBox, cropMask, fillHolesBySlice, pasteMask, sizeOf } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import { type Axis, axesWithin, strideOf } from './plane.ts';

/** The mask with what its slices across an axis enclose filled. */
export function fillHoles(mask: Uint8Array, shape: Vec3, axis: Axis): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(mask.length);
  const box = boundingBox(mask, shape);
  if (box === null) return out;
  const size = sizeOf(box);
  const part = cropMask(mask, shape, box);
  // Turned so that the slices follow one another along the last axis.
  const [u, v] = axesWithin(axis);
  const turned = new Uint8Array(part.length);
  const places = new Int32Array(part.length);
  let n = 0;
  for (let c = 0; c < size[axis]; c++)
    for (let b = 0; b < size[v]; b++)
      for (let a = 0; a < size[u]; a++, n++) {
        places[n] = a * strideOf(size, u) + b * strideOf(size, v) + c * strideOf(size, axis);
        turned[n] = part[places[n]];
      }
  const filled = fillHolesBySlice(turned, [size[u], size[v], size[axis]]);
  for (let at = 0; at < filled.length; at++) part[places[at]] = filled[at];
  pasteMask(part, out, shape, box);
  return out;
}
