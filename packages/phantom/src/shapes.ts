/**
 * Shapes as signed distances in mm: negative inside, positive outside, near zero exact enough for soft edges.
 * Source of the forms: Quilez, Distance functions (iquilezles.org).
 */

/** Ellipsoid of radii rx, ry, rz about the origin. */
export function ellipsoid(x: number, y: number, z: number, rx: number, ry: number, rz: number): number {
  const u = x / rx;
  const v = y / ry;
  const w = z / rz;
  const k = Math.sqrt(u * u + v * v + w * w);
  if (k < 1e-9) return -Math.min(rx, ry, rz);
  const a = u / rx;
  const b = v / ry;
  const c = w / rz;
  return (k * (k - 1)) / Math.sqrt(a * a + b * b + c * c);
}

/** A tube from a to b whose radius goes from ra to rb. */
export type Tube = readonly [
  ax: number,
  ay: number,
  az: number,
  ra: number,
  bx: number,
  by: number,
  bz: number,
  rb: number,
];

export function tube(x: number, y: number, z: number, t: Tube): number {
  const dx = t[4] - t[0];
  const dy = t[5] - t[1];
  const dz = t[6] - t[2];
  const px = x - t[0];
  const py = y - t[1];
  const pz = z - t[2];
  const along = clamp01((px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz));
  const qx = px - along * dx;
  const qy = py - along * dy;
  const qz = pz - along * dz;
  return Math.sqrt(qx * qx + qy * qy + qz * qz) - (t[3] + along * (t[7] - t[3]));
}

/** Union with a fillet of about `k` mm. */
export function smoothUnion(a: number, b: number, k: number): number {
  const h = k - Math.abs(a - b);
  return Math.min(a, b) - (h > 0 ? (h * h) / (4 * k) : 0);
}

/** Intersection with an edge rounded over about `k` mm. */
export function smoothIntersection(a: number, b: number, k: number): number {
  return -smoothUnion(-a, -b, k);
}

/** How much of a voxel of width `edge` mm lies inside: 1 deep inside, 0 far outside, ½ on the border. */
export function inside(distance: number, edge: number): number {
  return clamp01(0.5 - distance / edge);
}

/** 0 below `from`, 1 above `to`, smooth in between. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = clamp01((x - from) / (to - from));
  return t * t * (3 - 2 * t);
}

function clamp01(t: number): number {
  return Math.min(Math.max(t, 0), 1);
}
