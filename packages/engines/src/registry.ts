import { AtollError } from '@atoll/errors/error';
import { DiffusionEngine } from './diffusion/engine.ts';
import type { Engine } from './engine.ts';

/** All engines that this version knows, usable here or not; the first is the default. */
const engines: readonly Engine[] = [new DiffusionEngine()];

export function listEngines(): readonly Engine[] {
  return engines;
}

/** @throws AtollError ENGINE_UNKNOWN */
export function findEngine(id: string): Engine {
  const engine = engines.find((candidate) => candidate.id === id);
  if (engine !== undefined) return engine;
  const known = engines.map((candidate) => candidate.id).join(', ');
  throw new AtollError('ENGINE_UNKNOWN', `There is no engine "${id}"; there are: ${known}.`);
}
