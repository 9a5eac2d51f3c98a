import type { Random } from './random.ts';
import { ellipsoid, smoothIntersection, smoothstep, smoothUnion } from './shapes.ts';
import { Waves } from './waves.ts';

/** Half the distance between sulci is a quarter of this, in mm. */
const foldWavelengthMm = 25;

/**
 * Outer form of both cerebral hemispheres without their sulci, as a signed distance in mm. `x` is the distance
 * from the mid-plane. Measures follow the MNI brain.
 */
export function cerebrumHull(x: number, y: number, z: number): number {
  // Narrower towards the front than the back: an egg from above.
  const off = y + 30;
  const taper = 1 - 0.000017 * off * off;
  const main = ellipsoid(x / taper, y + 17, z - 10, 67, 87, 66);
  const cut = smoothIntersection(main, floorOf(x, y) - z, 8);
  const slant = -19 - 0.2 * (y + 16);
  const temporal = ellipsoid(x - 43, y + 16, z - slant, 23, 43, 21);
  return smoothUnion(cut, temporal, 7);
}

/** The whole space inside the skull that belongs to the cerebrum, its cisterns included. */
export function cerebralVault(x: number, y: number, z: number): number {
  const off = y + 30;
  const taper = 1 - 0.000017 * off * off;
  const main = ellipsoid(x / taper, y + 17, z - 10, 67, 87, 66);
  const base = -24 - 24 * smoothstep(22, -8, y) - 40 * smoothstep(-10, -30, y);
  const slant = -19 - 0.2 * (y + 16);
  const temporal = ellipsoid(x - 43, y + 16, z - slant, 23, 43, 21);
  return smoothUnion(smoothIntersection(main, base - z, 6), temporal, 8);
}

/** Height of the cerebrum's lower surface: orbits in front, hypothalamus, then the tentorium behind. */
function floorOf(x: number, y: number): number {
  const frontal = -21 - 3 * smoothstep(10, 25, x);
  const middle = -8 - 6 * smoothstep(8, 16, x);
  const behind = tentorium(x);
  const toMiddle = smoothstep(20, 8, y);
  const toBack = smoothstep(-24, -42, y);
  return frontal + (middle - frontal) * toMiddle + (behind - middle) * toBack;
}

/** Height of the tentorium, high in the middle. */
export function tentorium(x: number): number {
  return -3 - 0.3 * x;
}

/**
 * Where the cerebrum ends: hemispheres with sulci, the fissure between them and the Sylvian fissures with the
 * insulae. Sulci are the nodal surfaces of a random wave on the hull, carried inward along its normal.
 */
export class Cerebrum {
  readonly #sulci: Waves;
  readonly #ownSulci: Waves;
  readonly #depth: Waves;
  readonly #bend: readonly [Waves, Waves, Waves];
  readonly #wideningMm: number;
  /** Depth under the smooth hull at the place last asked for, in mm; negative outside. */
  hullDepth = 0;

  /** @param wideningMm how much wider than in a young brain the sulci are. */
  constructor(random: Random, wideningMm: number) {
    this.#sulci = new Waves(random, 14, foldWavelengthMm);
    this.#ownSulci = new Waves(random, 8, foldWavelengthMm);
    this.#depth = new Waves(random, 6, 45);
    this.#bend = [new Waves(random, 4, 38), new Waves(random, 4, 38), new Waves(random, 4, 38)];
    this.#wideningMm = wideningMm;
  }

