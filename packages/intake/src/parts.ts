import { sameGrid, spacingMm } from '@atoll/volume/affine';
import { findAdc } from './adc-map.ts';
import type { Candidate } from './candidate.ts';
import { findWeighted, type Strange } from './diffusion-weighted.ts';
import { shareInside } from './overlap.ts';
import type { Finding, Parts } from './proposal.ts';
import { best, type Ranked } from './ranked.ts';
import { findReferences } from './references.ts';
import { type Said, saidImage } from './said.ts';
import type { Sample } from './sample.ts';
import type { Seen } from './seen.ts';
import { areStrangers } from './subjects.ts';
import { withoutNames } from './unnamed.ts';
import type { Called } from './words.ts';

/** What was found for each part, best first. */
export type FoundParts = {
  readonly parts: Parts;
  readonly findings: readonly Finding[];
  readonly dwis: readonly Ranked[];
  readonly adcs: readonly Ranked[];
  /** An ADC map was found and is not proposed, for its values are none. */
  readonly adcDoubted: boolean;
  readonly strange: readonly Strange[];
  /** The image that the DWI is of, and what it looks like. */
  readonly home: Candidate | undefined;
  readonly sample: Sample | null;
};

const weightedCalls: ReadonlySet<Called> = new Set<Called>(['diffusion', 'b0']);

/**
 * Which candidates may play which part: DWI (highest b, trace preferred), b0, ADC, FLAIR, an expert's mask; those that
 * lie where the DWI does before others. Where the reader says which image is the DWI, that is the one to go by.
 */
export function findParts(seen: readonly Seen[], said: Said): FoundParts {
  const unnamed = withoutNames(seen.filter(({ called, bValues }) => called === null && bValues === null));
  const weighted = findWeighted(seen.filter(({ called }) => called === null || weightedCalls.has(called)));
  const dwis = [...weighted.dwi, ...unnamed.dwi].sort(best);
  const find = (id: string | undefined) => seen.find(({ candidate }) => candidate.id === id)?.candidate;
  const home = find(saidImage(said, 'dwi') ?? dwis[0]?.pick.candidateId);
  const volume = dwis.find(({ pick }) => pick.candidateId === home?.id)?.pick.volumes[0] ?? 0;
  const sample = home?.samples[volume] ?? null;
  const inside = weighted.adc.filter(({ pick }) => pick.candidateId === home?.id);
  const others = [...inside, ...findAdc(seen, sample).filter(({ pick }) => pick.candidateId !== home?.id)];
  const adcs = nearest(others, home, find);
  const notAdc = [...weighted.b0, ...unnamed.b0].filter(
    ({ pick }) =>
      (pick.candidateId === home?.id || pick.candidateId !== adcs[0]?.pick.candidateId) &&
      (home === undefined ||
        mayBeB0(
          seen.find(({ candidate }) => candidate.id === pick.candidateId),
          home,
        )),
  );
  const b0s = nearest(notAdc, home, find);
  const flairs = nearest(findFlairs(seen, home), home, find);
  const references = findReferences(seen, home, sample);

  const isAway = (found: Ranked | undefined) => {
    const place = find(found?.pick.candidateId);
    return place !== undefined && home !== undefined && areStrangers(place, home);
  };
  const [b0, map] = [b0s[0], adcs[0]];
  const isForeign = isAway(map) && b0 !== undefined && !isAway(b0);
  const known = said.bValue ?? dwis.find(({ pick }) => pick.candidateId === home?.id)?.bValue ?? null;
  const adcDoubted =
    map !== undefined && map.confidence === 'low' && b0?.confidence === 'high' && known !== null;
  const computes = b0 !== undefined && (map === undefined || isForeign || adcDoubted);
  return {
    parts: {
      dwi: dwis[0]?.pick ?? null,
      b0: b0?.pick ?? null,
      adc: computes ? 'computed' : (map?.pick ?? null),
      flair: flairs[0]?.pick ?? null,
      reference: references[0]?.pick ?? null,
    },
    findings: [...dwis, ...b0s, ...adcs, ...flairs, ...references].map(
      ({ role, pick, reason, confidence, bValue }) => ({ role, pick, reason, confidence, bValue }),
    ),
    dwis,
    adcs,
    adcDoubted,
    strange: weighted.strange,
    home,
    sample,
  };
}

/** Those of the DWI's own image first, then those on its grid; of another examination none, where there are others. */
function nearest(
  found: readonly Ranked[],
  home: Candidate | undefined,
  find: (id: string) => Candidate | undefined,
): readonly Ranked[] {
  if (home === undefined) return found;
  const closeness = (each: Ranked) => {
    const place = find(each.pick.candidateId);
    const same = place !== undefined && sameGrid(place.grid, home.grid);
    const away = place !== undefined && areStrangers(place, home);
    return each.score + (place === home ? 2 : 0) + (same ? 1 : 0) - (away ? 100 : 0);
  };
  return found.toSorted((a, b) => closeness(b) - closeness(a));
}

/**
 * Whether a b0 of another image can be the DWI's: measured with voxels of the same size in the same place. A field map
 * or an fMRI of the same head has b = 0 as well.
 */
function isOfSameScan(other: Candidate, home: Candidate): boolean {
  const [one, two] = [spacingMm(other.grid.affine), spacingMm(home.grid.affine)];
  return (
    one.every((mm, axis) => Math.abs(mm - two[axis]) <= 0.1 * two[axis]) &&
    shareInside(home.grid, other.grid) >= 0.8
  );
}

/** What is named a b0 or a diffusion image may lie on a grid of its own; what only has b = 0 may not. */
export function mayBeB0(seen: Seen | undefined, home: Candidate): boolean {
  if (seen === undefined) return false;
  const { candidate, called } = seen;
  if (candidate === home) return true;
  return called === 'b0' || called === 'diffusion'
    ? shareInside(home.grid, candidate.grid) >= 0.5
    : isOfSameScan(candidate, home);
}

function findFlairs(seen: readonly Seen[], home: Candidate | undefined): Ranked[] {
  return seen
    .filter(({ called, candidate }) => called === 'flair' && candidate.volumes === 1)
    .filter(({ candidate }) => home === undefined || !areStrangers(candidate, home))
    .map(({ candidate, because }) => ({
      role: 'flair',
      pick: { candidateId: candidate.id, volumes: [0] },
      reason: `It ${because}.`,
      confidence: 'medium',
      score: 0,
      bValue: null,
    }));
}
