import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Display } from './display.ts';
import { copiesOf } from './fetch-volume.ts';
import type { ImageView, Location } from './image-view.ts';
import { openImageView } from './open-image-view.ts';
import type { FilesState, ImageFiles } from './use-image-files.ts';

export type ViewState =
  | { readonly state: 'empty' }
  | { readonly state: 'loading'; readonly share: number | null }
  /** `shown`: the files that are on show. */
  | { readonly state: 'ready'; readonly shown: ImageFiles }
  | { readonly state: 'failed'; readonly error: unknown };

export type ViewHandle = {
  readonly host: RefObject<HTMLDivElement | null>;
  /** null until one is open. */
  readonly view: ImageView | null;
  readonly state: ViewState;
  /** The view draws by the best that there is; see `ImageView`. */
  readonly isFinal: boolean;
  /** Opens the view anew. */
  retry(): void;
};

export type ViewListener = {
  readonly onLocation: (location: Location) => void;
  readonly onDrawn: () => void;
};

/**
 * Keeps one view alive: opens it when images are first wanted, for what draws is larger than all the rest of the page;
 * fills it, and rebuilds it when its context is lost.
 */
export function useImageView(files: FilesState, display: Display, listener: ViewListener): ViewHandle {
  const host = useRef<HTMLDivElement | null>(null);
  const [view, setView] = useState<ImageView | null>(null);
  const [state, setState] = useState<ViewState>({ state: 'empty' });
  const [attempt, setAttempt] = useState(0);
  const [isFinal, setFinal] = useState(false);
  const [isWanted, setWanted] = useState(files.state !== 'empty');
  if (files.state !== 'empty' && !isWanted) setWanted(true);
  const newest = useRef({ display, listener });
  newest.current = { display, listener };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt opens a new view
  useEffect(() => {
    const element = host.current;
    if (element === null || !isWanted) return;
    let open: ImageView | null = null;
    const leaving = new AbortController();
    const { signal } = leaving;
    const events = {
      onLocation: (location: Location) => newest.current.listener.onLocation(location),
      onDrawn: () => newest.current.listener.onDrawn(),
      onFinal: () => setFinal(true),
      onLost: () => {
        setState({ state: 'loading', share: null });
        setAttempt((before) => before + 1);
      },
    };
    openImageView(element, events, signal)
      .then((opened) => {
        open = opened;
        if (signal.aborted) return opened.close();
        setFinal(opened.isFinal);
        setView(opened);
      })
      .catch((error: unknown) => !signal.aborted && setState({ state: 'failed', error }));
    return () => {
      leaving.abort();
      open?.close();
      setView(null);
    };
  }, [attempt, isWanted]);

  const ready = files.state === 'ready' ? files.files : null;
  useEffect(() => {
    if (ready === null) return;
    setState({ state: 'loading', share: 1 });
    if (view === null) return;
    let isLeaving = false;
    view
      .show(copiesOf(ready), newest.current.display)
      .then(() => {
        if (isLeaving) return;
        newest.current.listener.onLocation(view.location());
        setState({ state: 'ready', shown: ready });
      })
      .catch((error: unknown) => !isLeaving && setState({ state: 'failed', error }));
    return () => {
      isLeaving = true;
    };
  }, [view, ready]);

  const isReady = state.state === 'ready';
  const due = useRef<ReturnType<typeof setTimeout> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new display is applied; which is newest is known later
  useEffect(() => {
    // Sliders change many times a second, and each change resamples the layers: the last wish of each moment counts.
    if (view === null || !isReady || due.current !== null) return;
    due.current = setTimeout(() => {
      due.current = null;
      view.apply(newest.current.display);
    }, 30);
  }, [view, isReady, display]);
  useEffect(
    () => () => {
      if (due.current !== null) clearTimeout(due.current);
    },
    [],
  );

  const shown = nowOf(files, state);
  return {
    host,
    view: shown.state === 'empty' ? null : view,
    state: shown,
    isFinal,
    retry: () => setAttempt((n) => n + 1),
  };
}

/** What is on show of these files, at this very moment: the view hears of new ones a moment later. */
function nowOf(files: FilesState, state: ViewState): ViewState {
  if (files.state !== 'ready') return files;
  if (state.state === 'ready' && state.shown !== files.files) return { state: 'loading', share: 1 };
  return state.state === 'empty' ? { state: 'loading', share: 1 } : state;
}
