import type { Random } from './random.ts';
import { ellipsoid, smoothIntersection, smoothstep, smoothUnion } from './shapes.ts';
import { Waves } from './waves.ts';

/** Sulci lie about half of this apart, in mm. */
const foldWavelengthMm = 18.5;

/**
 * The two hemispheres as one egg, without what is cut away below. Signed distance in mm; `x` is the distance
 * from the mid-plane. Measures follow the MNI brain.
 */
export function cerebralEgg(x: number, y: number, z: number): number {
  // Narrower towards the front than the back, and fuller at its shoulders than an ellipsoid.
  const off = y + 32;
  const u = x / (67 * (1 - 0.000014 * off * off));
  const v = (y + 17) / 87;
  const w = (z - 8) / (z > 8 ? 67 : 62);
  const uu = u * u;
  const vv = v * v;
  const ww = w * w;
  const r2 = uu + vv + ww + 1e-9;
  const fuller = 1 - (0.16 * uu * vv + 0.2 * uu * ww + 0.12 * vv * ww) / (r2 * r2);
  const k = Math.sqrt(r2) * fuller;
  return (k * (k - 1)) / Math.sqrt(uu / 4489 + vv / 7569 + ww / 4489);
}

/** Outer form of the cerebrum without its sulci. */
function cerebrumHull(x: number, y: number, z: number): number {
  const cut = smoothIntersection(cerebralEgg(x, y, z), floorOf(x, y) - z, 9);
  return smoothUnion(cut, temporalLobe(x, y, z), 7);
}

/** The space inside the skull that belongs to the cerebrum, with its basal cisterns. */
export function cerebralVault(x: number, y: number, z: number): number {
  const sella = 9 * smoothstep(20, 11, x) * smoothstep(18, 8, y);
  const cut = smoothIntersection(cerebralEgg(x, y, z), floorOf(x, y) - 2 - sella - z, 7);
  return smoothUnion(cut, temporalLobe(x, y, z), 6);
}

function temporalLobe(x: number, y: number, z: number): number {
  const slant = -20 - 0.2 * (y + 16);
  return ellipsoid(x - 43 - 0.06 * (y + 16), y + 17, z - slant, 23, 43, 20);
}

/** Height of the cerebrum's lower surface: orbits in front, hypothalamus, then the tentorium behind. */
function floorOf(x: number, y: number): number {
  const frontal = -22 + 0.2 * Math.max(y - 15, 0) + 6 * smoothstep(4, 26, x);
  const middle = -10 - 5 * smoothstep(8, 20, x);
  const toMiddle = smoothstep(24, 4, y);
  const toBack = smoothstep(-22, -44, y);
  return frontal + (middle - frontal) * toMiddle + (tentorium(x, y) - middle) * toBack;
}

