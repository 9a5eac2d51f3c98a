import { adcFactor, type BaseRole, brightestOf } from '@atoll/pictures/grey-range';
import type { SlicePlane } from '@atoll/pictures/slice-grid';
import type { Vec3 } from '@atoll/volume/volume';
import { NVImage, SLICE_TYPE } from '@niivue/niivue';
import { type Display, drawnRange, firstDisplay, isMaskRole, maskColours, type Plane } from './display.ts';
import type { FetchedVolume } from './fetch-volume.ts';
import { type ImageRoleShown, shownRoles } from './image-set.ts';
import type { ImageView, Location, ViewEvents } from './image-view.ts';
import { countsOpacity, type LoadedLayer, type Look, regionsOpacity } from './layer.ts';
import { axisOf, NiivueMask } from './niivue-mask.ts';
import { niivueOptions } from './niivue-options.ts';
import { DrawnNiivue, tilesOf } from './niivue-tiles.ts';
import type { SliceTile } from './slice-tile.ts';
import { wholeImage, type Zoom } from './zoom.ts';

const sliceTypes: Record<Plane, SLICE_TYPE> = {
  axial: SLICE_TYPE.AXIAL,
  coronal: SLICE_TYPE.CORONAL,
  sagittal: SLICE_TYPE.SAGITTAL,
  all: SLICE_TYPE.MULTIPLANAR,
  render: SLICE_TYPE.RENDER,
};

const opacities = { dashes: 0.95, counts: countsOpacity, regions: regionsOpacity } as const;

type DrawnLayer = { readonly look: Look; readonly isHidden: boolean; readonly mask: NiivueMask };

/** The only place that knows NiiVue: one canvas, one set of images, one cursor. */
export class NiivueView implements ImageView {
  readonly isPlain = false;
  readonly isFinal = true;
  readonly #nv: DrawnNiivue;
  readonly #canvas: HTMLCanvasElement;
  readonly #volumes = new Map<ImageRoleShown, NVImage>();
  readonly #masks = new Map<ImageRoleShown, NiivueMask>();
  readonly #brightest = new Map<BaseRole, number>();
  #layers: ReadonlyMap<string, DrawnLayer> = new Map();
  #laying = 0;
  #zoom = wholeImage;
  #display = firstDisplay;
  readonly #closing = new AbortController();

  private constructor(nv: DrawnNiivue, canvas: HTMLCanvasElement) {
    this.#nv = nv;
    this.#canvas = canvas;
  }

