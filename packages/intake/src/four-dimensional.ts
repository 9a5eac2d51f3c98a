import type { Candidate } from './candidate.ts';
import type { Ranked } from './ranked.ts';
import type { Sample } from './sample.ts';
import { isUsableBValue } from './shells.ts';

/** ln(b0/DWI) and an ADC map of the same scan agree but for noise and rounding. */
const leastAgreement = 0.9;

/** 10⁻⁶, 10⁻³ and 1 mm²/s. */
const unitFactors = [1e6, 1e3, 1] as const;

/**
 * b0, DWI and ADC among the few volumes of one image without b-values, as some stations export them: the three for which
 * ADC = ln(b0/DWI)/b holds over the head, which gives b as well. null where there are no such three.
 */
export function fourDimensional(candidate: Candidate): Ranked[] | null {
  const { samples, volumes } = candidate;
  if (volumes < 3 || volumes > 6) return null;
  let best: { b0: number; dwi: number; adc: number; b: number; agreement: number } | null = null;
  for (let b0 = 0; b0 < volumes; b0++)
    for (let dwi = 0; dwi < volumes; dwi++)
      for (let adc = 0; adc < volumes; adc++) {
        if (b0 === dwi || b0 === adc || dwi === adc) continue;
        const found = relation(samples[b0], samples[dwi], samples[adc]);
        if (found === null || found.agreement < (best?.agreement ?? leastAgreement)) continue;
        best = { b0, dwi, adc, ...found };
      }
  if (best === null) return null;
  const bValue = 50 * Math.round(best.b / 50);
  const base = { confidence: 'medium', score: 12 } as const;
  const pick = (volume: number) => ({ candidateId: candidate.id, volumes: [volume] });
  const why = `Volume ${best.b0} is the b0, ${best.dwi} the DWI and ${best.adc} the ADC: of ${volumes} volumes these satisfy ADC = ln(b0/DWI)/b, with b ≈ ${bValue} s/mm².`;
  return [
    { ...base, role: 'b0', pick: pick(best.b0), reason: why, bValue: 0 },
    { ...base, role: 'dwi', pick: pick(best.dwi), reason: why, bValue },
    { ...base, role: 'adc', pick: pick(best.adc), reason: why, bValue: null },
  ];
}

/** How well ln(b0/DWI) follows the ADC over the head, and the b-value that it gives (s/mm²). */
function relation(b0: Sample, dwi: Sample, adc: Sample): { agreement: number; b: number } | null {
  const points = [...b0.values.keys()].filter(
    (at) => b0.values[at] > 0.5 * b0.median && dwi.values[at] > 0 && adc.values[at] > 0,
  );
  if (points.length < 100) return null;
  const logs = points.map((at) => Math.log(b0.values[at] / dwi.values[at]));
  const maps = points.map((at) => adc.values[at]);
  const agreement = correlation(logs, maps);
  const ratios = logs.map((log, i) => log / maps[i]).sort((x, y) => x - y);
  const ratio = ratios[ratios.length >> 1];
  const b = unitFactors.map((factor) => ratio * factor).find(isUsableBValue);
  return b === undefined ? null : { agreement, b };
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