  /**
   * Distance in mm inward from the nearest surface that CSF touches, sulci included; negative in the CSF.
   * @param x to the patient's right; the two sides differ a little.
   */
  pialDepth(x: number, y: number, z: number): number {
    const side = x < 0 ? -1 : 1;
    const ax = x * side;
    const hull = cerebrumHull(ax, y, z);
    this.hullDepth = -hull;
    if (hull > 3) return -hull;
    const widening = this.#wideningMm;
    // The fissure between the hemispheres, outside the corpus callosum and what it covers.
    const core = ellipsoid(0, y + 6, z - 2, 1, 39, 27);
    const gap = 0.9 + 0.5 * widening;
    const medial = core > 0 ? smoothUnion(ax - gap, 100, 0) : 50;
    const medialDepth = core > 0 ? medial : Math.sqrt(core * core + Math.max(ax - gap, 0) ** 2) + 0;
    const sylvian = sylvianDistance(ax, y, z) - 0.5 * widening;
    let pial = smoothUnion(smoothUnion(-hull, medialDepth, 3), sylvian, 3);
    const reach = 24;
    if (-hull < reach) pial = smoothUnion(pial, this.#sulcus(x, y, z, side, -hull), 2.5);
    if (medialDepth < reach && medialDepth < -hull + 6) {
      pial = smoothUnion(pial, this.#medialSulcus(x, y, z, side, medialDepth, gap), 2.5);
    }
    return pial;
  }

  #sulcus(x: number, y: number, z: number, side: number, depth: number): number {
    const ax = x * side;
    const step = 0.5;
    const hull = -depth;
    let nx = cerebrumHull(ax + step, y, z) - hull;
    let ny = cerebrumHull(ax, y + step, z) - hull;
    let nz = cerebrumHull(ax, y, z + step) - hull;
    const norm = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12);
    nx *= norm;
    ny *= norm;
    nz *= norm;
    return this.#sheet(ax + depth * nx, y + depth * ny, z + depth * nz, nx, ny, nz, x, y, z, side, depth);
  }

  #medialSulcus(x: number, y: number, z: number, side: number, depth: number, gap: number): number {
    return this.#sheet(gap, y, z, -1, 0, 0, x, y, z, side, depth);
  }

  /** Distance to the nearest sulcus that starts at the foot (fx, fy, fz) on the hull with normal n. */
  #sheet(
    fx: number,
    fy: number,
    fz: number,
    nx: number,
    ny: number,
    nz: number,
    x: number,
    y: number,
    z: number,
    side: number,
    depth: number,
  ): number {
    const bent = 2 + 0.12 * depth;
    const qx = fx + bent * this.#bend[0].at(x, y, z);
    const qy = fy + bent * this.#bend[1].at(x, y, z);
    const qz = fz + bent * this.#bend[2].at(x, y, z);
    const shared = this.#sulci.withSlope(qx, qy, qz);
    const own = this.#ownSulci.withSlope(qx * side, qy, qz);
    const value = 0.9 * shared + 0.45 * own;
    let gx = 0.9 * this.#sulci.slopeX + 0.45 * this.#ownSulci.slopeX * side;
    let gy = 0.9 * this.#sulci.slopeY + 0.45 * this.#ownSulci.slopeY;
    let gz = 0.9 * this.#sulci.slopeZ + 0.45 * this.#ownSulci.slopeZ;
    const along = gx * nx + gy * ny + gz * nz;
    gx -= along * nx;
    gy -= along * ny;
    gz -= along * nz;
    const slope = Math.sqrt(gx * gx + gy * gy + gz * gz + 0.004);
    // Normals converge inwards, so that the same angle spans fewer millimetres.
    const across = (Math.abs(value) / slope) * (1 - Math.min(depth, 30) / 80);
    const bottom = 12.5 + 4.5 * this.#depth.at(qx * side, qy, qz);
    const beyond = depth - bottom;
    const distance = beyond > 0 ? Math.sqrt(across * across + beyond * beyond) : across;
    const halfWidth = 0.45 + this.#wideningMm * (0.35 + 0.9 / (1 + 0.25 * Math.max(depth, 0)));
    return distance - halfWidth;
  }
}

/** Distance to the Sylvian fissure and to the cleft over the insula at its bottom. */
function sylvianDistance(x: number, y: number, z: number): number {
  const height = z - (4 - 0.36 * y);
  const beyondX = Math.max(37 - x, 0);
  const beyondY = Math.max(y - 20, -44 - y, 0);
  const fissure = Math.sqrt(beyondX * beyondX + beyondY * beyondY + height * height) - 0.9;
  const [u, v] = [(y - 1) / 21, (z - 3 + 0.15 * y) / 14];
  const bulge = 38.5 - 4 * (u * u + v * v);
  const rim = Math.sqrt(u * u + v * v) - 1;
  const outward = x - bulge;
  const cleft = Math.sqrt(outward * outward + (rim > 0 ? (rim * 16) ** 2 : 0)) - 0.9;
  return smoothUnion(fissure, cleft, 3);
}
