import type { LocationReport } from '@atoll/contract/location';
import { useState } from 'react';
import { type Layer, type LayerSource, territoryLook } from '../images/layer.ts';

/** The territories of the atlas as a layer, and whether they lie over the images. */
export type TerritoryOverlay = {
  readonly layer: Layer;
  readonly isOn: boolean;
  turn(on: boolean): void;
};

/**
 * The overlay of a result's territories; off to begin with.
 * @param run names the result; null while there is none.
 * @param source null where no atlas was laid over it.
 */
export function useTerritories(
  run: string | null,
  location: LocationReport | undefined,
  source: LayerSource | null,
): TerritoryOverlay | null {
  const [on, setOn] = useState<string | null>(null);
  if (run === null || source === null || location === undefined || !('legend' in location)) return null;
  const id = `territories ${run}`;
  const look = territoryLook(location.legend);
  return {
    layer: { id, source, title: 'Territories', look },
    isOn: on === id,
    turn: (isOn) => setOn(isOn ? id : null),
  };
}
