import { createContext, type ReactNode, useContext } from 'react';
import type { ImageView } from './image-view.ts';

/**
 * One view of slices on the page, to somebody who draws upon it or takes its pointer events.
 *
 * How a layer is mounted: give `PaneLayerProvider` one that renders an element for a pane; that is done once for each
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
  /** Gives an event that the layer has no use for to the slices below; of a pointer that went down, the rest follows. */
  giveBack(event: PointerEvent | WheelEvent): void;
};

type PaneLayer = {
  render(pane: Pane): ReactNode;
  /** Whether it draws something in the place of a pane's mask, which would shine through. */
  hidesMask(id: Pane['id']): boolean;
};

const Context = createContext<PaneLayer | null>(null);
export const PaneLayerProvider = Context.Provider;

export function usePaneLayer(): PaneLayer | null {
  return useContext(Context);
}
