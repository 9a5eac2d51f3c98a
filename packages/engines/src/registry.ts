import { AtollError } from '@atoll/errors/error';
import { DeepIslesEngine } from './deepisles/engine.ts';
import type { DeepIslesOptions } from './deepisles/examine.ts';
import { DiffusionEngine } from './diffusion/engine.ts';
import type { Engine } from './engine.ts';

/** All engines that this version knows, usable here or not; the first needs nothing. */
export type Engines = {
  list(): readonly Engine[];
  /** @throws AtollError ENGINE_UNKNOWN */
  find(id: string): Engine;
};

/** @param options.added engines beside Atoll's own: models that were added to this instance. */
export function openEngines(
  options: { readonly deepisles?: DeepIslesOptions; readonly added?: readonly Engine[] } = {},
): Engines {
  const { deepisles, added = [] } = options;
  const engines: readonly Engine[] = [new DiffusionEngine(), new DeepIslesEngine(deepisles), ...added];
  return {
    list: () => engines,
    find(id) {
      const engine = engines.find((candidate) => candidate.id === id);
      if (engine !== undefined) return engine;
      const known = engines.map((candidate) => candidate.id).join(', ');
      throw new AtollError('ENGINE_UNKNOWN', `There is no engine "${id}"; there are: ${known}.`);
    },
  };
}
