import type { Finding } from './proposal.ts';

/** A finding with what ranks it among those of its role. */
export type Ranked = Finding & { readonly score: number };

/** Orders the best first. */
export function best(a: Ranked, b: Ranked): number {
  return b.score - a.score;
}
