import { close, dilate, fillHolesBySlice } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';

export function finish(
  mask: Uint8Array,
  z: Float32Array,
  adc: Float32Array,
  brain: Uint8Array,
  shape: Vec3,
  spacingMm: Vec3,
): Uint8Array {
  const rim = dilate(mask, shape, spacingMm, Math.max(2, Math.min(spacingMm[0], spacingMm[1])));
  const out = mask.slice();
  for (let at = 0; at < rim.length; at++)
    if (rim[at] !== 0 && brain[at] !== 0 && z[at] > 1.2 && adc[at] < 1300) out[at] = 1;
  const closed = close(out, shape, spacingMm, 2);
  for (let at = 0; at < closed.length; at++) if (brain[at] === 0 || adc[at] > 1300) closed[at] = out[at];
  return fillHolesBySlice(closed, shape, Math.max(1, Math.round(50 / (spacingMm[0] * spacingMm[1]))));
}
