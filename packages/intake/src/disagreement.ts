import { sameGrid } from '@atoll/volume/affine';
import { resampleLinear } from '@atoll/volume/resample';
import { adcOf } from './adc.ts';
import { bValueBetween } from './b-value-between.ts';
import type { Candidate } from './candidate.ts';
import { type Choice, isComputed } from './choice.ts';
import type { Pair } from './fit.ts';
import type { Problem, Proposal } from './proposal.ts';
import { isUsableBValue } from './shells.ts';

/** An ADC map may differ from ln(b0/DWI)/b by noise, by the kind of mean, and by a scanner's own model. */
const mostDifference = 0.2;

/** Every so many voxels are compared. */
const stride = 7;

const fewestPoints = 100;

/** Told where an ADC map is not the one that b0 and DWI give, by more than noise. */
export async function disagreement(
  candidates: readonly Candidate[],
  { findings }: Proposal,
  choice: Choice,
  { volumes: { dwi, adc } }: Pair,
): Promise<Problem[]> {
  const b0 = findings.find(({ role }) => role === 'b0');
  const found = candidates.find(({ id }) => id === b0?.pick.candidateId);
  if (isComputed(choice.adc) || b0 === undefined || found === undefined) return [];
  const bValue = bValueBetween({ candidates, findings }, choice.dwi, b0.pick);
  // One direction of several is no trace to compute the map by.
  if (bValue === null || !isUsableBValue(bValue) || choice.dwi.volumes.length > 1) return [];
  const signal = await (await found.open()).volume(b0.pick.volumes[0]);
  if (!sameGrid(signal, dwi)) return [];
  const computed = adcOf(signal, dwi, bValue).data;
  const given = resampleLinear(adc, dwi).data;
  const bright =
    Float32Array.from(signal.data)
      .sort()
      .at(Math.floor(0.9 * signal.data.length)) ?? 0;
  const ratios: number[] = [];
  for (let at = 0; at < computed.length; at += stride) {
    if (signal.data[at] > 0.5 * bright && computed[at] > 0.2 && given[at] > 0)
      ratios.push(given[at] / computed[at]);
  }
  if (ratios.length < fewestPoints) return [];
  const [middle] = ratios.sort((a, b) => a - b).slice(ratios.length >> 1);
  // Units of ADC differ by powers of ten; 10⁻³ mm²/s is what was computed.
  const difference = middle / 10 ** Math.round(Math.log10(middle)) - 1;
  if (Math.abs(difference) <= mostDifference) return [];
  return [
    {
      code: 'MISMATCH',
      blocking: false,
      serious: true,
      message: `The ADC map is ${Math.round(100 * Math.abs(difference))} % ${difference > 0 ? 'higher' : 'lower'} than the one computed from b0 and DWI with b = ${Math.round(bValue)} s/mm²; the b-value or the map may be from another acquisition.`,
    },
  ];
}
