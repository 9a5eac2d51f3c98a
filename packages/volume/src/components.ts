import type { Vec3 } from './volume.ts';

export type Connectivity = 6 | 18 | 26;

/** `labels`: 0 outside, 1…count inside; `sizes[label]` in voxels. */
export type Components = { readonly labels: Int32Array; readonly count: number; readonly sizes: Int32Array };

/**
 * Connected components of the voxels where mask ≠ 0, labelled in storage order: two passes with union-find
 * (Rosenfeld & Pfaltz 1966).
 */
export function labelComponents(mask: Uint8Array, shape: Vec3, connectivity: Connectivity): Components {
  const [nx, ny, nz] = shape;
  const labels = new Int32Array(mask.length);
  const parent: number[] = [0];
  const find = (label: number): number => {
    let root = label;
    while (parent[root] !== root) root = parent[root];
    for (let at = label; at !== root; ) {
      const next = parent[at];
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const earlier = earlierNeighbours(connectivity, nx, ny);
  let at = 0;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, at++) {
        if (mask[at] === 0) continue;
        let own = 0;
        // By index: an iterator would make an object for each voxel until this is compiled.
        for (let n = 0; n < earlier.length; n++) {
          const { dx, dy, dz, offset } = earlier[n];
          if (x + dx < 0 || x + dx >= nx || y + dy < 0 || y + dy >= ny || z + dz < 0) continue;
          const neighbour = labels[at + offset];
          if (neighbour === 0) continue;
          const root = find(neighbour);
          if (own === 0) own = root;
          else if (root < own) own = parent[own] = root;
          else if (root > own) parent[root] = own;
        }
        if (own === 0) {
          own = parent.length;
          parent.push(own);
        }
        labels[at] = own;
      }
  return compact(labels, parent, find);
}

/** The label of the largest component, of equals the one that comes first in storage order; 0 for none. */
export function largestComponent({ count, sizes }: Pick<Components, 'count' | 'sizes'>): number {
  let largest = count === 0 ? 0 : 1;
  for (let label = 2; label <= count; label++) if (sizes[label] > sizes[largest]) largest = label;
  return largest;
}

/** Replaces provisional labels by 1…count and counts voxels. */
function compact(labels: Int32Array, parent: number[], find: (label: number) => number): Components {
  const final = new Int32Array(parent.length);
  let count = 0;
  // Roots are the smallest of their set, so that they are met first.
  for (let label = 1; label < parent.length; label++) {
    const root = find(label);
    final[label] = root === label ? ++count : final[root];
  }
  const sizes = new Int32Array(count + 1);
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0) continue;
    labels[at] = final[labels[at]];
    sizes[labels[at]]++;
  }
  return { labels, count, sizes };
}

/** The half of the neighbourhood that comes before a voxel in storage order. */
function earlierNeighbours(connectivity: Connectivity, nx: number, ny: number) {
  const reach = { 6: 1, 18: 2, 26: 3 }[connectivity];
  const neighbours: { dx: number; dy: number; dz: number; offset: number }[] = [];
  for (let dz = -1; dz <= 0; dz++)
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const offset = dx + nx * (dy + ny * dz);
        const before = dz < 0 || dy < 0 || (dy === 0 && dx < 0);
        const steps = Math.abs(dx) + Math.abs(dy) + Math.abs(dz);
        if (before && !(dz === 0 && dy > 0) && steps <= reach) neighbours.push({ dx, dy, dz, offset });
      }
  return neighbours;
}
