import { fourDimensional } from './four-dimensional.ts';
import { coverageOf } from './gradient.ts';
import { best, type Ranked } from './ranked.ts';
import { rankAtBrightest } from './sample.ts';
import type { Seen } from './seen.ts';
import { b0Of, highestUsable, strangeBValues, usableBValues } from './shells.ts';

export type Weighted = {
  readonly dwi: readonly Ranked[];
  readonly b0: readonly Ranked[];
  /** ADC maps among the volumes of an image. */
  readonly adc: readonly Ranked[];
  readonly strange: readonly Strange[];
};

/** An image for which b-values are named that cannot be, s/mm². */
export type Strange = { readonly name: string; readonly bValues: readonly number[] };

/** The DWI and b0 images among candidates that are, or may be, diffusion-weighted. Best first. */
export function findWeighted(seen: readonly Seen[]): Weighted {
  const dwi: Ranked[] = [];
  const b0: Ranked[] = [];
  const adc: Ranked[] = [];
  const strange: Strange[] = [];
  for (const each of seen) {
    if (each.bValues !== null) {
      const found = byBValues(each, each.bValues);
      if (found.dwi !== null) dwi.push(found.dwi);
      if (found.b0 !== null) b0.push(found.b0);
      const odd = strangeBValues(each.bValues);
      if (found.dwi === null && odd.length > 0) strange.push({ name: each.candidate.name, bValues: odd });
      // A sidecar that names b-values no scanner measures says nothing of the rest either.
      if (found.dwi !== null || odd.length === 0) continue;
    }
    const found = each.candidate.volumes === 1 ? bySingleName(each) : byBrightness(each);
    dwi.push(...found.filter(({ role }) => role === 'dwi'));
    b0.push(...found.filter(({ role }) => role === 'b0'));
    adc.push(...found.filter(({ role }) => role === 'adc'));
  }
  return { dwi: dwi.sort(best), b0: b0.sort(best), adc, strange };
}

function byBValues(seen: Seen, bValues: readonly number[]): { dwi: Ranked | null; b0: Ranked | null } {
  const { candidate, trace, synthetic, because } = seen;
  const shell = highestUsable(bValues);
  const low = b0Of(bValues);
  const named = because === '' ? '' : `; it ${because}`;
  const b0: Ranked | null =
    low === null
      ? null
      : {
          role: 'b0',
          pick: { candidateId: candidate.id, volumes: [...low.volumes] },
          reason: `b = ${low.bValue} s/mm²${counted(low.volumes.length)}${named}.`,
          confidence: 'high',
          score: 10 + (candidate.bValues === null ? 0 : 2),
          bValue: low.bValue,
        };
  if (shell === null) return { dwi: null, b0 };
  const count = shell.volumes.length;
  const coverage = coverageOf(candidate, shell.volumes);
  const isCombined = trace || coverage === 'isotropic';
  const combined = isCombined || (count >= 3 && coverage !== 'one' && coverage !== 'flat');
  const how = isCombined
    ? count === 1
      ? 'a trace image'
      : `${count} trace images, to be averaged`
    : coverage === 'one'
      ? `${count === 1 ? 'one volume' : `${count} volumes`} with a single gradient direction`
      : count === 1
        ? 'one volume; unclear whether it is a trace image or a single direction'
        : `${count} directions, to be combined into a trace image (geometric mean)`;
  return {
    b0,
    dwi: {
      role: 'dwi',
      pick: { candidateId: candidate.id, volumes: [...shell.volumes] },
      reason: `Highest b = ${shell.bValue} s/mm², ${how}${named}.`,
      confidence: combined && !synthetic ? 'high' : count === 2 || synthetic ? 'low' : 'medium',
      score:
        (combined ? 20 : count === 2 || coverage === 'one' ? 0 : 10) +
        (trace ? 5 : 0) +
        shell.bValue / 1000 -
        (synthetic ? 15 : 0),
      bValue: shell.bValue,
    },
  };
}

function bySingleName({ candidate, called, because, trace, synthetic }: Seen): Ranked[] {
  const pick = { candidateId: candidate.id, volumes: [0] };
  if (called === 'b0') {
    return [{ role: 'b0', pick, reason: `It ${because}.`, confidence: 'medium', score: 8, bValue: 0 }];
  }
  if (called !== 'diffusion') return [];
  return [
    {
      role: 'dwi',
      pick,
      reason: `It ${because}; its b-value is not stated.`,
      confidence: 'medium',
      score: (trace ? 15 : 8) - (synthetic ? 10 : 0),
      bValue: null,
    },
  ];
}

/** Volumes without b-values: the b0 is the one that is brightest and has bright CSF. */
function byBrightness({ candidate, called, because }: Seen): Ranked[] {
  const { samples, volumes } = candidate;
  if (called !== 'diffusion' && called !== null) return [];
  if (volumes > samples.length) return [];
  const three = fourDimensional(candidate);
  if (three !== null) return three;
  const order = [...samples.keys()].sort((a, b) => samples[b].high - samples[a].high);
  const bright = samples[order[0]];
  const weighted = order.filter((volume) => {
    const rank = rankAtBrightest(bright, samples[volume]);
    return samples[volume].high < 0.75 * bright.high && rank !== null && rank < 0.6;
  });
  if (weighted.length === 0) return [];
  const rest = order.filter((volume) => !weighted.includes(volume));
  const named = because === '' ? '' : ` It ${because}.`;
  // The files of a DICOM series name their b-values, if not in which volume each ended.
  const bValue = highestUsable(candidate.dicom?.series.bValues ?? [])?.bValue ?? null;
  const count = weighted.length;
  return [
    {
      role: 'b0',
      pick: { candidateId: candidate.id, volumes: rest.slice(0, 1) },
      reason: `No b-values are stated; of ${volumes} volumes this is the brightest, and its CSF is bright.${named}`,
      confidence: 'low',
      score: 5,
      bValue: 0,
    },
    {
      role: 'dwi',
      pick: { candidateId: candidate.id, volumes: weighted.toSorted((a, b) => a - b) },
      reason: `No b-values are stated; ${count === 1 ? 'in this volume' : `in these ${count} volumes`} CSF is dark, as expected with diffusion weighting.${named}`,
      confidence: 'low',
      score: (called === 'diffusion' ? 6 : 3) + (count >= 3 ? 1 : 0),
      bValue,
    },
  ];
}

function counted(volumes: number): string {
  return volumes === 1 ? '' : `, ${volumes} volumes`;
}

/** Why b-values that were named cannot be, in words. */
export function strangeWords(bValues: readonly number[]): string {
  const [low, high] = usableBValues;
  const list = bValues.map((bValue) => Number(bValue.toPrecision(4))).join(', ');
  return `b = ${list} s/mm² is named, which is outside the usual range for acute stroke (${low} to ${high})`;
}
