import type { DoubtfulLesion, EngineWarning, MissedPlace } from '@atoll/contract/report';
import { useState } from 'react';
import { useConnection } from '../connection/connection.ts';
import { fetchVolume } from '../images/fetch-volume.ts';
import { brainLook, type Layer, missedLook } from '../images/layer.ts';
import { loadBench } from '../local-images/bench.ts';
import { save } from '../ui/save.ts';
import type { LookedAt } from './source.ts';

/** What the second look says of the shown result, and what the reader makes of it. */
export type SecondLook = {
  readonly warnings: readonly EngineWarning[];
  readonly missed: readonly MissedPlace[];
  readonly doubtful: readonly DoubtfulLesion[];
  /** What lies over the images now: the candidates unless they were turned off, the brain where it was turned on. */
  readonly layers: readonly Layer[];
  /** Are the candidates over the images? */
  readonly missedShown: boolean;
  showMissed(shown: boolean): void;
  /** null if the engine makes none. */
  readonly brain: { readonly volumeMl: number; readonly shown: boolean; show(shown: boolean): void } | null;
  /** Ids of the places that the reader added. */
  readonly added: ReadonlySet<number>;
  add(placeId: number, added: boolean): void;
  /** Saves the mask with what was added. @throws what fetching or reading the masks throws. */
  saveWithAdded(): Promise<void>;
};

type Choice = {
  readonly of: string;
  readonly hidden: boolean;
  readonly brain: boolean;
  readonly added: ReadonlySet<number>;
};

/** Codes of the warnings that the block at the top says, so that they are not said twice. */
export const isOfSecondLook = ({ code }: EngineWarning): boolean => code.startsWith('PLAIN_LOOK_');

/** @param at the shown result; null while there is none. What was chosen goes with it. */
export function useSecondLook(at: LookedAt | null): SecondLook | null {
  const { patience } = useConnection();
  const untouched: Choice = { of: at?.id ?? '', hidden: false, brain: false, added: new Set() };
  const [kept, setChoice] = useState<Choice>(untouched);
  if (at === null) return null;
  const choice = kept.of === at.id ? kept : untouched;
  const change = (part: Partial<Choice>) => setChoice({ ...choice, ...part });
  const { id, report, mask, missed, brain } = at;
  const look = report.plainLook?.status === 'done' ? report.plainLook : null;
  const places = look?.missed ?? [];
  const layers: Layer[] = [];
  if (missed !== null && !choice.hidden) {
    layers.push({
      id: `missed ${id}`,
      source: missed,
      title: 'Candidates not in the mask',
      look: missedLook,
    });
  }
  if (brain !== null && choice.brain) {
    layers.push({ id: `brain ${id}`, source: brain, title: 'Brain outline', look: brainLook });
  }
  const bytesOf = async (file: string | Uint8Array): Promise<Uint8Array> => {
    if (typeof file !== 'string') return file;
    const fetch = (limit: AbortSignal) => fetchVolume(file, 'mask', limit, () => undefined);
    return new Uint8Array(
      (await patience.run(fetch, { signal: new AbortController().signal, isLong: true })).bytes,
    );
  };
  return {
    warnings: report.warnings.filter(isOfSecondLook),
    missed: places,
    doubtful: look?.doubtful ?? [],
    layers,
    missedShown: !choice.hidden,
    showMissed: (shown) => change({ hidden: !shown }),
    brain:
      brain === null || report.brain === null
        ? null
        : { volumeMl: report.brain.volumeMl, shown: choice.brain, show: (shown) => change({ brain: shown }) },
    added: choice.added,
    add: (placeId, isAdded) =>
      change({
        added: new Set(isAdded ? [...choice.added, placeId] : [...choice.added].filter((n) => n !== placeId)),
      }),
    saveWithAdded: async () => {
      if (missed === null) return;
      // A reader's own images: all code is here with the bench, and nothing is asked of anybody.
      const { addPlaces } =
        typeof mask === 'string' ? await import('@atoll/engines/added-places') : await loadBench();
      const [maskBytes, missedBytes] = await Promise.all([bytesOf(mask), bytesOf(missed)]);
      const chosen = places.filter((place) => choice.added.has(place.id));
      save('lesion_msk_with_added.nii.gz', await addPlaces(maskBytes, missedBytes, chosen));
    },
  };
}
