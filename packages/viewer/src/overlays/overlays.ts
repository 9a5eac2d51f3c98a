import { createContext, useContext } from 'react';
import type { Layer } from '../images/layer.ts';
import type { SoftMap } from '../probability/use-soft-map.ts';
import type { ModelMaps } from '../result/use-model-maps.ts';
import type { TerritoryOverlay } from '../result/use-territories.ts';
import type { SecondLook } from '../second-look/use-second-look.ts';

/** What can be laid over the images of the result on show, and what of it is: chosen beside, drawn in the middle. */
export type Overlays = {
  /** On the images now, from back to front. */
  readonly layers: readonly Layer[];
  /** null while there is no result. */
  readonly look: SecondLook | null;
  /** null where no atlas was fitted. */
  readonly territories: TerritoryOverlay | null;
  readonly maps: ModelMaps;
  /** null where the engine gave no probabilities. */
  readonly soft: SoftMap | null;
};

const none: Overlays = {
  layers: [],
  look: null,
  territories: null,
  maps: { list: [], turn: () => undefined },
  soft: null,
};
const Context = createContext<Overlays>(none);
export const OverlaysProvider = Context.Provider;

export function useOverlays(): Overlays {
  return useContext(Context);
}
