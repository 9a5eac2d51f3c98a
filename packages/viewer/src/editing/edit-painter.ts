import { axesWithin } from '@atoll/editor/plane';
import type { Mask } from '@atoll/volume/volume';
import { maskColours } from '../images/display.ts';
import { type SliceTile, tileAt } from '../images/slice-tile.ts';
import { type EditColours, sliceColours, sliceTransform, tiltedColours } from './edit-picture.ts';
import { type SliceOnGrid, sliceOnGrid } from './slice-on-grid.ts';

/** Bluish green of Okabe & Ito: neither the mask's nor the reference's colour. */
const previewColour = [0, 158, 115, 190] as const;

export type EditScene = {
  readonly tiles: readonly SliceTile[];
  readonly mask: Mask;
  /** What a click would add, on the grid of the mask. */
  readonly preview: Uint8Array | null;
  /** 0–1 */
  readonly opacity: number;
  /** The brush under the pointer; null where there is none. */
  readonly brush: { readonly x: number; readonly y: number; readonly radiusMm: number } | null;
};

/** Draws a mask that is edited over the slices of a view: pixels of one voxel, laid over each tile by one transform. */
export class EditPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #slice = document.createElement('canvas');

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#context = context;
  }

  draw({ tiles, mask, preview, opacity, brush }: EditScene): void {
    const context = this.#context;
    const ratio = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(this.#canvas.clientWidth * ratio);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * ratio);
    context.imageSmoothingEnabled = false;
    const alpha = Math.round(255 * Math.max(0.25, opacity));
    const colours: EditColours = { mask: [...maskColours.mask, alpha], preview: previewColour };
    for (const tile of tiles) {
      const on = sliceOnGrid(tile, mask);
      if (on === null) continue;
      context.save();
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.beginPath();
      context.rect(tile.left, tile.top, tile.width, tile.height);
      context.clip();
      if (on.isTilted) this.#drawTilted(on, mask, preview, colours);
      else this.#drawSlice(on, mask, preview, colours);
      context.restore();
    }
    const under = brush === null ? null : tileAt(tiles, brush.x, brush.y);
    if (brush !== null && under !== null) this.#drawBrush(under, brush, ratio);
  }

  #drawSlice(on: SliceOnGrid, mask: Mask, preview: Uint8Array | null, colours: EditColours): void {
    const [u, v] = axesWithin(on.axis);
    const picture = new ImageData(mask.shape[u], mask.shape[v]);
    sliceColours(mask, preview, on, colours, new Uint32Array(picture.data.buffer));
    this.#put(picture);
    this.#context.transform(...sliceTransform(on));
    this.#context.drawImage(this.#slice, 0, 0);
  }

  #drawTilted(on: SliceOnGrid, mask: Mask, preview: Uint8Array | null, colours: EditColours): void {
    const { left, top } = on.tile;
    const picture = new ImageData(Math.ceil(on.tile.width), Math.ceil(on.tile.height));
    tiltedColours(mask, preview, on, colours, picture.width, new Uint32Array(picture.data.buffer));
    this.#put(picture);
    this.#context.drawImage(this.#slice, left, top);
  }

  #put(picture: ImageData): void {
    this.#slice.width = picture.width;
    this.#slice.height = picture.height;
    this.#slice.getContext('2d')?.putImageData(picture, 0, 0);
  }

  #drawBrush(tile: SliceTile, { x, y, radiusMm }: NonNullable<EditScene['brush']>, ratio: number): void {
    const context = this.#context;
    const [across, down] = [pixelMm(tile, 0), pixelMm(tile, 1)];
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.strokeStyle = '#fff';
    context.lineWidth = 1;
    context.shadowColor = '#000';
    context.shadowBlur = 2;
    context.beginPath();
    context.ellipse(x, y, radiusMm / across, radiusMm / down, 0, 0, 2 * Math.PI);
    context.stroke();
    context.restore();
  }
}

/** How many mm a CSS pixel is long, to the right (0) or down (1). */
function pixelMm({ toMm }: SliceTile, column: 0 | 1): number {
  return Math.hypot(toMm[0][column], toMm[1][column], toMm[2][column]);
}
