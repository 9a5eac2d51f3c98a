import type { BaseRole } from '@atoll/pictures/grey-range';
import type { SlicePlane } from '@atoll/pictures/slice-grid';
import type { Vec3 } from '@atoll/volume/volume';
import type { Display } from './display.ts';
import type { FetchedVolume } from './fetch-volume.ts';
import type { ImageRoleShown } from './image-set.ts';
import type { LoadedLayer } from './layer.ts';
import type { SliceTile } from './slice-tile.ts';
import type { Zoom } from './zoom.ts';

/** What is under the cursor. Positions in world mm (RAS+); ADC in 10⁻⁶ mm²/s, other values in their image's own. */
export type Location = {
  readonly mm: readonly [number, number, number];
  readonly values: Partial<Record<ImageRoleShown, number>>;
};

export type ViewEvents = {
  readonly onLocation: (location: Location) => void;
  /** Slices have been drawn, perhaps elsewhere on the screen than before: see `tiles`. */
  readonly onDrawn: () => void;
  /** The view has lost what it draws with, and must be opened anew. */
  readonly onLost: () => void;
  /** It is known now by which means the view draws: see `isFinal`. */
  readonly onFinal: () => void;
};

/** One set of images, one cursor, drawn into a canvas of the view's own. */
export interface ImageView {
  /** Slices alone, no 3D. */
  readonly isPlain: boolean;
  /** Draws by the best that there is; otherwise that is being prepared, and `onFinal` tells when it has taken over. */
  readonly isFinal: boolean;
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
  setZoom(zoom: Zoom): void;
  /** World mm in the middle of the slices now. */
  centre(): Vec3;
  /** The slices on the canvas as last drawn; none in 3D. */
  tiles(): readonly SliceTile[];
  /** 98th percentile or so of a base image, in its file's unit; null where there is none. */
  brightest(base: BaseRole): number | null;
  close(): void;
}
