import { useEffect, useState } from 'react';
import { useConnection } from '../connection/connection.ts';
import type { Patience } from '../connection/patience.ts';
import { type FetchedVolume, fetchVolume, volumeOf } from './fetch-volume.ts';
import { type ImageRoleShown, type ImageSet, shownRoles } from './image-set.ts';

export type ImageFiles = ReadonlyMap<ImageRoleShown, FetchedVolume>;

export type FilesState =
  | { readonly state: 'empty' }
  | { readonly state: 'loading'; readonly share: number | null }
  | { readonly state: 'ready'; readonly files: ImageFiles; readonly key: string }
  | { readonly state: 'failed'; readonly error: unknown };

/**
 * Fetches the images of a set, once for all views that show them.
 * @returns their state, and the way to try again.
 */
export function useImageFiles(images: ImageSet | null): readonly [FilesState, () => void] {
  const { patience } = useConnection();
  const [state, setState] = useState<FilesState>({ state: 'empty' });
  const [attempt, setAttempt] = useState(0);
  const key = images?.key ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal keys are equal images; a new attempt asks again
  useEffect(() => {
    if (images === null) {
      setState({ state: 'empty' });
      return;
    }
    const leaving = new AbortController();
    const { signal } = leaving;
    setState({ state: 'loading', share: null });
    fetchAll(patience, images, signal, (share) => setState({ state: 'loading', share }))
      .then((files) => setState({ state: 'ready', files, key: images.key }))
      .catch((error: unknown) => !signal.aborted && setState({ state: 'failed', error }));
    return () => leaving.abort();
  }, [key, attempt]);
  return [state, () => setAttempt((before) => before + 1)];
}

async function fetchAll(
  patience: Patience,
  images: ImageSet,
  signal: AbortSignal,
  onShare: (share: number | null) => void,
): Promise<ImageFiles> {
  const here: [ImageRoleShown, FetchedVolume][] = [];
  const entries: [ImageRoleShown, string][] = [];
  for (const role of shownRoles) {
    const image = images.urls[role];
    if (typeof image === 'string') entries.push([role, image]);
    // A copy, for these are the run's own.
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
