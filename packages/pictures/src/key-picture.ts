import { spacingMm, transformPoint } from '@atoll/volume/affine';
import type { Grid, Mask, Volume } from '@atoll/volume/volume';
import { greyRange } from './grey-range.ts';
import { letterHeight, textWidth, write } from './lettering.ts';
import { blankRaster, fill, paste, type Raster } from './raster.ts';
import { edgeLetters, sliceGrid } from './slice-grid.ts';
import { type Colour, drawSlice, type MaskLayer } from './slice-picture.ts';

/** What a slice is drawn from. All of it may lie on grids of its own. */
export type KeyImages = {
  /** The DWI's grid in canonical order: its axial slices are the pictures'. */
  readonly canonical: Grid;
  /** The part of it that is shown, with all slices. */
  readonly shown: Grid;
  readonly dwi: Volume;
  readonly adc: Volume;
  readonly mask: Mask;
  /** 98th percentiles of the images. */
  readonly brightest: { readonly dwi: number; readonly adc: number };
};

/** The mask's line: the page's orange. */
export const outlineColour: Colour = [255, 159, 28];
const black: Colour = [0, 0, 0];
const white: Colour = [240, 242, 246];
const grey: Colour = [128, 132, 140];
const gap = 4;
const margin = 8;
/** A bar of this many mm, or the longest of the shorter ones that takes no more than half of a picture. */
const barsMm = [50, 20, 10, 5];

/** An axial slice three times side by side: DWI, ADC, and DWI with the mask's outline. Seen from the feet. */
export function keyPicture(images: KeyImages, index: number, panelWidth: number): Raster {
  const dwiRange = greyRange('dwi', 'auto', images.brightest.dwi);
  const adcRange = greyRange('adc', 'auto', images.brightest.adc);
  const outline: MaskLayer = {
    mask: images.mask,
    paint: () => outlineColour,
    opacity: 1,
    outline: true,
  };
  const panels = [
    ['DWI', images.dwi, dwiRange, []],
    ['ADC', images.adc, adcRange, []],
    ['DWI', images.dwi, dwiRange, [outline]],
  ] as const;
  const { width, height, grid } = panelOf(images.shown, index, panelWidth);
  const whole = blankRaster(panels.length * width + (panels.length - 1) * gap, height, grey);
  panels.forEach(([title, base, range, layers], at) => {
    const panel: Raster = { width, height, rgba: drawSlice(grid, base, range, layers) };
    label(panel, title, images, index);
    paste(whole, panel, at * (width + gap), 0);
  });
  return whole;
}

/** An axial slice of the DWI with the mask's outline, small, for lists. */
export function thumbnail(
  images: Pick<KeyImages, 'shown' | 'dwi' | 'mask' | 'brightest'>,
  index: number,
  panelWidth: number,
): Raster {
  const { width, height, grid } = panelOf(images.shown, index, panelWidth);
  const layer: MaskLayer = { mask: images.mask, paint: () => outlineColour, opacity: 1, outline: true };
  const range = greyRange('dwi', 'auto', images.brightest.dwi);
  const picture: Raster = { width, height, rgba: drawSlice(grid, images.dwi, range, [layer]) };
  writeSides(picture, 1);
  return picture;
}

/** The pixels of a slice in true proportions. */
function panelOf(canonical: Grid, index: number, width: number) {
  const spacing = spacingMm(canonical.affine);
  const [across, up] = [canonical.shape[0] * spacing[0], canonical.shape[1] * spacing[1]];
  // A slab that is much longer than wide would be a strip of thousands of pixels.
  const height = Math.max(16, Math.min(3 * width, Math.round((width * up) / across)));
  return { width, height, grid: sliceGrid(canonical, { plane: 'axial', width, height }, index, true) };
}

function label(panel: Raster, title: string, { canonical, shown }: KeyImages, index: number): void {
  write(panel, title, margin, margin);
  writeSides(panel, 2);
  const place = `${index + 1}/${canonical.shape[2]}`;
  write(panel, place, panel.width - margin - 2 * textWidth(place), margin);
  const z = positionMm(canonical, index);
  const height = `z ${z < 0 ? '-' : '+'}${Math.abs(z).toFixed(0)} mm`;
  write(
    panel,
    height,
    panel.width - margin - 2 * textWidth(height),
    panel.height - margin - 2 * letterHeight,
  );
  drawScale(panel, (shown.shape[0] * spacingMm(shown.affine)[0]) / panel.width);
}

function writeSides(panel: Raster, dot: number): void {
  const [left, right] = edgeLetters('axial', true);
  const y = Math.round(panel.height / 2) - dot * 3;
  write(panel, left, 4 * dot, y, dot);
  write(panel, right, panel.width - dot * (4 + textWidth(right)), y, dot);
}

/** A bar with ticks, its length written over it. @param mmPerPixel of the panel. */
function drawScale(panel: Raster, mmPerPixel: number): void {
  const mm = barsMm.find((each) => each / mmPerPixel <= panel.width / 2) ?? barsMm[barsMm.length - 1];
  const length = Math.round(mm / mmPerPixel);
  const y = panel.height - margin - 4;
  for (const [grow, colour] of [
    [2, black],
    [0, white],
  ] as const) {
    fill(panel, margin - grow, y - grow, length + 2 * grow, 2 + 2 * grow, colour);
    for (const x of [margin, margin + length - 2])
      fill(panel, x - grow, y - 3 - grow, 2 + 2 * grow, 8 + 2 * grow, colour);
  }
  write(panel, `${mm} mm`, margin, y - 8 - 2 * letterHeight);
}

/** World z of the middle of a slice, in mm. */
export function positionMm({ shape, affine }: Grid, index: number): number {
  return transformPoint(affine, [(shape[0] - 1) / 2, (shape[1] - 1) / 2, index])[2];
}
