import { useEffect, useMemo, useRef } from 'react';
import type { Display } from './display.ts';
import type { ImageView, Location } from './image-view.ts';
import type { Layer } from './layer.ts';
import { type Pane, usePaneLayer } from './pane-layer.tsx';
import { listenToPointer, type PointerWishes } from './slice-pointer.ts';
import './slice-pane.css';
import type { FilesState } from './use-image-files.ts';
import { useImageView, type ViewState } from './use-image-view.ts';
import { type LayersState, useLayers } from './use-layers.ts';
import type { Zoom } from './zoom.ts';

/** What a pane tells of itself. */
export type PaneState = {
  /** null until it shows images. */
  readonly view: ImageView | null;
  readonly state: ViewState;
  /** See `ImageView`. */
  readonly isFinal: boolean;
  readonly layers: LayersState;
  retry(): void;
  retryLayers(): void;
};

type Props = {
  readonly id: Pane['id'];
  readonly files: FilesState;
  /** With this pane's own base. */
  readonly display: Display;
  readonly layers: readonly Layer[];
  readonly hidden: ReadonlySet<string>;
  readonly zoom: Zoom;
  readonly wishes: PointerWishes;
  /** Above the image, where there are two. */
  readonly title: string | null;
  readonly onLocation: (id: Pane['id'], location: Location) => void;
  readonly onState: (id: Pane['id'], state: PaneState | null) => void;
};

/** One view of the images, with what is laid over it and what points into it. */
export function SlicePane(props: Props) {
  const { id, files, display, layers, hidden, zoom, title, onState } = props;
  const listeners = useRef(new Set<() => void>());
  const newest = useRef(props);
  newest.current = props;
  const { host, view, state, isFinal, retry } = useImageView(files, display, {
    onLocation: (location) => newest.current.onLocation(id, location),
    onDrawn: () => {
      for (const listener of [...listeners.current]) listener();
    },
  });
  const ready = state.state === 'ready' ? view : null;
  const [layersState, retryLayers] = useLayers(ready, layers, hidden);
  useEffect(() => ready?.setZoom(zoom), [ready, zoom]);
  useEffect(() => {
    const element = host.current;
    if (ready === null || element === null) return;
    const leaving = new AbortController();
    const wishes: PointerWishes = {
      goTo: (mm) => newest.current.wishes.goTo(mm),
      scroll: (plane, steps) => newest.current.wishes.scroll(plane, steps),
      window: (right, up) => newest.current.wishes.window(right, up),
      zoom: (next) => newest.current.wishes.zoom(next),
    };
    listenToPointer(element, ready, wishes, () => newest.current.zoom, leaving.signal);
    return () => leaving.abort();
  }, [ready, host]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when the pane is another, not when it is drawn again
  useEffect(() => {
    onState(id, { view: ready, state, isFinal, layers: layersState, retry, retryLayers });
  }, [ready, state, isFinal, layersState]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, at the end
  useEffect(() => () => onState(id, null), []);

  const layer = usePaneLayer();
  const pane = useMemo(
    (): Pane | null =>
      ready === null
        ? null
        : {
            id,
            view: ready,
            onDrawn: (listener) => {
              listeners.current.add(listener);
              return () => listeners.current.delete(listener);
            },
            giveBack: (event) => {
              const copy =
                event instanceof WheelEvent
                  ? new WheelEvent(event.type, event)
                  : new PointerEvent(event.type, event);
              host.current?.querySelector('canvas')?.dispatchEvent(copy);
            },
          },
    [id, ready, host],
  );
  return (
    <div className="pane" data-pane={id}>
      <div className="canvas-host" ref={host} />
      {pane !== null && layer !== null && <div className="pane-layer">{layer.render(pane)}</div>}
      {title !== null && <p className="pane-title">{title}</p>}
    </div>
  );
}
