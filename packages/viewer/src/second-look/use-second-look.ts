import type { DoubtfulLesion, EngineWarning, MissedPlace } from '@atoll/contract/report';
import { useState } from 'react';
import { brainLook, type Layer, missedLook } from '../images/layer.ts';
import type { LookedAt } from './source.ts';

/** What the second look says of the shown result. */
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
};

type Choice = {
  readonly of: string;
  readonly hidden: boolean;
  readonly brain: boolean;
};

/** Codes of the warnings that the block at the top says, so that they are not said twice. */
export const isOfSecondLook = ({ code }: EngineWarning): boolean => code.startsWith('PLAIN_LOOK_');

/** @param at the shown result; null while there is none. What was chosen goes with it. */
export function useSecondLook(at: LookedAt | null): SecondLook | null {
  const untouched: Choice = { of: at?.id ?? '', hidden: false, brain: false };
  const [kept, setChoice] = useState<Choice>(untouched);
  if (at === null) return null;
  const choice = kept.of === at.id ? kept : untouched;
  const change = (part: Partial<Choice>) => setChoice({ ...choice, ...part });
  const { id, report, missed, brain } = at;
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
  };
}
