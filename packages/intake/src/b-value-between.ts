import type { Candidate } from './candidate.ts';
import type { Pick } from './choice.ts';
import type { Finding } from './proposal.ts';
import { see } from './seen.ts';
import { isUsableBValue } from './shells.ts';

/** What the b-value of a picture can be read from. */
export type BValueSources = {
  readonly candidates: readonly Candidate[];
  readonly findings: readonly Finding[];
};

/**
 * The b-value by which an ADC is computed: b of the DWI less that of the b0, s/mm². A b0 that names none has 0.
 * @param said b of the DWI by the reader, which outranks what files say.
 * @returns null where nothing tells that of the DWI, or the b0 has no lower one.
 */
export function bValueBetween(sources: BValueSources, dwi: Pick, b0: Pick, said?: number): number | null {
  const named = bValueOfPick(sources, dwi);
  // What files name and no scanner measures is a mistake, or in another unit.
  const high = said ?? (named !== null && isUsableBValue(named) ? named : null);
  if (high === null) return null;
  const difference = Math.round(high - (bValueOfPick(sources, b0) ?? 0));
  return difference > 0 ? difference : null;
}

/** As the volumes were recognised, else as their sidecar or name has it. */
function bValueOfPick({ candidates, findings }: BValueSources, pick: Pick): number | null {
  const { candidateId, volumes } = pick;
  const found = findings.find(
    (each) =>
      each.bValue !== null &&
      each.pick.candidateId === candidateId &&
      each.pick.volumes.length === volumes.length &&
      each.pick.volumes.every((volume, at) => volume === volumes[at]),
  );
  if (found !== undefined) return found.bValue;
  const candidate = candidates.find(({ id }) => id === candidateId);
  const known = candidate === undefined ? null : see(candidate).bValues;
  if (known === null || volumes.length === 0) return null;
  const mean = volumes.reduce((sum, volume) => sum + (known[volume] ?? Number.NaN), 0) / volumes.length;
  return Number.isFinite(mean) ? mean : null;
}
