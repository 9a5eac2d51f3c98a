import { canonicalGrid } from '@atoll/volume/orientation';
import type { Mask, Volume } from '@atoll/volume/volume';
import { textWidth, write } from './lettering.ts';
import { blankRaster, fill, paste, type Raster } from './raster.ts';
import { edgeLetters, sliceGrid } from './slice-grid.ts';
import { type Colour, drawSlice } from './slice-picture.ts';

/** From few to many: dark to light, so that the order needs no colour. */
const steps: readonly Colour[] = [
  [68, 20, 110],
  [106, 23, 110],
  [147, 38, 103],
  [188, 55, 84],
  [221, 81, 58],
  [243, 120, 25],
  [252, 165, 10],
  [246, 215, 70],
];
const columns = 6;
const rows = 3;
const panelWidth = 150;
const gap = 4;
const legendHeight = 46;
/** Axial slices from here to there, mm of MNI space. */
const lowestMm = -48;
const highestMm = 64;

/**
 * How often each voxel of MNI space is marked in a cohort, as slices over an image, seen from the feet.
 * @param percent of the patients.
 * @param background whose brightest tissue is about 1; null where there is none.
 */
export function frequencyPicture(percent: Volume, background: Volume | null): Raster {
  const most = percent.data.reduce((highest, value) => Math.max(highest, value), 0);
  const levels = Uint8Array.from(percent.data, (value) =>
    value > 0 ? Math.max(1, Math.ceil((steps.length * value) / most)) : 0,
  );
  const mask: Mask = { shape: percent.shape, affine: percent.affine, data: levels };
  const base = background ?? { ...percent, data: new Float32Array(levels.length) };
  const canonical = canonicalGrid(percent);
  const height = Math.round((panelWidth * percent.shape[1]) / percent.shape[0]);
  const whole = blankRaster(
    columns * (panelWidth + gap) - gap,
    rows * (height + gap) + legendHeight,
    [0, 0, 0],
  );
  for (let n = 0; n < columns * rows; n++) {
    const z = lowestMm + ((highestMm - lowestMm) * n) / (columns * rows - 1);
    const index = Math.round((z - canonical.affine[2][3]) / canonical.affine[2][2]);
    const grid = sliceGrid(canonical, { plane: 'axial', width: panelWidth, height }, index, true);
    // Nearest colours, not mixed ones: a palette has few.
    const layer = { mask, paint: (level: number) => steps[level - 1], opacity: 1, outline: false };
    const panel: Raster = { width: panelWidth, height, rgba: drawSlice(grid, base, [0, 1.4], [layer]) };
    const [left, right] = edgeLetters('axial', true);
    write(panel, left, 4, Math.round(height / 2), 1);
    write(panel, right, panelWidth - 10, Math.round(height / 2), 1);
    write(panel, `z ${z < 0 ? '-' : '+'}${Math.abs(z).toFixed(0)}`, 4, 4, 1);
    paste(whole, panel, (n % columns) * (panelWidth + gap), Math.floor(n / columns) * (height + gap));
  }
  drawLegend(whole, most);
  return whole;
}

function drawLegend(whole: Raster, most: number): void {
  const y = whole.height - legendHeight + 8;
  const width = 40;
  const x = 8;
  steps.forEach((colour, n) => {
    fill(whole, x + n * width, y, width, 14, colour);
  });
  write(whole, '0 %', x, y + 20, 2);
  const text = `${most.toFixed(0)} %`;
  write(whole, text, x + steps.length * width - 2 * textWidth(text), y + 20, 2);
}