/** Height of the tentorium: a tent, highest in the middle and in front. */
export function tentorium(x: number, y: number): number {
  return -2 - 0.29 * x + 0.2 * Math.min(y + 50, 0);
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
  #bentX = 0;
  #bentY = 0;
  #bentZ = 0;
  /** Depth under the smooth hull at the place last asked for, in mm; negative outside. */
  hullDepth = 0;

  /** @param wideningMm how much wider than in a young brain the sulci are. */
  constructor(random: Random, wideningMm: number) {
    this.#sulci = new Waves(random, 14, foldWavelengthMm);
    this.#ownSulci = new Waves(random, 8, foldWavelengthMm);
    this.#depth = new Waves(random, 6, 40);
    this.#bend = [new Waves(random, 4, 34), new Waves(random, 4, 34), new Waves(random, 4, 34)];
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
    const depth = -hull;
    this.hullDepth = depth;
    if (depth < -3) return depth;
    this.#bentX = this.#bend[0].at(x, y, z);
    this.#bentY = this.#bend[1].at(x, y, z);
    this.#bentZ = this.#bend[2].at(x, y, z);
    const gap = this.#fissureHalfWidth(depth);
    const fromFissure = fissureDistance(ax + 0.5 * this.#bentX * side, y, z, gap);
    const fromSylvian = this.#sylvianDistance(ax, y, z) - 0.4 * this.#wideningMm;
    let pial = smoothUnion(smoothUnion(depth, fromFissure, 3), fromSylvian, 4);
    const reach = 26;
    if (depth < reach) pial = smoothUnion(pial, this.#lateralSulcus(ax, y, z, side, depth), 2.5);
    if (fromFissure < reach && fromFissure < depth + 6) {
      // Here the longest sulci run from front to back, along the corpus callosum.
      pial = smoothUnion(pial, this.#sheet(gap, 0.55 * y, z, -1, 0, 0, side, fromFissure), 2.5);
    }
    return pial;
  }

  /** Half the width of the fissure between the hemispheres: it gapes a little towards the skull. */
  #fissureHalfWidth(depth: number): number {
    return 0.6 + this.#wideningMm * (0.3 + 1.3 / (1 + 0.1 * Math.max(depth, 0)));
  }

  #lateralSulcus(ax: number, y: number, z: number, side: number, depth: number): number {
    const step = 0.5;
    let nx = cerebrumHull(ax + step, y, z) + depth;
    let ny = cerebrumHull(ax, y + step, z) + depth;
    let nz = cerebrumHull(ax, y, z + step) + depth;
    const norm = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12);
    nx *= norm;
    ny *= norm;
    nz *= norm;
    return this.#sheet(ax + depth * nx, y + depth * ny, z + depth * nz, nx, ny, nz, side, depth);
  }

  /** Distance to the nearest sulcus that starts near the foot (fx, fy, fz) on the hull with normal n. */
  #sheet(
    fx: number,
    fy: number,
    fz: number,
    nx: number,
    ny: number,
    nz: number,
    side: number,
    depth: number,
  ): number {
    const bent = 1.5 + 0.16 * depth;
    const qx = fx + bent * this.#bentX * side;
    const qy = fy + bent * this.#bentY;
    const qz = fz + bent * this.#bentZ;
    const sulci = this.#sulci;
    const own = this.#ownSulci;
    const value = 0.8 * sulci.withSlope(qx, qy, qz) + 0.6 * own.withSlope(qx * side, qy, qz);
    let gx = 0.8 * sulci.slopeX + 0.6 * own.slopeX * side;
    let gy = 0.8 * sulci.slopeY + 0.6 * own.slopeY;
    let gz = 0.8 * sulci.slopeZ + 0.6 * own.slopeZ;
    const along = gx * nx + gy * ny + gz * nz;
    gx -= along * nx;
    gy -= along * ny;
    gz -= along * nz;
    const slope = Math.sqrt(gx * gx + gy * gy + gz * gz + 0.003);
    // Normals converge inwards, so that the same angle spans fewer millimetres.
    const across = (Math.abs(value) / slope) * (1 - Math.min(depth, 30) / 80);
    // Shallower on the underside and between the hemispheres.
    const bottom =
      (14 + 5.5 * this.#depth.at(qx * side, qy, qz)) * (1 + 0.45 * Math.min(nz, 0) + 0.25 * Math.min(nx, 0));
    const beyond = depth - bottom;
    const distance = beyond > 0 ? Math.sqrt(across * across + beyond * beyond) : across;
    const halfWidth = 0.3 + this.#wideningMm * (0.3 + 0.9 / (1 + 0.2 * Math.max(depth, 0)));
    return distance - halfWidth;
  }

  /** Distance to the Sylvian fissure and to the cleft over the insula at its bottom. */
  #sylvianDistance(ax: number, y: number, z: number): number {
    const by = y + 2.5 * this.#bentY;
    const bz = z + 3 * this.#bentZ;
    const height = bz - (4 - 0.34 * by);
    const beyondX = Math.max(36 - ax, 0);
    const beyondY = Math.max(by - 18, -44 - by, 0);
    const forward = smoothstep(-30, 18, by);
    const halfWidth = 0.5 + this.#wideningMm * (0.3 + 0.9 * forward);
    const fissure = Math.sqrt(beyondX * beyondX + beyondY * beyondY + height * height) - halfWidth;
    const u = (by - 1) / 21;
    const v = (z - 2 + 0.2 * y) / 15;
    const bulge = 38.5 - 4.5 * (u * u + v * v) + 0.8 * this.#bentX;
    const rim = Math.sqrt(u * u + v * v) - 1;
    const beyond = rim > 0 ? rim * 16 : 0;
    const outward = ax - bulge;
    const cleft = Math.sqrt(outward * outward + beyond * beyond) - 0.6 - 0.4 * this.#wideningMm;
    return smoothUnion(fissure, cleft, 4);
  }
}

/** Distance to the fissure between the hemispheres, which ends at the corpus callosum. */
function fissureDistance(ax: number, y: number, z: number, halfWidth: number): number {
  const aside = ax - halfWidth;
  const covered = ellipsoid(0, y + 6, z - 2, 1, 39, 27);
  if (covered >= 0) return aside;
  const beside = Math.max(aside, 0);
  return Math.sqrt(covered * covered + beside * beside);
}
