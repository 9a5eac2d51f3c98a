import { edgeLetters, type Panel } from '@atoll/pictures/slice-grid';
import type { Vec3 } from '@atoll/volume/volume';

/** Lines through the cursor, with a gap around it. @param at the cursor in pixels of the panel. @param ratio pixels in a CSS pixel. */
export function drawCursor(context: CanvasRenderingContext2D, panel: Panel, at: Vec3, ratio: number): void {
  const [left, top] = [panel.x + Math.round(at[0]) + 0.5, panel.y + Math.round(at[1]) + 0.5];
  const free = 10 * ratio;
  context.save();
  context.beginPath();
  context.rect(panel.x, panel.y, panel.width, panel.height);
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

/** Which way the patient lies, at the edges of a panel. */
export function drawLetters(
  context: CanvasRenderingContext2D,
  { plane, x, y, width, height }: Panel,
  radiological: boolean,
  ratio: number,
): void {
  const margin = 12 * ratio;
  const [left, right, top, bottom] = edgeLetters(plane, radiological);
  context.font = `${14 * ratio}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = '#d1d6e0';
  // Letters stay legible over bright tissue.
  context.strokeStyle = '#000';
  context.lineWidth = 3 * ratio;
  for (const [letter, at, from] of [
    [left, x + margin, y + height / 2],
    [right, x + width - margin, y + height / 2],
    [top, x + width / 2, y + margin],
    [bottom, x + width / 2, y + height - margin],
  ] as const) {
    context.strokeText(letter, at, from);
    context.fillText(letter, at, from);
  }
}
