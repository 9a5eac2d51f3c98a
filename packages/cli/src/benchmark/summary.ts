import { makeRandom } from '@atoll/phantom/random';
import { measures, type Score } from './scores.ts';

/** Upper limits in mL of the groups that cases are looked at by. */
const sizes = [
  { title: 'all', above: -1, upTo: Number.POSITIVE_INFINITY },
  { title: 'below 1 mL', above: -1, upTo: 1 },
  { title: '1–10 mL', above: 1, upTo: 10 },
  { title: '10–100 mL', above: 10, upTo: 100 },
  { title: 'over 100 mL', above: 100, upTo: Number.POSITIVE_INFINITY },
] as const;

const draws = 2000;
const seed = 20;

/** A mean over cases with its 95 % confidence interval. */
export type Summary = {
  readonly engine: string;
  /** Which cases, by the volume of the reference. */
  readonly size: string;
  readonly measure: (typeof measures)[number];
  readonly cases: number;
  readonly mean: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
};

/** Each engine by each measure, over all cases and by the size of the infarct; groups without a case are left out. */
export function summarise(scores: readonly Score[]): Summary[] {
  const engines = [...new Set(scores.map(({ engine }) => engine))];
  return sizes.flatMap(({ title, above, upTo }) =>
    measures.flatMap((measure) =>
      engines.flatMap((engine) => {
        const values = scores
          .filter(({ referenceMl }) => referenceMl > above && referenceMl <= upTo)
          .flatMap((score) => (score.engine === engine ? (score[measure.id] ?? []) : []));
        if (values.length === 0) return [];
        return [
          {
            engine,
            size: title,
            measure,
            cases: values.length,
            median: quantile(values, 0.5),
            ...interval(values),
          },
        ];
      }),
    ),
  );
}

/** The mean and its 95 % interval by bootstrap over cases; the same for the same cases on every machine. */
export function interval(values: readonly number[]): { mean: number; low: number; high: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const random = makeRandom(seed);
  const means = Array.from({ length: draws }, () => {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw++)
      sum += values[Math.floor(random.uniform() * values.length)];
    return sum / values.length;
  });
  return { mean, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const next = sorted[Math.min(low + 1, sorted.length - 1)];
  return sorted[low] + (place - low) * (next - sorted[low]);
}
