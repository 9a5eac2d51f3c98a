import { createContext, type ReactNode, useContext } from 'react';
import type { ImageView } from './image-view.ts';

/**
 * One view of slices on the page, to somebody who draws upon it or takes its pointer events.
 *
 * How a layer is mounted: give `PaneLayerProvider` a function from a pane to an element; it is rendered once for each
 * pane, stretched exactly over the pane's canvas and above it. Its own pointer-events are `none` (the slices below have
 * them) unless the element's style says `pointer-events: auto`; then it has all of them, and `listenToPointer` leaves
 * them alone. Draw in `pane.view.tiles()` (see slice-tile.ts: `voxelAt`, `mmAt` and `screenAt` are the one mapping
 * between the screen and an image, for both views, all planes and any grid), and draw again whenever `pane.onDrawn`
 * says so: the slice, the zoom or the size is another then.
 */
export type Pane = {
  /** The second one is there while two images are side by side. */
  readonly id: 'main' | 'beside';
  readonly view: ImageView;
  /** Has the listener told after each drawing; the function that is returned ends it. */
  onDrawn(listener: () => void): () => void;
};

type RenderLayer = (pane: Pane) => ReactNode;

const Context = createContext<RenderLayer | null>(null);
/** @public Where a mask is edited on the slices. */
export const PaneLayerProvider = Context.Provider;

export function usePaneLayer(): RenderLayer | null {
  return useContext(Context);
}
