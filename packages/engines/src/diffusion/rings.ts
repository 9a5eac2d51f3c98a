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
  // One front a distance, in steps of a tenth of a millimetre.
  const tenths = spacingMm.map((mm) => Math.max(1, Math.round(10 * mm)));
  const last = Math.round(10 * reachMm.to);
  const first = Math.round(10 * reachMm.from);
  const fronts: number[][] = Array.from({ length: last + 1 }, () => []);
  for (let at = 0; at < labels.length; at++) if (labels[at] !== 0) fronts[0].push(at);
  const reach = (from: number, to: number, distance: number) => {
    if (owner[to] !== 0 || brain[to] === 0) return;
    owner[to] = owner[from];
    fronts[distance].push(to);
    if (distance < first || !(adc[to] < tissueCeiling)) return;
    const ring = rings[owner[from]];
    if (ring.adc.length >= mostVoxels) return;
    ring.adc.push(adc[to]);
    ring.z.push(z[to]);
  };
  const plane = nx * ny;
  for (let distance = 0; distance <= last; distance++) {
    const [nextX, nextY, nextZ] = tenths.map((step) => distance + step);
    for (const at of fronts[distance]) {
      const i = at % nx;
      const j = Math.floor(at / nx) % ny;
      const k = Math.floor(at / plane);
      if (nextX <= last && i > 0) reach(at, at - 1, nextX);
      if (nextX <= last && i < nx - 1) reach(at, at + 1, nextX);
      if (nextY <= last && j > 0) reach(at, at - nx, nextY);
      if (nextY <= last && j < ny - 1) reach(at, at + nx, nextY);
      if (nextZ <= last && k > 0) reach(at, at - plane, nextZ);
      if (nextZ <= last && k < nz - 1) reach(at, at + plane, nextZ);
    }
    fronts[distance] = [];
  }
  return rings;
}
