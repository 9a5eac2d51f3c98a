import type { AtollError } from '@atoll/errors/error';
import { createContext, useContext } from 'react';
import type { BrokenModel, KeptModel, ModelSource, StagedModel } from './kept-model.ts';

/** How far ONNX Runtime is: asked for by a panel or a model that is here, and never while local images are open. */
type RuntimeState = 'unasked' | 'loading' | 'ready' | 'missing' | 'failed';

/** A model that somebody dropped or chose, until it is here or not. */
export type Offer =
  | { readonly status: 'checking'; readonly name: string }
  | { readonly status: 'asking'; readonly staged: StagedModel; readonly replaced: KeptModel | null }
  | { readonly status: 'refused'; readonly name: string; readonly error: AtollError };

/** The models that this browser keeps, and what may be done with them. */
export type Models = {
  /** null while it is not known. */
  readonly list: readonly KeptModel[] | null;
  readonly broken: readonly BrokenModel[];
  /** Why this browser keeps none; null where it can, or nobody has asked. */
  readonly error: AtollError | null;
  readonly runtime: RuntimeState;
  readonly offer: Offer | null;
  /** Reads what is kept here, and where there is something, fetches the runtime unless images are open already. */
  look(isSilent: boolean): void;
  prepare(): void;
  /** Copies and checks a model; then the licence is asked about. */
  add(source: ModelSource): void;
  accept(): void;
  decline(): void;
  remove(key: string): void;
};

const nothing = () => undefined;
const Context = createContext<Models>({
  list: null,
  broken: [],
  error: null,
  runtime: 'unasked',
  offer: null,
  look: nothing,
  prepare: nothing,
  add: nothing,
  accept: nothing,
  decline: nothing,
  remove: nothing,
});
export const ModelsContext = Context.Provider;

export function useModels(): Models {
  return useContext(Context);
}
