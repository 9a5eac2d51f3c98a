import { ellipsoid, inside, smoothUnion, type Tube, tube } from './shapes.ts';

const caudateTail: Tube = [14.5, 4, 17, 3.2, 20, -24, 20.5, 1.8];
const hippocampusTube: Tube = [25, -6, -19, 6.5, 27, -34, -6, 3.5];
const internalCapsule: Tube = [22.5, -16, 2, 3, 25, -20, 22, 4.5];
const coronaRadiata: Tube = [25, -20, 22, 4.5, 24, -24, 46, 7];

/** How much of the grey nuclei and of the bright tracts a point holds; filled by {@link nucleiAt}. */
export type NucleiShares = {
  striatum: number;
  pallidum: number;
  thalamus: number;
  grey: number;
  tract: number;
};

/**
 * Deep grey matter and the long tracts, one side, in MNI millimetres.
 * @param x distance from the mid-plane.
 * @param edge width of the soft border in mm.
 */
export function nucleiAt(x: number, y: number, z: number, edge: number, out: NucleiShares): void {
  out.striatum = out.pallidum = out.thalamus = out.grey = out.tract = 0;
  if (x > 44 || y > 34 || y < -46 || z < -30 || z > 52) return;
  if (z > -10 && z < 28) {
    const caudate = smoothUnion(ellipsoid(x - 12.5, y - 13, z - 6, 5, 9, 9.5), tube(x, y, z, caudateTail), 3);
    const putamen = ellipsoid(x - 26 + 0.26 * (y - 2), y - 2, z - 2, 5, 15.5, 10);
    out.striatum = inside(Math.min(caudate, putamen), edge);
    out.pallidum = inside(ellipsoid(x - 19 + 0.42 * (y + 3), y + 3, z - 0.5, 3.6, 8.5, 6.5), edge);
    out.thalamus = inside(ellipsoid(x - 11 - 0.15 * (-18 - y), y + 18, z - 7, 7.6, 14, 9), edge);
  }
  if (z < 0) {
    const hippocampus = tube(x, y, z, hippocampusTube);
    out.grey = inside(hippocampus, edge);
    const nigra = ellipsoid(x - 8 + 0.4 * (y + 17), y + 17, z + 12, 2, 6, 4);
    const red = ellipsoid(x - 4.5, y + 20, z + 8, 2.6, 2.6, 3);
    out.pallidum = Math.max(out.pallidum, 0.6 * inside(Math.min(nigra, red), edge));
  }
  const capsule = smoothUnion(tube(x, y, z, internalCapsule), tube(x, y, z, coronaRadiata), 4);
  // Tracts fade into the white matter around them.
  out.tract = inside(capsule, 9);
}

/** Signed distance to the head of the caudate nucleus. */
export function caudateHead(x: number, y: number, z: number): number {
  return ellipsoid(x - 14, y - 13, z - 6, 5.5, 10, 10.5);
}
