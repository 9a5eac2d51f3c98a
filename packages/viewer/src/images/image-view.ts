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

/**
 * A slice on the screen: its box in CSS pixels of the canvas, and where it lies in the world (mm, RAS+): its left upper
 * corner, and a step of one such pixel to the right and one down.
 */
export type Pane = {
  readonly plane: SlicePlane;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly origin: readonly [number, number, number];
  readonly right: readonly [number, number, number];
  readonly down: readonly [number, number, number];
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
  /** The slices that are drawn now; a 3D picture is none. */
  panes(): readonly Pane[];
  close(): void;
}
