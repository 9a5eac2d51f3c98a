import { voxelVolumeMl } from '@atoll/volume/affine';
import { labelComponents } from '@atoll/volume/components';
import { eachNeighbour } from '@atoll/volume/neighbours';
import type { Mask, Vec3 } from '@atoll/volume/volume';

/** Less than this, left over where something was cut off at an edge, is not worth a look by itself. */
export const crumbMl = 0.3;

/**
 * Candidates and pieces that others name as one mask, in which different pieces never touch: whoever reads it by
 * connected components finds each by itself. Between two that lie side by side a gap of one voxel is taken from the
 * larger, which loses the smaller part of itself. A candidate that touches pieces is divided among them.
 * @param pieces for each voxel the number of its piece, 0 outside
 */
export function keptApart({ shape, affine, data }: Mask, pieces: Int32Array): Mask {
  const owners = dividedAmong(data, pieces, shape);
  const sizes: number[] = [];
  for (const owner of owners) sizes[owner] = (sizes[owner] ?? 0) + 1;
  const isCut = sizes.map(() => false);
  const out = data.map((value, at) => (value !== 0 || owners[at] !== 0 ? 1 : 0));
  for (let at = 0; at < out.length; at++) {
    const own = owners[at];
    if (own === 0) continue;
    eachNeighbour(at, shape, (neighbour) => {
      const other = owners[neighbour];
      if (other === 0 || other === own) return;
      if (sizes[own] < sizes[other] || (sizes[own] === sizes[other] && own < other)) return;
      out[at] = 0;
      isCut[own] = true;
    });
  }
  if (!isCut.includes(true)) return { shape, affine, data: out };
  const found = labelComponents(out, shape, 26);
  const least = crumbMl / voxelVolumeMl(affine);
  for (let at = 0; at < out.length; at++)
    if (isCut[owners[at]] && found.sizes[found.labels[at]] < least) out[at] = 0;
  return { shape, affine, data: out };
}

/** Pieces, and of candidates each voxel with the piece that is nearest within the candidate; 0 where there is none. */
function dividedAmong(candidates: Uint8Array, pieces: Int32Array, shape: Vec3): Int32Array {
  const owners = Int32Array.from(pieces);
  if (!candidates.includes(1)) return owners;
  let front: number[] = [];
  for (let at = 0; at < owners.length; at++) if (owners[at] !== 0) front.push(at);
  while (front.length > 0) {
    const next: number[] = [];
    for (const at of front)
      eachNeighbour(at, shape, (neighbour) => {
        if (candidates[neighbour] === 0 || owners[neighbour] !== 0) return;
        owners[neighbour] = owners[at];
        next.push(neighbour);
      });
    front = next;
  }
  return owners;
}
