import type { Vec3 } from '@atoll/volume/volume';
import type { MidPlane } from './midplane.ts';

/**
 * For each voxel of the mask, the largest value around its mirror image: within `reach` voxels along each
 * axis, for no brain is symmetric to the millimetre. `absent` where the mirror image leaves the grid; give
 * the field the same value where it does not apply.
 */
export function mirroredMaximum(
  field: Float32Array,
  { mask, shape, spacingMm }: { readonly mask: Uint8Array; readonly shape: Vec3; readonly spacingMm: Vec3 },
  plane: MidPlane,
  { reach, absent }: { readonly reach: Vec3; readonly absent: number },
): Float32Array {
  const highest = maximumAround(field, shape, reach);
  const out = new Float32Array(field.length).fill(absent);
  const [nx, ny, nz] = shape;
  const { normal, offsetMm } = plane;
  // Voxel steps that mirroring takes per millimetre of distance from the plane.
  const [mx, my, mz] = [0, 1, 2].map((axis) => (2 * normal[axis]) / spacingMm[axis]);
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const row = normal[1] * j * spacingMm[1] + normal[2] * k * spacingMm[2] - offsetMm;
      for (let i = 0; i < nx; i++, at++) {
        if (mask[at] === 0) continue;
        const distance = row + normal[0] * i * spacingMm[0];
        const x = Math.round(i - distance * mx);
        const y = Math.round(j - distance * my);
        const z = Math.min(nz - 1, Math.max(0, Math.round(k - distance * mz)));
        if (x < 0 || x >= nx || y < 0 || y >= ny) continue;
        out[at] = highest[x + nx * (y + ny * z)];
      }
    }
  return out;
}

/** Maximum over a box of ±reach voxels, one axis after the other. */
function maximumAround(field: Float32Array, shape: Vec3, reach: Vec3): Float32Array {
  let from = field.slice();
  let to = new Float32Array(field.length);
  const strides = [1, shape[0], shape[0] * shape[1]];
  for (let axis = 0; axis < 3; axis++) {
    const length = shape[axis];
    const stride = strides[axis];
    const span = stride * length;
    const steps = Math.min(reach[axis], length - 1);
    for (let step = 1; step <= steps; step++) {
      // Widening by one step at a time: max(a[n-1], a[n], a[n+1]).
      for (let start = 0; start < from.length; start += span) {
        for (let at = start; at < start + span; at++) {
          let value = from[at];
          if (at - stride >= start && from[at - stride] > value) value = from[at - stride];
          if (at + stride < start + span && from[at + stride] > value) value = from[at + stride];
          to[at] = value;
        }
      }
      [from, to] = [to, from];
    }
  }
  return from;
}
