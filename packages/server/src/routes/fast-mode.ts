import type { Engine } from '@atoll/engines/engine';

/** The original had one engine, with two speeds: one model, or as many as the case allows. */
const engineOfOriginal = 'deepisles';
const speeds = { fast: 'fast', full: 'auto' };

/**
 * The preset that a request of the original's form means, which knows `fast_mode` alone.
 * @returns undefined where the engine knows no such difference: then its own default counts.
 */
export function presetOfFastMode({ id }: Pick<Engine, 'id'>, fastMode: boolean): string | undefined {
  if (id !== engineOfOriginal) return undefined;
  return fastMode ? speeds.fast : speeds.full;
}
