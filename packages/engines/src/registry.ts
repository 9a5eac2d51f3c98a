import { AtollError } from '@atoll/errors/error';
import { DeepIslesEngine } from './deepisles/engine.ts';
import type { DeepIslesOptions } from './deepisles/examine.ts';
import { DiffusionEngine } from './diffusion/engine.ts';
import type { Engine } from './engine.ts';
import { EnsembleEngine } from './ensemble/ensemble-engine.ts';
import { checkedPartIds, isEnsembleId } from './ensemble/ensemble-name.ts';

/** All engines that this version knows, usable here or not; the first needs nothing. */
export type Engines = {
  /** As they are now: models may be added and removed while a server runs. */
  list(): readonly Engine[];
  /**
   * The engine of this id, or the ensemble of those that it names, joined by `+`.
   * @throws AtollError ENGINE_UNKNOWN, ENSEMBLE_INVALID
   */
  find(id: string): Engine;
};

/** @param options.added engines beside Atoll's own, asked for each time: models that were added to this instance. */
export function openEngines(
  options: { readonly deepisles?: DeepIslesOptions; readonly added?: () => readonly Engine[] } = {},
): Engines {
  const { deepisles, added = () => [] } = options;
  const own: readonly Engine[] = [new DiffusionEngine(), new DeepIslesEngine(deepisles)];
  const list = () => [...own, ...added()];
  return { list, find: (id) => findEngine(list(), id) };
}

/**
 * The engine of an id among those that there are, or the ensemble of those that it names. Its parts are in the order of
 * the list, so that one ensemble has one name.
 * @throws AtollError ENGINE_UNKNOWN, ENSEMBLE_INVALID
 */
export function findEngine(engines: readonly Engine[], id: string): Engine {
  const ids = checkedPartIds(id);
  const unknown = ids.find((each) => engines.every((candidate) => candidate.id !== each));
  if (unknown !== undefined) {
    const known = engines.map((candidate) => candidate.id).join(', ');
    throw new AtollError('ENGINE_UNKNOWN', `There is no engine "${unknown}"; there are: ${known}.`);
  }
  const found = engines.filter((candidate) => ids.includes(candidate.id));
  return isEnsembleId(id) ? new EnsembleEngine(found) : found[0];
}
