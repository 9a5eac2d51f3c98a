import type { Report } from '@atoll/contract/report';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Volume } from '@atoll/volume/volume';
import { useEffect, useRef, useState } from 'react';
import { useConnection } from '../connection/connection.ts';
import { fetchVolume } from '../images/fetch-volume.ts';
import { type Layer, type LayerSource, thresholdLook } from '../images/layer.ts';
import { maskAbove, type ThresholdMask } from './threshold-mask.ts';

/** The probability map of the result on show, and the threshold that the reader tries on it. */
export type SoftMap = {
  /** The engine's own; null where no one threshold gives its mask. */
  readonly engineThreshold: number | null;
  /** What the slider says. */
  readonly threshold: number;
  /** The reader's threshold is another one than the engine's. */
  readonly isChanged: boolean;
  /** Of the reader's threshold, a moment after it was set; null while it is the engine's, or on its way. */
  readonly made: ThresholdMask | null;
  /** The map could not be read. */
  readonly error: unknown;
  /** What `made` looks like over the images. */
  readonly layer: Layer | null;
  set(threshold: number): void;
  /** Back to the engine's. */
  reset(): void;
  retry(): void;
};

/** Where nothing says otherwise, as for most networks. */
const usualThreshold = 0.5;
/** A slider has a hundred places; nearer than half of one is the same. */
const tolerance = 0.005;
/** Masks of a large image take longer than a slider moves: the last wish of each moment counts. */
const restMs = 30;

type Choice = { readonly of: string; readonly threshold: number | null };
type Loaded = { readonly of: string; readonly volume: Volume };
type Made = ThresholdMask & { readonly of: string; readonly file: Uint8Array };

/**
 * @param of names the result; null while there is none.
 * @param source the map's file; null where the engine gave none. It is fetched when a threshold is first tried.
 */
export function useSoftMap(
  of: string | null,
  source: LayerSource | null,
  report: Report | null,
): SoftMap | null {
  const { patience } = useConnection();
  const [kept, setChoice] = useState<Choice>({ of: '', threshold: null });
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [keptMask, setMade] = useState<Made | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const wanted = kept.of === of ? kept.threshold : null;
  const volume = loaded?.of === of ? loaded.volume : null;
  const made = keptMask?.of === of ? keptMask : null;

  const isNeeded = wanted !== null && volume === null && source !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal names are equal files; a new attempt asks again
  useEffect(() => {
    if (!isNeeded || of === null || source === null) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    setError(null);
    const read = async () => {
      if (typeof source !== 'string') return readNifti(source);
      const fetched = await patience.run((limit) => fetchVolume(source, 'layer', limit, () => undefined), {
        signal,
        isLong: true,
      });
      return readNifti(new Uint8Array(fetched.bytes));
    };
    read()
      .then(({ shape, affine, data }) => {
        if (!signal.aborted) setLoaded({ of, volume: { shape, affine, data } });
      })
      .catch((thrown: unknown) => !signal.aborted && setError(thrown));
    return () => leaving.abort();
  }, [isNeeded, of, attempt]);

  const newest = useRef(wanted);
  newest.current = wanted;
  const due = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    if (volume === null || wanted === null || of === null || due.current !== null) return;
    due.current = setTimeout(() => {
      due.current = null;
      if (newest.current === null) return;
      const above = maskAbove(volume, newest.current);
      setMade({ ...above, of, file: writeNifti(above.mask, 'uint8') });
    }, restMs);
  }, [volume, wanted, of]);
  useEffect(
    () => () => {
      if (due.current !== null) clearTimeout(due.current);
    },
    [],
  );

  if (of === null || source === null || report === null) return null;
  const engineThreshold = report.probability?.threshold ?? null;
  const shown = wanted === null ? null : made;
  return {
    engineThreshold,
    threshold: wanted ?? engineThreshold ?? usualThreshold,
    isChanged: wanted !== null,
    made: shown,
    error: wanted === null ? null : error,
    layer:
      shown === null
        ? null
        : {
            id: `threshold ${of} ${shown.threshold}`,
            source: shown.file,
            title: `Probability > ${shown.threshold.toFixed(2)}, not the engine’s mask`,
            look: thresholdLook,
          },
    set: (threshold) => {
      const isEngines = engineThreshold !== null && Math.abs(threshold - engineThreshold) < tolerance;
      setChoice({ of, threshold: isEngines ? null : threshold });
    },
    reset: () => setChoice({ of, threshold: null }),
    retry: () => setAttempt((before) => before + 1),
  };
}
