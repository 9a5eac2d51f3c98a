import { type Panel, planeAxes, type SlicePlane } from '@atoll/pictures/slice-grid';
import { spacingMm } from '@atoll/volume/affine';
import type { Grid } from '@atoll/volume/volume';

/** Between the slices of all three planes, CSS pixels. */
export const betweenTiles = 6;

/**
 * The rectangles that NiiVue draws its slices in: one plane has the whole canvas, three stand in a square whose fourth
 * field is left to 3D. What is drawn before NiiVue can draw lies where NiiVue will draw it.
 * @param zoom how many times larger the slices are than would fit whole.
 * @param ratio canvas pixels in a CSS pixel.
 */
export function niivuePanels(
  { shape, affine }: Grid,
  planes: readonly SlicePlane[],
  width: number,
  height: number,
  zoom: number,
  ratio: number,
): Panel[] {
  const spacing = spacingMm(affine);
  const [x, y, z] = [shape[0] * spacing[0], shape[1] * spacing[1], shape[2] * spacing[2]];
  const extent = [x, y, z] as const;
  const fullAt = (plane: SlicePlane, perMm: number) => {
    const { across, up } = planeAxes[plane];
    return [zoom * perMm * extent[across], zoom * perMm * extent[up]] as const;
  };
  if (planes.length === 1) {
    const [plane] = planes;
    const { across, up } = planeAxes[plane];
    const perMm = Math.min(width / extent[across], height / extent[up]);
    return [{ plane, x: 0, y: 0, width, height, full: fullAt(plane, perMm) }];
  }
  const pad = betweenTiles * ratio;
  const perMm = Math.min((width - pad) / (x + y), (height - pad) / (y + z));
  const [left, top] = [(width - pad - (x + y) * perMm) / 2, (height - pad - (y + z) * perMm) / 2];
  const [right, below] = [left + x * perMm + pad, top + z * perMm + pad];
  const corners = { coronal: [left, top], sagittal: [right, top], axial: [left, below] } as const;
  return planes.map((plane) => {
    const { across, up } = planeAxes[plane];
    const [fromX, fromY] = corners[plane];
    const [exactWidth, exactHeight] = [extent[across] * perMm, extent[up] * perMm];
    // WebGL counts whole pixels from below.
    const tall = Math.max(1, Math.floor(exactHeight));
    return {
      plane,
      x: Math.floor(fromX),
      y: height - tall - Math.floor(height - fromY - exactHeight),
      width: Math.max(1, Math.floor(exactWidth)),
      height: tall,
      full: fullAt(plane, perMm),
    };
  });
}
