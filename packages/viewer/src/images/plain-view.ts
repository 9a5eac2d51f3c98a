import { adcFactor, type BaseRole } from '@atoll/pictures/grey-range';
import { layOut, type Panel, planeAxes, type SlicePlane, sliceGrid } from '@atoll/pictures/slice-grid';
import { drawSlice, type MaskLayer } from '@atoll/pictures/slice-picture';
import { compose, invert, transformPoint } from '@atoll/volume/affine';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { canonicalGrid } from '@atoll/volume/orientation';
import type { Grid, Mask, Vec3 } from '@atoll/volume/volume';
import { type Display, drawnRange, firstDisplay, isMaskRole, maskColours } from './display.ts';
import type { FetchedVolume } from './fetch-volume.ts';
import { type ImageRoleShown, shownRoles } from './image-set.ts';
import type { ImageView, Location, ViewEvents } from './image-view.ts';
import { countsOpacity, type LoadedLayer, type Look, regionsOpacity } from './layer.ts';
import { paintOf } from './layer-paint.ts';
import { drawCursor, drawLetters } from './plain-marks.ts';
import { type Base, centreMm, middleVoxelMm, readBase, readCounts, valueAt } from './plain-volume.ts';
import type { SliceTile } from './slice-tile.ts';
import { wholeImage, type Zoom } from './zoom.ts';

type MaskRole = 'mask' | 'reference';
type DrawnLayer = { readonly look: Look; readonly isHidden: boolean; readonly mask: Mask };

const allPlanes = ['axial', 'coronal', 'sagittal'] as const;
/** More pixels than this would make a slider stutter. */
const finest = 1.5;

/** Where the slices of these planes lie in a canvas, in its pixels. */
type Arrange = (
  canonical: Grid,
  planes: readonly SlicePlane[],
  width: number,
  height: number,
  zoom: number,
  ratio: number,
) => Panel[];

/**
 * Slices in a 2D canvas, for browsers without WebGL2, and until WebGL2 can draw. Voxels go to the screen by the images'
 * affines.
 */
export class PlainView implements ImageView {
  readonly isPlain = true;
  readonly isFinal = true;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #events: ViewEvents;
  readonly #arrange: Arrange;
  readonly #closing = new AbortController();
  readonly #bases = new Map<BaseRole, Base>();
  readonly #masks = new Map<MaskRole, Mask>();
  #further: ReadonlyMap<string, DrawnLayer> = new Map();
  #laying = 0;
  /** The DWI's voxels in the order right, anterior, superior: its slices are the picture's. */
  #canonical: Grid | null = null;
  #mm: Vec3 = [0, 0, 0];
  #display = firstDisplay;
  #tiles: SliceTile[] = [];
  #zoom = wholeImage;
  #frame = 0;

  private constructor(
    canvas: HTMLCanvasElement,
    context: CanvasRenderingContext2D,
    events: ViewEvents,
    arrange: Arrange,
  ) {
    this.#canvas = canvas;
    this.#context = context;
    this.#events = events;
    this.#arrange = arrange;
  }

  static open(host: HTMLElement, events: ViewEvents, arrange: Arrange = layOut): PlainView {
    const canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'Slices of the brain with the lesion mask');
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('This browser can draw no pictures.');
    host.replaceChildren(canvas);
    const view = new PlainView(canvas, context, events, arrange);
    const observer = new ResizeObserver(() => view.#redraw());
    observer.observe(canvas);
    view.#closing.signal.addEventListener('abort', () => observer.disconnect());
    return view;
  }

