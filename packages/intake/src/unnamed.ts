import { darkRank, isAdcBeside } from './adc-map.ts';
import type { Ranked } from './ranked.ts';
import { rankAtBrightest, type Sample } from './sample.ts';
import type { Seen } from './seen.ts';

/**
 * DWI and b0 among images of one volume that nothing names: where one of a pair is brightest (CSF), the other is
 * dark. The brighter one is a b0, or an ADC map if its values fit one; the other is the DWI.
 */
export function withoutNames(seen: readonly Seen[]): { dwi: Ranked[]; b0: Ranked[] } {
  const single = seen.filter(({ candidate }) => candidate.volumes === 1);
  const dwi = new Map<string, Ranked>();
  const b0 = new Map<string, Ranked>();
  for (const bright of single)
    for (const weighted of single) {
      if (bright === weighted) continue;
      const sample = bright.candidate.samples[0];
      const other = weighted.candidate.samples[0];
      const isAdc = isAdcBeside(sample, other);
      if (!isAdc && !isB0Beside(sample, other)) continue;
      dwi.set(weighted.candidate.id, {
        role: 'dwi',
        pick: { candidateId: weighted.candidate.id, volumes: [0] },
        reason: `Identified by content: it is dark where another image shows CSF brightest, as expected with diffusion weighting.`,
        confidence: 'low',
        score: 2,
        bValue: null,
      });
      if (isAdc) continue;
      b0.set(bright.candidate.id, {
        role: 'b0',
        pick: { candidateId: bright.candidate.id, volumes: [0] },
        reason: 'Identified by content: its CSF is bright, and dark in the DWI.',
        confidence: 'low',
        score: 2,
        bValue: 0,
      });
    }
  return { dwi: [...dwi.values()], b0: [...b0.values()] };
}

function isB0Beside(sample: Sample, dwi: Sample): boolean {
  const there = rankAtBrightest(sample, dwi);
  const back = rankAtBrightest(dwi, sample);
  return there !== null && back !== null && there < 0.45 && back > darkRank && sample.high > dwi.high;
}
