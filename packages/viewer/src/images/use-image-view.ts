import { type RefObject, useEffect, useRef, useState } from 'react';
import { useConnection } from '../connection/connection.ts';
import type { Patience } from '../connection/patience.ts';
import type { Display } from './display.ts';
import { type FetchedVolume, fetchVolume, volumeOf } from './fetch-volume.ts';
import { type ImageRoleShown, type ImageSet, shownRoles } from './image-set.ts';
import type { ImageView, Location } from './image-view.ts';
import { openImageView } from './open-image-view.ts';

export type ViewState =
  | { readonly state: 'empty' }
  | { readonly state: 'loading'; readonly share: number | null }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly error: unknown };

export type ViewHandle = {
  readonly host: RefObject<HTMLDivElement | null>;
  readonly view: ImageView | null;
  readonly state: ViewState;
  readonly location: Location | null;
  retry(): void;
};

/**
 * Keeps one view of the wanted images alive: opens it when the first are wanted, for what draws is larger than all the
 * rest of the page; fills it, and rebuilds it when its context is lost.
 */
export function useImageView(images: ImageSet | null, display: Display): ViewHandle {
  const { patience } = useConnection();
  const host = useRef<HTMLDivElement | null>(null);
  const [view, setView] = useState<ImageView | null>(null);
  const [state, setState] = useState<ViewState>({ state: 'empty' });
  const [location, setLocation] = useState<Location | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [fetching, setFetching] = useState<Promise<Map<ImageRoleShown, FetchedVolume>> | null>(null);
  const [isWanted, setWanted] = useState(images !== null);
  if (images !== null && !isWanted) setWanted(true);
  const newestDisplay = useRef(display);
  newestDisplay.current = display;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt opens a new view
  useEffect(() => {
    const element = host.current;
    if (element === null || !isWanted) return;
    let open: ImageView | null = null;
    const leaving = new AbortController();
    const { signal } = leaving;
    const events = {
      onLocation: setLocation,
      onLost: () => {
        setState({ state: 'loading', share: null });
        setAttempt((before) => before + 1);
      },
    };
    openImageView(element, events, signal)
      .then((opened) => {
        open = opened;
        if (signal.aborted) opened.close();
        else setView(opened);
      })
      .catch((error: unknown) => !signal.aborted && setState({ state: 'failed', error }));
    return () => {
      leaving.abort();
      open?.close();
      setView(null);
    };
  }, [attempt, isWanted]);

  const key = images?.key ?? null;
  // The images come while the view is being opened. A view keeps what it is given: a new one has them fetched anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal keys are equal images
  useEffect(() => {
    if (images === null) {
      setState({ state: 'empty' });
      return;
    }
    const leaving = new AbortController();
    setState({ state: 'loading', share: null });
    const coming = fetchAll(patience, images, leaving.signal, (share) =>
      setState({ state: 'loading', share }),
    );
    // Told by whoever shows them.
    coming.catch(() => undefined);
    setFetching(coming);
    return () => {
      leaving.abort();
      setFetching(null);
    };
  }, [key, attempt]);

  useEffect(() => {
    if (view === null || fetching === null) return;
    let isLeaving = false;
    fetching
      .then((fetched) => (isLeaving ? undefined : view.show(fetched, newestDisplay.current)))
      .then(() => {
        if (isLeaving) return;
        setLocation(view.location());
        setState({ state: 'ready' });
      })
      .catch((error: unknown) => !isLeaving && setState({ state: 'failed', error }));
    return () => {
      isLeaving = true;
    };
  }, [view, fetching]);

  const ready = state.state === 'ready';
  useEffect(() => {
    if (view === null || !ready) return;
    // Sliders change many times a second, and each change resamples the layers.
    const timer = setTimeout(() => view.apply(display), 30);
    return () => clearTimeout(timer);
  }, [view, ready, display]);

  return { host, view, state, location, retry: () => setAttempt((before) => before + 1) };
}

async function fetchAll(
  patience: Patience,
  images: ImageSet,
  signal: AbortSignal,
  onShare: (share: number | null) => void,
): Promise<Map<ImageRoleShown, FetchedVolume>> {
  const here: [ImageRoleShown, FetchedVolume][] = [];
  const entries: [ImageRoleShown, string][] = [];
  for (const role of shownRoles) {
    const image = images.urls[role];
    if (typeof image === 'string') entries.push([role, image]);
    // A copy, for a view may keep what it is given.
    else if (image !== undefined) here.push([role, volumeOf(new Uint8Array(image).buffer, role)]);
  }
  const got = new Map<string, [number, number | null]>();
  const fetched = await Promise.all(
    entries.map(async ([role, url]): Promise<[ImageRoleShown, FetchedVolume]> => {
      // A service that restarts in the middle of a file has it again a moment later.
      const volume = await patience.run(
        (limit) =>
          fetchVolume(url, role, limit, (bytes, total) => {
            got.set(role, [bytes, total]);
            onShare(shareOf([...got.values()], entries.length));
          }),
        { signal, isLong: true },
      );
      return [role, volume];
    }),
  );
  signal.throwIfAborted();
  return new Map([...here, ...fetched]);
}

/** Share of all bytes that have come; null as long as one file's size is unknown. */
function shareOf(files: readonly [number, number | null][], expected: number): number | null {
  if (files.length < expected) return null;
  let sum = 0;
  let all = 0;
  for (const [bytes, total] of files) {
    if (total === null) return null;
    sum += bytes;
    all += total;
  }
  return all === 0 ? null : sum / all;
}