  async show(images: ReadonlyMap<ImageRoleShown, FetchedVolume>, display: Display): Promise<void> {
    const bases = new Map<BaseRole, Base>();
    const masks = new Map<MaskRole, Mask>();
    for (const role of shownRoles) {
      const image = images.get(role);
      if (image === undefined) continue;
      const bytes = new Uint8Array(image.bytes);
      if (isMaskRole(role)) masks.set(role, await readNiftiMask(bytes));
      else bases.set(role, await readBase(bytes));
    }
    if (this.#closing.signal.aborted) return;
    this.#bases.clear();
    this.#masks.clear();
    this.#further = new Map();
    this.#laying++;
    for (const [role, base] of bases) this.#bases.set(role, base);
    for (const [role, mask] of masks) this.#masks.set(role, mask);
    const dwi = bases.get('dwi');
    this.#canonical = dwi === undefined ? null : canonicalGrid(dwi);
    if (this.#canonical !== null) this.#mm = middleVoxelMm(this.#canonical);
    this.#display = display;
    // At once: whoever has waited for the images is to see them in the next frame.
    cancelAnimationFrame(this.#frame);
    this.#draw();
  }

  async lay(layers: readonly LoadedLayer[]): Promise<void> {
    const laying = ++this.#laying;
    const wanted = new Map<string, DrawnLayer>();
    for (const { id, look, isHidden, file } of layers) {
      const mask = this.#further.get(id)?.mask ?? (await readCounts(new Uint8Array(file.bytes)));
      wanted.set(id, { look, isHidden, mask });
    }
    // A later wish has overtaken this one.
    if (laying !== this.#laying || this.#closing.signal.aborted) return;
    this.#further = wanted;
    this.#redraw();
  }

  apply(display: Display): void {
    this.#display = display;
    this.#redraw();
  }

  goTo([x, y, z]: readonly [number, number, number]): void {
    this.#mm = [x, y, z];
    this.#redraw();
    this.#events.onLocation(this.location());
  }

  location(): Location {
    const values: Partial<Record<ImageRoleShown, number>> = {};
    for (const [role, volume] of [...this.#bases, ...this.#masks]) values[role] = valueAt(volume, this.#mm);
    const adc = this.#bases.get('adc');
    if (adc !== undefined) values.adc = valueAt(adc, this.#mm) * adcFactor(adc.brightest);
    return { mm: this.#mm, values };
  }

  slices(plane: SlicePlane): { count: number; index: number } {
    if (this.#canonical === null) return { count: 1, index: 0 };
    const { through } = planeAxes[plane];
    const count = this.#canonical.shape[through];
    const index = Math.round(this.#voxel(this.#canonical)[through]);
    return { count, index: Math.min(count - 1, Math.max(0, index)) };
  }

  goToSlice(plane: SlicePlane, index: number): void {
    if (this.#canonical === null) return;
    const { count } = this.slices(plane);
    const voxel: [number, number, number] = [...this.#voxel(this.#canonical)];
    voxel[planeAxes[plane].through] = Math.min(count - 1, Math.max(0, index));
    this.goTo(transformPoint(this.#canonical.affine, voxel));
  }

  setZoom(zoom: Zoom): void {
    this.#zoom = zoom;
    this.#redraw();
  }

  centre(): Vec3 {
    return this.#zoom.centreMm ?? (this.#canonical === null ? [0, 0, 0] : centreMm(this.#canonical));
  }

  tiles(): readonly SliceTile[] {
    return this.#tiles;
  }

  brightest(base: BaseRole): number | null {
    return this.#bases.get(base)?.brightest ?? null;
  }

  close(): void {
    this.#closing.abort();
    cancelAnimationFrame(this.#frame);
    this.#canvas.remove();
  }

  /** The cursor as a place among the voxels of a grid. */
  #voxel(grid: Grid): Vec3 {
    return transformPoint(invert(grid.affine), this.#mm);
  }

  #fineness(): number {
    return Math.min(finest, window.devicePixelRatio || 1);
  }

  /** The panel's pixels in the world. */
  #gridOf(canonical: Grid, panel: Panel): Grid {
    const middle = transformPoint(invert(canonical.affine), this.centre());
    return sliceGrid(canonical, panel, this.slices(panel.plane).index, this.#display.radiological, middle);
  }

  /** Of many wishes before the next frame the last one is drawn. */
  #redraw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const ratio = this.#fineness();
    const width = Math.round(this.#canvas.clientWidth * ratio);
    const height = Math.round(this.#canvas.clientHeight * ratio);
    this.#canvas.width = width;
    this.#canvas.height = height;
    const base = this.#bases.get(this.#display.base) ?? this.#bases.get('dwi');
    if (this.#canonical === null || base === undefined || width < 2 || height < 2) return;
    const role = this.#bases.get(this.#display.base) === base ? this.#display.base : 'dwi';
    const range = drawnRange(role, this.#display, base.brightest);
    const { plane } = this.#display;
    const planes = plane === 'all' || plane === 'render' ? allPlanes : [plane];
    const { scale } = this.#zoom;
    this.#tiles = [];
    for (const panel of this.#arrange(this.#canonical, planes, width, height, scale, ratio)) {
      const grid = this.#gridOf(this.#canonical, panel);
      const pixels = drawSlice(grid, base, range, this.#layers());
      this.#context.putImageData(new ImageData(pixels, panel.width, panel.height), panel.x, panel.y);
      drawCursor(this.#context, panel, this.#voxel(grid), cornersIn(grid, this.#canonical), ratio);
      drawLetters(this.#context, panel, this.#display.radiological, ratio);
      this.#tiles.push(tileOf(panel, grid, ratio));
    }
    this.#events.onDrawn();
  }

  #layers(): MaskLayer[] {
    const { mask, reference, outline, opacity } = this.#display;
    const washes: MaskLayer[] = [];
    const filled: MaskLayer[] = [];
    const lines: MaskLayer[] = [];
    for (const { look, isHidden, mask: further } of this.#further.values()) {
      if (isHidden) continue;
      const layer = { mask: further, paint: paintOf(look) };
      if (look.kind === 'counts') filled.push({ ...layer, opacity: countsOpacity, outline: false });
      else if (look.kind === 'regions') washes.push({ ...layer, opacity: regionsOpacity, outline: false });
      else lines.push({ ...layer, opacity: 0.95, outline: true });
    }
    const layers = [...washes, ...filled];
    const found = this.#masks.get('mask');
    const expert = this.#masks.get('reference');
    if (mask && found !== undefined) {
      // A filled mask would hide counts.
      const isLine = outline || filled.length > 0;
      layers.push({ mask: found, paint: () => maskColours.mask, opacity, outline: isLine });
    }
    if (reference && expert !== undefined) {
      layers.push({ mask: expert, paint: () => maskColours.reference, opacity: 0.95, outline: true });
    }
    return [...layers, ...lines];
  }
}

/** Two opposite corners of an image in pixels of a panel, whose edges run along the image's. */
function cornersIn({ affine }: Grid, { shape, affine: its }: Grid): [Vec3, Vec3] {
  const toPixel = compose(invert(affine), its);
  const first = transformPoint(toPixel, [-0.5, -0.5, -0.5]);
  const last = transformPoint(toPixel, [shape[0] - 0.5, shape[1] - 0.5, shape[2] - 0.5]);
  return [first, last];
}

/** @param grid of the panel's pixels. @param ratio pixels in a CSS pixel. */
function tileOf({ plane, x, y, width, height }: Panel, grid: Grid, ratio: number): SliceTile {
  const toMm = compose(grid.affine, [
    [ratio, 0, 0, -0.5 - x],
    [0, ratio, 0, -0.5 - y],
    [0, 0, 1, 0],
  ]);
  return { plane, left: x / ratio, top: y / ratio, width: width / ratio, height: height / ratio, toMm };
}
