import type { EngineWarning } from './engine.ts';

/** What such a sentence of a derivation begins with: it tells what the result may be wrong by. */
const prefix = 'Caution: ';

/** Sentences on what a result may be wrong by, as a derivation has them. */
export function asCautions(sentences: readonly string[]): string[] {
  return sentences.map((sentence) => `${prefix}${sentence}`);
}

/** How the files of a case were made, with what a result of them may be wrong by; undefined where nothing is to be said. */
export function derivationOf(files: {
  readonly derivation?: readonly string[] | undefined;
  readonly cautions?: readonly string[];
}): readonly string[] | undefined {
  const all = [...(files.derivation ?? []), ...asCautions(files.cautions ?? [])];
  return all.length === 0 ? files.derivation : all;
}

/** The cautions of a derivation as serious warnings. */
export function cautionsIn(derivation: readonly string[]): EngineWarning[] {
  return derivation.flatMap((sentence): EngineWarning[] =>
    sentence.startsWith(prefix)
      ? [{ code: 'INTAKE_CAUTION', severity: 'serious', message: sentence.slice(prefix.length) }]
      : [],
  );
}
