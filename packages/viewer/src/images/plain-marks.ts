import { edgeLetters, type Panel } from '@atoll/pictures/slice-grid';
import type { Vec3 } from '@atoll/volume/volume';

type Corner = readonly [x: number, y: number, ...through: number[]];

/**
 * Lines through the cursor from edge to edge of the image, with a gap around it. All places in pixels of the panel.
 * @param at the cursor.
 * @param corners two of the image's that are opposite each other.
 * @param ratio pixels in a CSS pixel.
 */
export function drawCursor(
  context: CanvasRenderingContext2D,
  panel: Panel,
  at: Vec3,
  corners: readonly [Corner, Corner],
  ratio: number,
): void {
  const [left, top] = [panel.x + Math.round(at[0]) + 0.5, panel.y + Math.round(at[1]) + 0.5];
  const free = 10 * ratio;
  context.save();
  context.beginPath();
  context.rect(panel.x, panel.y, panel.width, panel.height);
  context.clip();
  const [[x1, y1], [x2, y2]] = corners;
  context.beginPath();
  context.rect(panel.x + x1, panel.y + y1, x2 - x1, y2 - y1);
  context.clip();
  context.strokeStyle = 'rgb(158 173 235 / 75%)';
  context.lineWidth = ratio;
  context.beginPath();
  context.moveTo(panel.x, top);
  context.lineTo(left - free, top);
  context.moveTo(left + free, top);
  context.lineTo(panel.x + panel.width, top);
  context.moveTo(left, panel.y);
  context.lineTo(left, top - free);
  context.moveTo(left, top + free);
  context.lineTo(left, panel.y + panel.height);
  context.stroke();
  context.restore();
}

/** Which way the patient lies, at the edges of a panel, where NiiVue has its letters, too. */
export function drawLetters(
  context: CanvasRenderingContext2D,
  { plane, x, y, width, height }: Panel,
  radiological: boolean,
  ratio: number,
): void {
  const [left, right, top, bottom] = edgeLetters(plane, radiological);
  context.font = `${14 * ratio}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = '#d1d6e0';
  // Letters stay legible over bright tissue.
  context.strokeStyle = '#000';
  context.lineWidth = 3 * ratio;
  for (const [letter, at, from] of [
    [left, x + 4 * ratio, y + height / 2 + 4 * ratio],
    [right, x + width - 4 * ratio, y + height / 2 + 4 * ratio],
    [top, x + width / 2, y + 10 * ratio],
    [bottom, x + width / 2, y + height - 6 * ratio],
  ] as const) {
    context.strokeText(letter, at, from);
    context.fillText(letter, at, from);
  }
}
