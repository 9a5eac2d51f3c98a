import type { SlicePlane } from '@atoll/pictures/slice-grid';
import type { Display } from './display.ts';
import type { FetchedVolume } from './fetch-volume.ts';
import type { ImageRoleShown } from './image-set.ts';
import type { LoadedLayer } from './layer.ts';

/** What is under the cursor. Positions in world mm (RAS+); values in the unit of each image. */
export type Location = {
  readonly mm: readonly [number, number, number];
  readonly values: Partial<Record<ImageRoleShown, number>>;
};

export type ViewEvents = {
  readonly onLocation: (location: Location) => void;
  /** The view has lost what it draws with, and must be opened anew. */
  readonly onLost: () => void;
};

/** One set of images, one cursor, drawn into a canvas of the view's own. */
export interface ImageView {
  /** Slices alone: neither 3D nor what NiiVue's mouse can do. */
  readonly isPlain: boolean;
  /** Puts these images in the place of those before. */
  show(images: ReadonlyMap<ImageRoleShown, FetchedVolume>, display: Display): Promise<void>;
  /** Lays further masks over the images, in the place of those before; `show` takes them away. */
  lay(layers: readonly LoadedLayer[]): Promise<void>;
  apply(display: Display): void;
  /** Brings the cursor to a point in world mm. */
  goTo(mm: readonly [number, number, number]): void;
  location(): Location;
  /** How many slices a plane has, and which one the cursor is in (from 0, along the world's axis). */
  slices(plane: SlicePlane): { readonly count: number; readonly index: number };
  goToSlice(plane: SlicePlane, index: number): void;
  close(): void;
}

/**
 * Opens the best view that this browser can draw; without WebGL2, NiiVue is not even loaded.
 * @throws the signal's reason when the view is not wanted any more: it would draw into a canvas that is taken away.
 */
export async function openImageView(
  host: HTMLElement,
  events: ViewEvents,
  signal: AbortSignal,
): Promise<ImageView> {
  if (hasWebGl2()) {
    const { NiivueView, NoWebGlError } = await loadNiivueView();
    signal.throwIfAborted();
    try {
      return await NiivueView.open(host, events);
    } catch (thrown) {
      // A graphics driver may give out a context and then fail to use it.
      if (!(thrown instanceof NoWebGlError)) throw thrown;
    }
  }
  const { PlainView } = await loadPlainView();
  signal.throwIfAborted();
  return PlainView.open(host, events);
}

const loadNiivueView = () => import('./niivue-view.ts');
const loadPlainView = () => import('./plain-view.ts');

/** Fetches the code of the view, so that nothing is asked of anybody when images are shown later. */
export async function prepareImageView(): Promise<void> {
  // A context that is promised may fail after all: the fallback has to be there as well.
  await Promise.all([loadPlainView(), ...(hasWebGl2() ? [loadNiivueView()] : [])]);
}

function hasWebGl2(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  // A browser has few contexts to give; this one is not needed any more.
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
