import type { Vec3 } from '@atoll/volume/volume';

/** What of its slices a view shows: the same in all planes, and in all views that go together. */
export type Zoom = {
  /** 1: the whole image fits. */
  readonly scale: number;
  /** World mm in the middle of each slice; null: the image's own middle. */
  readonly centreMm: Vec3 | null;
};

export const wholeImage: Zoom = { scale: 1, centreMm: null };

const largest = 20;

/**
 * Nearer or farther, with a point of the world staying where it is on the screen.
 * @param centreMm now in the middle.
 * @param factor above 1 enlarges.
 */
export function zoomedAt({ scale }: Zoom, centreMm: Vec3, factor: number, fixedMm: Vec3): Zoom {
  const next = Math.min(largest, Math.max(1, scale * factor));
  if (next === 1) return wholeImage;
  const share = scale / next;
  const along = (at: 0 | 1 | 2) => fixedMm[at] + (centreMm[at] - fixedMm[at]) * share;
  return { scale: next, centreMm: [along(0), along(1), along(2)] };
}

/** The slice moved with the pointer: what was at one point of the world under it is now at another. */
export function movedBy({ scale }: Zoom, centreMm: Vec3, fromMm: Vec3, toMm: Vec3): Zoom {
  const along = (at: 0 | 1 | 2) => centreMm[at] + fromMm[at] - toMm[at];
  return { scale, centreMm: [along(0), along(1), along(2)] };
}