  /**
   * Makes a canvas in `host`; a canvas whose context was lost cannot be used again.
   * @throws where the browser has no WebGL2, or takes it away again.
   */
  static async open(host: HTMLElement, events: ViewEvents): Promise<NiivueView> {
    const canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'Images of the brain with the lesion mask');
    host.replaceChildren(canvas);
    const nv = new DrawnNiivue(niivueOptions);
    try {
      await nv.attachToCanvas(canvas);
    } catch (thrown) {
      throw new Error('WebGL2 is missing', { cause: thrown });
    }
    const view = new NiivueView(nv, canvas);
    // Lost meanwhile, of which nobody was told.
    if (view.#gone()) {
      view.close();
      throw new Error('The context was lost at once.');
    }
    const { signal } = view.#closing;
    canvas.addEventListener('webglcontextlost', () => events.onLost(), { signal });
    nv.addEventListener('locationChange', () => events.onLocation(view.location()), { signal });
    nv.onDrawn = () => !signal.aborted && events.onDrawn();
    return view;
  }

  /** Puts these images in the place of those before. */
  async show(images: ReadonlyMap<ImageRoleShown, FetchedVolume>, display: Display): Promise<void> {
    const loaded = await Promise.all(
      shownRoles.flatMap((role) => {
        const image = images.get(role);
        return image === undefined ? [] : [load(role, image)];
      }),
    );
    if (this.#gone()) return;
    this.#layers = new Map();
    this.#laying++;
    this.#nv.together(() => {
      for (const volume of [...this.#nv.volumes]) this.#nv.removeVolume(volume);
      this.#volumes.clear();
      this.#masks.clear();
      this.#brightest.clear();
      for (const [role, image] of loaded) {
        const volume = image instanceof NiivueMask ? image.volume : image;
        this.#volumes.set(role, volume);
        if (image instanceof NiivueMask) this.#masks.set(role, image);
        else if (!isMaskRole(role)) this.#brightest.set(role, brightestIn(image));
        this.#nv.addVolume(volume);
      }
      this.#set(display, this.#firstPlace());
    });
    this.#nv.createOnLocationChange();
  }

  /** The middle voxel of the DWI, where `PlainView` begins, too. */
  #firstPlace(): Vec3 {
    const dwi = this.#volumes.get('dwi');
    const [, nx = 1, ny = 1, nz = 1] = dwi?.dimsRAS ?? [];
    const at = (count: number) => (Math.floor(count / 2) + 0.5) / count;
    const index = dwi === undefined ? 0 : Math.max(0, this.#nv.volumes.indexOf(dwi));
    const [x, y, z] = this.#nv.frac2mm([at(nx), at(ny), at(nz)], index, true);
    return [x, y, z];
  }

  async lay(layers: readonly LoadedLayer[]): Promise<void> {
    const laying = ++this.#laying;
    const wanted = new Map(
      await Promise.all(
        layers.map(async ({ id, look, isHidden, file }): Promise<[string, DrawnLayer]> => {
          const colours = look.kind === 'dashes' ? look.tones : look.colours;
          const mask = this.#layers.get(id)?.mask ?? (await NiivueMask.load(file, colours));
          return [id, { look, isHidden, mask }];
        }),
      ),
    );
    // A later wish has overtaken this one.
    if (laying !== this.#laying || this.#volumes.size === 0 || this.#gone()) return;
    const { mm } = this.location();
    this.#nv.together(() => {
      for (const [id, { mask }] of this.#layers) if (!wanted.has(id)) this.#nv.removeVolume(mask.volume);
      for (const [id, { look, mask }] of wanted) {
        if (this.#layers.has(id)) continue;
        this.#nv.addVolume(mask.volume);
        // What is filled lies below all lines.
        if (look.kind !== 'dashes') this.#nv.setVolume(mask.volume, 1);
      }
      this.#layers = wanted;
      this.#set(this.#display, mm);
    });
    this.#nv.createOnLocationChange();
  }

  apply(display: Display): void {
    this.#display = display;
    if (this.#volumes.size === 0 || this.#gone()) return;
    const { mm } = this.location();
    this.#nv.together(() => this.#set(display, mm));
    this.#nv.createOnLocationChange();
  }

  /** Everything that NiiVue is told about how to draw, with the cursor at a place in world mm. */
  #set(display: Display, mm: Vec3): void {
    this.#display = display;
    const nv = this.#nv;
    const base = this.#volumes.get(display.base) ?? this.#volumes.get('dwi');
    if (base !== undefined && nv.volumes[0] !== base) nv.setVolume(base, 0);
    const is3d = display.plane === 'render';
    const hasCounts = [...this.#layers.values()].some(
      ({ look, isHidden }) => look.kind === 'counts' && !isHidden,
    );
    for (const [role, volume] of this.#volumes) {
      const mask = this.#masks.get(role);
      if (mask === undefined) {
        if (isMaskRole(role)) continue;
        const [low, high] = drawnRange(role, display, this.#brightest.get(role) ?? 1);
        volume.cal_min = low;
        volume.cal_max = high;
        volume.opacity = volume === base ? (is3d ? 0.35 : 1) : 0;
      } else {
        // A line has to stand out from the filled mask below it.
        const opacity = role === 'mask' ? display.opacity : 0.95;
        // A filled mask would hide counts.
        const isShown = role === 'mask' ? display.mask && !(is3d && hasCounts) : display.reference;
        volume.opacity = isShown ? opacity : 0;
        // In 3D an outline is what one sees of the whole anyway, only thinner.
        if (!is3d && (role === 'reference' || display.outline || hasCounts)) mask.drawOutline(display.plane);
        else mask.drawWhole();
      }
    }
    this.#applyToLayers(display, hasCounts);
    // The middle of another base may lie elsewhere.
    this.#applyZoom();
    nv.setRadiologicalConvention(display.radiological);
    nv.setSliceType(sliceTypes[display.plane]);
    nv.scene.crosshairPos = nv.mm2frac([...mm], 0, true);
  }

  #applyToLayers({ plane, mask: maskIsShown }: Display, hasCounts: boolean): void {
    const below = maskIsShown ? (this.#masks.get('mask') ?? null) : null;
    for (const { look, isHidden, mask } of this.#layers.values()) {
      // In 3D counts would be hidden by whatever else is drawn where they are.
      const isCovering = plane === 'render' && hasCounts && look.kind === 'dashes';
      // A wash over the whole brain would leave nothing else to be seen in 3D.
      const isNoSlice = plane === 'render' && look.kind === 'regions';
      mask.volume.opacity = isHidden || isCovering || isNoSlice ? 0 : opacities[look.kind];
      if (look.kind !== 'dashes') mask.drawWhole();
      else if (plane === 'render') mask.drawOver(below);
      else mask.drawDashes(plane);
    }
  }

  /** Closed, or its context lost: NiiVue would draw into nothing and log an error for each pass. */
  #gone(): boolean {
    return this.#closing.signal.aborted || this.#canvas.getContext('webgl2')?.isContextLost() !== false;
  }

  /** Brings the cursor to a point in world mm. Never by voxel index: NiiVue reorders voxels to RAS. */
  goTo(mm: readonly [number, number, number]): void {
    if (this.#nv.volumes.length === 0 || this.#gone()) return;
    this.#nv.scene.crosshairPos = this.#nv.mm2frac([...mm], 0, true);
    this.#nv.drawScene();
    this.#nv.createOnLocationChange();
  }

  location(): Location {
    const nv = this.#nv;
    if (nv.volumes.length === 0) return { mm: [0, 0, 0], values: {} };
    const [x, y, z] = nv.frac2mm(nv.scene.crosshairPos, 0, true);
    const values: Partial<Record<ImageRoleShown, number>> = {};
    for (const [role, volume] of this.#volumes) {
      const [i, j, k] = volume.mm2vox([x, y, z]);
      values[role] = this.#masks.get(role)?.valueAt([x, y, z]) ?? volume.getValue(i, j, k);
      if (role === 'adc' && values.adc !== undefined)
        values.adc *= adcFactor(this.#brightest.get('adc') ?? 1);
    }
    return { mm: [x, y, z], values };
  }

  /** How many slices a plane has, and which one the cursor is in (from 0, along the world's axis). */
  slices(plane: SlicePlane): { count: number; index: number } {
    const volume = this.#nv.volumes[0];
    const count = volume?.dimsRAS?.[axisOf[plane] + 1] ?? 1;
    const fraction = this.#nv.scene.crosshairPos[axisOf[plane]];
    return { count, index: Math.min(count - 1, Math.max(0, Math.floor(fraction * count))) };
  }

  goToSlice(plane: SlicePlane, index: number): void {
    if (this.#gone()) return;
    const { count } = this.slices(plane);
    const position = [...this.#nv.scene.crosshairPos];
    position[axisOf[plane]] = (Math.min(count - 1, Math.max(0, index)) + 0.5) / count;
    this.#nv.scene.crosshairPos = [position[0], position[1], position[2]];
    this.#nv.drawScene();
    this.#nv.createOnLocationChange();
  }

  setZoom(zoom: Zoom): void {
    this.#zoom = zoom;
    this.#applyZoom();
    if (!this.#gone()) this.#nv.drawScene();
  }

  /** NiiVue moves and scales within its own space, which is upright and in mm whatever the image's angles are. */
  #applyZoom(): void {
    const nv = this.#nv;
    if (nv.volumes.length === 0) return;
    const { scale, centreMm } = this.#zoom;
    const middle = nv.frac2mm([0.5, 0.5, 0.5]);
    const centre = centreMm === null ? middle : nv.frac2mm(nv.mm2frac([...centreMm], 0, true));
    const [x, y, z] = [0, 1, 2].map((axis) => middle[axis] - scale * centre[axis]);
    // NiiVue shows (mm - pan) / zoom: the middle of the screen is then the wanted centre.
    nv.scene.pan2Dxyzmm = centreMm === null && scale === 1 ? [0, 0, 0, 1] : [x, y, z, scale];
  }

  centre(): Vec3 {
    if (this.#zoom.centreMm !== null) return this.#zoom.centreMm;
    if (this.#nv.volumes.length === 0) return [0, 0, 0];
    const [x, y, z] = this.#nv.frac2mm([0.5, 0.5, 0.5], 0, true);
    return [x, y, z];
  }

  tiles(): readonly SliceTile[] {
    return this.#gone() || this.#nv.volumes.length === 0 ? [] : tilesOf(this.#nv);
  }

  brightest(base: BaseRole): number | null {
    return this.#brightest.get(base) ?? null;
  }

  close(): void {
    this.#closing.abort();
    const gl = this.#canvas.getContext('webgl2');
    this.#nv.cleanup();
    // cleanup() keeps the context; the sixteenth one would kill the first.
    gl?.getExtension('WEBGL_lose_context')?.loseContext();
    this.#canvas.remove();
  }
}

/** By the same rule as in `PlainView`: the grey range must not depend on who draws. */
function brightestIn({ img, hdr }: NVImage): number {
  if (img === undefined || hdr === null) return 1;
  const { scl_slope: slope, scl_inter: offset } = hdr;
  const values = new Float32Array(img.length);
  for (let at = 0; at < img.length; at++) values[at] = img[at] * slope + offset;
  return brightestOf(values);
}

async function load(
  role: ImageRoleShown,
  file: FetchedVolume,
): Promise<[ImageRoleShown, NVImage | NiivueMask]> {
  if (isMaskRole(role)) return [role, await NiivueMask.load(file, [maskColours[role]])];
  const { bytes, fileName } = file;
  return [role, await NVImage.loadFromUrl({ url: fileName, name: fileName, buffer: bytes })];
}
