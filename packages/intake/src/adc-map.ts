import type { Ranked } from './ranked.ts';
import { rankAtBrightest, type Sample } from './sample.ts';
import type { Seen } from './seen.ts';

/** Median ADC over a head, 10⁻⁶ mm²/s: tissue lies near 800, scalp and CSF draw it up or down. */
const plausibleMedian = [450, 1700] as const;

/** The same inside the head as the DWI shows it; thick slices hold much CSF, and large infarcts little. */
const plausibleInside = [250, 2500] as const;

const units = [
  ['mm²/s', 1e6],
  ['10⁻³ mm²/s', 1e3],
  ['10⁻⁶ mm²/s', 1],
] as const;

/** Do the values look like an ADC in mm²/s, 10⁻³ or 10⁻⁶ mm²/s? The unit's name if so. */
function adcUnit({ median, high, negativeShare }: Sample): string | null {
  const [low, top] = plausibleMedian;
  const unit = units.find(([, factor]) => median * factor >= low && median * factor <= top);
  if (unit === undefined || negativeShare > 0.2) return null;
  return high / median <= 8 ? unit[0] : null;
}

/** The unit by the values inside the head alone, of a map whose name says already that it is one. */
function unitInside(sample: Sample, dwi: Sample | null): string | null {
  const inside = dwi === null ? sample.values : valuesInside(sample, dwi);
  const values = inside.filter((value) => value > 0).sort();
  const median = values[values.length >> 1];
  if (values.length < 20 || values.length < 0.5 * inside.length) return null;
  const [low, top] = plausibleInside;
  return units.find(([, factor]) => median * factor >= low && median * factor <= top)?.[0] ?? null;
}

/** At the points where the DWI shows the head; all of them where the two have no points in common. */
function valuesInside({ values }: Sample, dwi: Sample): Float32Array {
  if (values.length !== dwi.values.length) return values;
  return values.filter((_, at) => dwi.values[at] > 0.5 * dwi.median);
}

/**
 * Is this an ADC map, beside the DWI of the same head? Both an ADC map and a b0 are brightest in CSF, where a DWI is
 * dark; but where the DWI is brightest an ADC map is dark, and a b0 is not.
 */
export function isAdcBeside(sample: Sample, dwi: Sample): boolean {
  if (adcUnit(sample) === null || sample.high / sample.median <= dwi.high / dwi.median) return false;
  const there = rankAtBrightest(sample, dwi);
  const back = rankAtBrightest(dwi, sample);
  return there !== null && back !== null && there < 0.5 && back < darkRank;
}

/** Of an image at the brightest places of the DWI: below it ADC maps lie (0.02–0.27), above it b0 images (0.5–0.75). */
export const darkRank = 0.38;

/** ADC maps by name, checked by value; where none is named, by value and by being dark where the DWI is bright. */
export function findAdc(seen: readonly Seen[], dwi: Sample | null): Ranked[] {
  return seen
    .flatMap((each): Ranked[] => {
      const { candidate, called, because } = each;
      const sample = candidate.samples[0];
      // Air that was not masked is noise, and says nothing of the unit.
      const unit = adcUnit(sample) ?? (called === 'adc' ? unitInside(sample, dwi) : null);
      const pick = { candidateId: candidate.id, volumes: [0] };
      const base = { role: 'adc' as const, pick, bValue: null };
      if (called === 'adc') {
        return [
          unit === null
            ? {
                ...base,
                reason: `It ${because}, but its values (median ${sample.median.toPrecision(3)}) match no unit of ADC.`,
                confidence: 'low',
                score: 5,
              }
            : {
                ...base,
                reason: `It ${because}, and its values match an ADC map in ${unit}.`,
                confidence: 'high',
                score: 20,
              },
        ];
      }
      if (called !== null || each.bValues !== null || candidate.volumes > 1) return [];
      if (dwi === null || !isAdcBeside(sample, dwi)) return [];
      return [
        {
          ...base,
          reason: `Identified by content: its values match an ADC map in ${unit}, and where it is brightest the DWI is dark.`,
          confidence: 'low',
          score: 2,
        },
      ];
    })
    .sort((a, b) => b.score - a.score);
}
