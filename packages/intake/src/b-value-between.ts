import type { Candidate } from './candidate.ts';
import type { Pick } from './choice.ts';
import { see } from './seen.ts';

/** b of the DWI less that of the b0, s/mm², where sidecars or names tell both; null where they do not. */
export function bValueBetween(candidates: readonly Candidate[], dwi: Pick, b0: Pick): number | null {
  const mean = ({ candidateId, volumes }: Pick): number | null => {
    const candidate = candidates.find(({ id }) => id === candidateId);
    const known = candidate === undefined ? null : see(candidate).bValues;
    if (known === null || volumes.length === 0) return null;
    return volumes.reduce((sum, volume) => sum + (known[volume] ?? Number.NaN), 0) / volumes.length;
  };
  const high = mean(dwi);
  if (high === null) return null;
  const difference = Math.round(high - (mean(b0) ?? 0));
  return difference > 0 ? difference : null;
}
