import type { EngineWarning } from './engine.ts';

/** What such a sentence of a derivation begins with: it tells what the result may be wrong by. */
const prefix = 'Caution: ';

/** Sentences on what a result may be wrong by, as a derivation has them. */
export function asCautions(sentences: readonly string[]): string[] {
  return sentences.map((sentence) => `${prefix}${sentence}`);
}

/** The cautions of a derivation as serious warnings. */
export function cautionsIn(derivation: readonly string[]): EngineWarning[] {
  return derivation.flatMap((sentence): EngineWarning[] =>
    sentence.startsWith(prefix)
      ? [{ code: 'INTAKE_CAUTION', severity: 'serious', message: sentence.slice(prefix.length) }]
      : [],
  );
}
