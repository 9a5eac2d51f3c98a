import type { BaseRole } from '@atoll/pictures/grey-range';
import type { SlicePlane } from '@atoll/pictures/slice-grid';
import type { Vec3 } from '@atoll/volume/volume';
import { type Display, firstDisplay } from './display.ts';
import { copiesOf, type FetchedVolume } from './fetch-volume.ts';
import type { ImageRoleShown } from './image-set.ts';
import type { ImageView, Location, ViewEvents } from './image-view.ts';
import type { LoadedLayer } from './layer.ts';
import { niivuePanels } from './niivue-panels.ts';
import { PlainView } from './plain-view.ts';
import { ReaderAtRest } from './reader-at-rest.ts';
import type { SliceTile } from './slice-tile.ts';
import { wholeImage, type Zoom } from './zoom.ts';

type Images = ReadonlyMap<ImageRoleShown, FetchedVolume>;
type OpenView = (host: HTMLElement, events: ViewEvents) => Promise<ImageView>;

/** What a graphics driver takes away twice before anything has been drawn, it will not leave us. */
const mostTries = 2;

/**
 * Draws in a 2D canvas at once, while the view that draws by WebGL2 is loaded, has its programs compiled and draws the
 * same below; then that one takes over, when the reader pauses, and nothing moves.
 */
export class StagedView implements ImageView {
  readonly #events: ViewEvents;
  /** Has the canvas of the first view; lies over the other, and comes before it, so that it is the one that is found. */
  readonly #over: HTMLElement;
  readonly #under: HTMLElement;
  readonly #openBest: OpenView;
  readonly #closing = new AbortController();
  readonly #reader = new ReaderAtRest(this.#closing.signal);
  readonly #plain: PlainView;
  #now: ImageView;
  /** Prepared below, and not yet on show. */
  #next: ImageView | null = null;
  #isFinal = false;
  #isPreparing = false;
  #isNextLost = false;
  #tries = 0;
  #showing = 0;
  /** Counts whatever changes the picture. */
  #changes = 0;
  #images: Images = new Map();
  #layers: readonly LoadedLayer[] = [];
  #display = firstDisplay;
  #zoom = wholeImage;

  private constructor(host: HTMLElement, events: ViewEvents, openBest: OpenView) {
    this.#events = events;
    this.#openBest = openBest;
    this.#over = element('canvas-over');
    this.#under = element('canvas-under');
    this.#under.inert = true;
    host.replaceChildren(this.#over, this.#under);
    this.#plain = PlainView.open(this.#over, events, niivuePanels);
    this.#now = this.#plain;
  }

  /** @param openBest opens the better view; where it fails, the first one stays. */
  static open(host: HTMLElement, events: ViewEvents, openBest: OpenView): StagedView {
    return new StagedView(host, events, openBest);
  }

  /** Until it is known better, 3D is to be had. */
  get isPlain(): boolean {
    return this.#isFinal && this.#now.isPlain;
  }

  get isFinal(): boolean {
    return this.#isFinal;
  }

  async show(images: Images, display: Display): Promise<void> {
    this.#display = display;
    this.#layers = [];
    this.#images = images;
    this.#changes++;
    if (this.#isFinal) return this.#now.show(images, display);
    this.#showing++;
    try {
      await this.#plain.show(images, display);
    } finally {
      this.#showing--;
    }
    if (!this.#isPreparing) void this.#prepare();
  }

  async lay(layers: readonly LoadedLayer[]): Promise<void> {
    this.#layers = layers;
    this.#changes++;
    await this.#now.lay(layers);
  }

  apply(display: Display): void {
    this.#display = display;
    this.#changes++;
    this.#now.apply(display);
  }

  goTo(mm: readonly [number, number, number]): void {
    this.#changes++;
    this.#now.goTo(mm);
  }

  goToSlice(plane: SlicePlane, index: number): void {
    this.#changes++;
    this.#now.goToSlice(plane, index);
  }

  setZoom(zoom: Zoom): void {
    this.#zoom = zoom;
    this.#changes++;
    this.#now.setZoom(zoom);
  }

  location(): Location {
    return this.#now.location();
  }

  slices(plane: SlicePlane): { readonly count: number; readonly index: number } {
    return this.#now.slices(plane);
  }

  centre(): Vec3 {
    return this.#now.centre();
  }

  tiles(): readonly SliceTile[] {
    return this.#now.tiles();
  }

  brightest(base: BaseRole): number | null {
    return this.#now.brightest(base);
  }

  close(): void {
    this.#closing.abort();
    this.#plain.close();
    this.#next?.close();
    if (this.#now !== this.#plain) this.#now.close();
    this.#over.remove();
    this.#under.remove();
  }

  async #prepare(): Promise<void> {
    this.#isPreparing = true;
    try {
      // Two frames: the first is on the screen when the second begins.
      await nextFrame();
      await nextFrame();
      await this.#reader.pause();
      this.#next = await this.#openNext();
      await this.#drawBelow(this.#next);
      this.#takeOver(this.#next);
    } catch {
      if (this.#closing.signal.aborted) return;
      this.#next?.close();
      this.#next = null;
      this.#under.replaceChildren();
      if (++this.#tries < mostTries) return this.#prepare();
      this.#settle();
    }
  }

  async #openNext(): Promise<ImageView> {
    const { signal } = this.#closing;
    const isNow = () => this.#now !== this.#plain && !signal.aborted;
    const opened = await this.#openBest(this.#under, {
      onLocation: (location) => isNow() && this.#events.onLocation(location),
      onDrawn: () => isNow() && this.#events.onDrawn(),
      onFinal: () => undefined,
      onLost: () => {
        if (isNow()) this.#events.onLost();
        else this.#isNextLost = true;
      },
    });
    this.#isNextLost = false;
    if (!signal.aborted) return opened;
    opened.close();
    throw signal.reason;
  }

  /** Has the better view draw what is on show, until it has drawn it and nothing has changed since. */
  async #drawBelow(next: ImageView): Promise<void> {
    let shown: Images | null = null;
    let laid: readonly LoadedLayer[] = [];
    for (;;) {
      await this.#reader.pause();
      const [changes, images, layers] = [this.#changes, this.#images, this.#layers];
      if (shown !== images) {
        await next.show(copiesOf(images), this.#display);
        shown = images;
        laid = [];
      } else next.apply(this.#display);
      if (laid !== layers) await next.lay(layers);
      laid = layers;
      next.setZoom(this.#zoom);
      next.goTo(this.#plain.location().mm);
      await nextFrame();
      if (this.#isNextLost) throw new Error('The context was lost before it was needed.');
      this.#closing.signal.throwIfAborted();
      if (changes === this.#changes && this.#showing === 0 && this.#reader.isAtRest) return;
    }
  }

  #takeOver(next: ImageView): void {
    const hadFocus = this.#over.contains(document.activeElement);
    this.#now = next;
    this.#next = null;
    this.#under.inert = false;
    if (hadFocus) this.#under.querySelector('canvas')?.focus({ preventScroll: true });
    this.#plain.close();
    this.#over.remove();
    this.#settle();
    this.#events.onDrawn();
  }

  #settle(): void {
    this.#isFinal = true;
    this.#events.onFinal();
  }
}

function element(className: string): HTMLElement {
  const made = document.createElement('div');
  made.className = className;
  return made;
}

function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
