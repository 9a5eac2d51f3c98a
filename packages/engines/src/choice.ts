import { AtollError } from '@atoll/errors/error';
import type { Engine, Wish } from './engine.ts';

export type Choice = {
  readonly preset?: string | undefined;
  readonly options?: readonly string[] | undefined;
  readonly hasFlair: boolean;
};

/**
 * What an engine is to do, with its default filled in.
 * @throws AtollError PRESET_UNKNOWN, OPTION_UNKNOWN, and what the engine itself refuses (STUDY_NO_FLAIR)
 */
export function checkWish(engine: Engine, { preset, options = [], hasFlair }: Choice): Wish {
  const wish = { preset: choosePreset(engine, preset), options: chooseOptions(engine, options), hasFlair };
  engine.check?.(wish);
  return wish;
}

function choosePreset(engine: Engine, wanted: string | undefined): string {
  const known = engine.presets.map((preset) => preset.id);
  const chosen = wanted ?? known[0];
  if (known.includes(chosen)) return chosen;
  throw new AtollError(
    'PRESET_UNKNOWN',
    `The engine "${engine.id}" has no preset "${chosen}"; it has: ${known.join(', ')}.`,
  );
}

/** In the engine's order and each once, so that the same wish always reads the same. */
function chooseOptions(engine: Engine, wanted: readonly string[]): readonly string[] {
  const known = engine.options.map((option) => option.id);
  const unknown = wanted.find((id) => !known.includes(id));
  if (unknown === undefined) return known.filter((id) => wanted.includes(id));
  const has = known.length === 0 ? 'it has none' : `it has: ${known.join(', ')}`;
  throw new AtollError('OPTION_UNKNOWN', `The engine "${engine.id}" has no option "${unknown}"; ${has}.`);
}
