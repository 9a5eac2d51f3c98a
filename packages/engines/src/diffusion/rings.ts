import type { Ground } from './ground.ts';

/** Values of the tissue around one piece. */
export type Ring = { readonly adc: number[]; readonly z: number[] };

/** Nearer is the piece's own blurred edge, further another region; mm. */
const reachMm = { from: 2.5, to: 8 };
/** Above this (calibrated, 10⁻⁶ mm²/s) CSF has a part in a voxel. */
const tissueCeiling = 1050;
/** Enough to know the surroundings of a piece, however large. */
const mostVoxels = 4000;

/**
 * The tissue from 2.5 to 8 mm around each piece, where no other piece is nearer: what a lesion differs from,
 * and a coil's bright spot or a region of lower ADC does not. Fronts run out from all pieces at once, face by
 * face; distances are those along the grid's axes. `labels` 0 outside pieces, 1…count inside.
 */
export function ringsAround(
  { shape: [nx, ny, nz], spacingMm, brain, adc }: Ground,
  { labels, count }: { readonly labels: Int32Array; readonly count: number },
  z: Float32Array,
): readonly Ring[] {
  const rings: Ring[] = Array.from({ length: count + 1 }, () => ({ adc: [], z: [] }));
  const owner = labels.slice();
  const steps = [1, nx, nx * ny];
  const size = [nx, ny, nz];
  // One front a distance, in steps of a tenth of a millimetre.
  const tenths = spacingMm.map((mm) => Math.max(1, Math.round(10 * mm)));
  const last = Math.round(10 * reachMm.to);
  const first = Math.round(10 * reachMm.from);
  const fronts: number[][] = Array.from({ length: last + 1 }, () => []);
  for (let at = 0; at < labels.length; at++) if (labels[at] !== 0) fronts[0].push(at);
  for (let distance = 0; distance <= last; distance++) {
    for (const at of fronts[distance]) {
      const label = owner[at];
      const place = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / steps[2])];
      for (let axis = 0; axis < 3; axis++) {
        const next = distance + tenths[axis];
        if (next > last) continue;
        for (const side of [-1, 1]) {
          const along = place[axis] + side;
          if (along < 0 || along >= size[axis]) continue;
          const to = at + side * steps[axis];
          if (owner[to] !== 0 || brain[to] === 0) continue;
          owner[to] = label;
          fronts[next].push(to);
          const ring = rings[label];
          if (next >= first && adc[to] < tissueCeiling && ring.adc.length < mostVoxels) {
            ring.adc.push(adc[to]);
            ring.z.push(z[to]);
          }
        }
      }
    }
    fronts[distance] = [];
  }
  return rings;
}
