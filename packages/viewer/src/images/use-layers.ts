import { useCallback, useEffect, useRef, useState } from 'react';
import { useConnection } from '../connection/connection.ts';
import { type FetchedVolume, fetchVolume, volumeOf } from './fetch-volume.ts';
import type { ImageView } from './image-view.ts';
import type { Layer, LayerSource, LoadedLayer } from './layer.ts';

export type LayersState =
  | { readonly state: 'loading' | 'ready' }
  | { readonly state: 'failed'; readonly error: unknown };

/**
 * Keeps these layers, and no others, over the images of a view.
 * @param view null while its images are on their way: what is laid over them goes with them.
 */
export function useLayers(
  view: ImageView | null,
  layers: readonly Layer[],
  hidden: ReadonlySet<string>,
): readonly [LayersState, () => void] {
  const { patience } = useConnection();
  const [state, setState] = useState<LayersState>({ state: 'ready' });
  const [attempt, setAttempt] = useState(0);
  /** Files of the layers that are wanted now. */
  const files = useRef<ReadonlyMap<string, FetchedVolume>>(new Map());
  const key = layers.map(({ id }) => `${id} ${hidden.has(id)}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal keys are equal layers; a new attempt asks again
  useEffect(() => {
    if (view === null) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    const load = async (layer: Layer): Promise<LoadedLayer> => {
      const file = files.current.get(layer.id) ?? (await fileOf(layer.source, signal));
      return { ...layer, file, isHidden: hidden.has(layer.id) };
    };
    const fileOf = (source: LayerSource, limit: AbortSignal) => {
      // A copy, for a view may keep what it is given.
      if (typeof source !== 'string') return volumeOf(new Uint8Array(source).buffer, 'layer');
      const fetch = (signal: AbortSignal) => fetchVolume(source, 'layer', signal, () => undefined);
      return patience.run(fetch, { signal: limit, isLong: true });
    };
    setState({ state: 'loading' });
    Promise.all(layers.map(load))
      .then(async (loaded) => {
        if (signal.aborted) return;
        files.current = new Map(loaded.map(({ id, file }) => [id, file]));
        await view.lay(loaded);
        if (!signal.aborted) setState({ state: 'ready' });
      })
      .catch((error: unknown) => !signal.aborted && setState({ state: 'failed', error }));
    return () => leaving.abort();
  }, [view, key, attempt]);
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  return [state, retry];
}
