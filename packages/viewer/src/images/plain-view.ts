import { type BaseRole, brightestOf, greyRange } from '@atoll/pictures/grey-range';
import {
  edgeLetters,
  layOut,
  type Panel,
  planeAxes,
  type SlicePlane,
  sliceGrid,
} from '@atoll/pictures/slice-grid';
import { drawSlice, type MaskLayer } from '@atoll/pictures/slice-picture';
import { invert, transformPoint } from '@atoll/volume/affine';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { canonicalGrid } from '@atoll/volume/orientation';
import type { Grid, Mask, Vec3, Volume, VoxelArray } from '@atoll/volume/volume';
import { type Display, firstDisplay, isMaskRole, maskColours } from './display.ts';
import type { FetchedVolume } from './fetch-volume.ts';
import { type ImageRoleShown, shownRoles } from './image-set.ts';
import type { ImageView, Location, Pane, ViewEvents } from './image-view.ts';
import { countsOpacity, type LoadedLayer, type Look, regionsOpacity } from './layer.ts';
import { paintOf } from './layer-paint.ts';

type Base = Volume & { readonly brightest: number };
type MaskRole = 'mask' | 'reference';
type DrawnLayer = { readonly look: Look; readonly isHidden: boolean; readonly mask: Mask };

const allPlanes = ['axial', 'coronal', 'sagittal'] as const;
/** More pixels than this would make a slider stutter. */
const finest = 1.5;

/** Slices in a 2D canvas, for browsers without WebGL2. Voxels go to the screen by the images' affines. */
export class PlainView implements ImageView {
  readonly isPlain = true;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #events: ViewEvents;
  readonly #closing = new AbortController();
  readonly #bases = new Map<BaseRole, Base>();
  readonly #masks = new Map<MaskRole, Mask>();
  #further: ReadonlyMap<string, DrawnLayer> = new Map();
  #laying = 0;
  /** The DWI's voxels in the order right, anterior, superior: its slices are the picture's. */
  #canonical: Grid | null = null;
  #mm: Vec3 = [0, 0, 0];
  #display = firstDisplay;
  #panels: readonly Panel[] = [];
  #frame = 0;

  private constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, events: ViewEvents) {
    this.#canvas = canvas;
    this.#context = context;
    this.#events = events;
  }

  static open(host: HTMLElement, events: ViewEvents): PlainView {
    const canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'Slices of the brain with the lesion mask');
    canvas.style.touchAction = 'none';
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('This browser can draw no pictures.');
    host.replaceChildren(canvas);
    const view = new PlainView(canvas, context, events);
    view.#listen();
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
    if (this.#canonical !== null) this.#mm = centreMm(this.#canonical);
    this.apply(display);
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

  panes(): readonly Pane[] {
    const ratio = this.#fineness();
    const canonical = this.#canonical;
    if (canonical === null) return [];
    return this.#panels.map((panel) => {
      const { affine } = this.#gridOf(canonical, panel);
      const step = (column: 0 | 1): Vec3 => [
        affine[0][column] * ratio,
        affine[1][column] * ratio,
        affine[2][column] * ratio,
      ];
      return {
        plane: panel.plane,
        x: panel.x / ratio,
        y: panel.y / ratio,
        width: panel.width / ratio,
        height: panel.height / ratio,
        // The grid of a panel counts from the middle of its first pixel.
        origin: transformPoint(affine, [-0.5, -0.5, 0]),
        right: step(0),
        down: step(1),
      };
    });
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

  #listen(): void {
    const { signal } = this.#closing;
    const point = (event: PointerEvent) => {
      if (event.buttons !== 0)
        this.#pointTo(event.offsetX * this.#fineness(), event.offsetY * this.#fineness());
    };
    this.#canvas.addEventListener('pointerdown', point, { signal });
    this.#canvas.addEventListener('pointermove', point, { signal });
    this.#canvas.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        const ratio = this.#fineness();
        const panel = this.#panelAt(event.offsetX * ratio, event.offsetY * ratio) ?? this.#panels[0];
        if (panel === undefined || event.deltaY === 0) return;
        this.goToSlice(panel.plane, this.slices(panel.plane).index - Math.sign(event.deltaY));
      },
      { signal, passive: false },
    );
    const observer = new ResizeObserver(() => this.#redraw());
    observer.observe(this.#canvas);
    signal.addEventListener('abort', () => observer.disconnect());
  }

  #fineness(): number {
    return Math.min(finest, window.devicePixelRatio || 1);
  }

  #panelAt(x: number, y: number): Panel | undefined {
    return this.#panels.find(
      (panel) => x >= panel.x && x < panel.x + panel.width && y >= panel.y && y < panel.y + panel.height,
    );
  }

  #pointTo(x: number, y: number): void {
    const panel = this.#panelAt(x, y);
    if (panel === undefined || this.#canonical === null) return;
    const { affine } = this.#gridOf(this.#canonical, panel);
    this.goTo(transformPoint(affine, [x - panel.x, y - panel.y, 0]));
  }

  #gridOf(canonical: Grid, panel: Panel): Grid {
    return sliceGrid(canonical, panel, this.slices(panel.plane).index, this.#display.radiological);
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
    const range = greyRange(role, this.#display.window, base.brightest);
    const { plane } = this.#display;
    const planes = plane === 'all' || plane === 'render' ? allPlanes : [plane];
    this.#panels = layOut(this.#canonical, planes, width, height);
    for (const panel of this.#panels) {
      const grid = this.#gridOf(this.#canonical, panel);
      const pixels = drawSlice(grid, base, range, this.#layers());
      this.#context.putImageData(new ImageData(pixels, panel.width, panel.height), panel.x, panel.y);
      this.#drawCursor(panel, grid, ratio);
      this.#drawLetters(panel, ratio);
    }
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

  #drawCursor(panel: Panel, grid: Grid, ratio: number): void {
    const [x, y] = this.#voxel(grid);
    const context = this.#context;
    const [left, top] = [panel.x + Math.round(x) + 0.5, panel.y + Math.round(y) + 0.5];
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

  #drawLetters({ plane, x, y, width, height }: Panel, ratio: number): void {
    const context = this.#context;
    const margin = 12 * ratio;
    const [left, right, top, bottom] = edgeLetters(plane, this.#display.radiological);
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
}

async function readBase(bytes: Uint8Array): Promise<Base> {
  const { shape, affine, data } = await readNifti(bytes);
  return { shape, affine, data, brightest: brightestOf(data) };
}

/** Values as they are, 0–255; of a mask 0 and 1. */
async function readCounts(bytes: Uint8Array): Promise<Mask> {
  const { shape, affine, data } = await readNifti(bytes);
  return {
    shape,
    affine,
    data: Uint8Array.from(data, (value) => Math.min(255, Math.max(0, Math.round(value)))),
  };
}

function centreMm({ shape, affine }: Grid): Vec3 {
  return transformPoint(affine, [(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2]);
}

/** Value of the voxel at a place; 0 outside. */
function valueAt({ shape, affine, data }: Volume<VoxelArray>, mm: Vec3): number {
  const [i, j, k] = transformPoint(invert(affine), mm).map(Math.round);
  if (i < 0 || j < 0 || k < 0 || i >= shape[0] || j >= shape[1] || k >= shape[2]) return 0;
  return data[i + shape[0] * (j + shape[1] * k)];
}
