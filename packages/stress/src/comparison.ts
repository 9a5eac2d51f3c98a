import { z } from 'zod';
import { sizesMl } from './plan.ts';
import type { Row } from './row.ts';
import type { Table } from './tables.ts';

/** What of an earlier run's file is compared: enough to know each row again, and what came of it. */
const Earlier = z.object({
  rows: z.array(
    z.object({
      head: z.string(),
      condition: z.string(),
      kind: z.string(),
      set: z.string().nullable(),
      ml: z.number().nullable(),
      seed: z.number().nullable(),
      lesions: z.array(z.object({ found: z.boolean() })).readonly(),
      dice: z.number().nullable(),
      falseMl: z.number(),
    }),
  ),
});
type EarlierRow = z.infer<typeof Earlier>['rows'][number];

/** Rows that moved by less are not worth a line. */
const leastFalseMl = 0.1;
const leastDice = 0.05;

/**
 * What changed between two runs, over the rows that both have: by size, and the rows that changed most.
 * @throws ZodError when the file is none of the suite's.
 */
export function compareRuns(earlier: unknown, now: readonly Row[]): Table[] {
  const before = new Map(Earlier.parse(earlier).rows.map((row) => [keyOf(row), row]));
  const pairs = now.flatMap((row) => {
    const old = before.get(keyOf(row));
    return old === undefined ? [] : [{ old, row }];
  });
  const bySize = [null, ...sizesMl].flatMap((ml) => {
    const of = pairs.filter(({ row }) => row.ml === ml);
    if (of.length === 0) return [];
    const count = (rows: readonly EarlierRow[]) =>
      rows.flatMap(({ lesions }) => lesions).filter((l) => l.found).length;
    const olds = of.map(({ old }) => old);
    const news = of.map(({ row }) => row);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const dice = (rows: readonly EarlierRow[]) =>
      ml === null ? '–' : (sum(rows.map((row) => row.dice ?? 0)) / rows.length).toFixed(3);
    return [
      [
        ml === null ? 'others' : String(ml),
        `${count(olds)} → ${count(news)}`,
        `${dice(olds)} → ${dice(news)}`,
        `${sum(olds.map((row) => row.falseMl)).toFixed(1)} → ${sum(news.map((row) => row.falseMl)).toFixed(1)}`,
      ],
    ];
  });
  const changed = pairs
    .map(({ old, row }) => ({ old, row, weight: weightOf(old, row) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 40)
    .map(({ old, row }) => [
      `${row.head} ${row.condition} ${row.ml ?? row.set ?? row.kind}${row.seed === null ? '' : ` #${row.seed}`}`,
      `${foundIn(old)} → ${foundIn(row)}`,
      `${old.dice?.toFixed(3) ?? '–'} → ${row.dice?.toFixed(3) ?? '–'}`,
      `${old.falseMl.toFixed(2)} → ${row.falseMl.toFixed(2)}`,
    ]);
  return [
    {
      title: `Since the earlier run, ${pairs.length} runs`,
      head: ['mL', 'found', 'Dice', 'false mL'],
      lines: bySize,
    },
    { title: 'What changed most', head: ['run', 'found', 'Dice', 'false mL'], lines: changed },
  ];
}

function keyOf({ head, condition, kind, set, ml, seed }: EarlierRow): string {
  return [head, condition, kind, set, ml, seed].join('|');
}

function foundIn({ lesions }: EarlierRow): number {
  return lesions.filter(({ found }) => found).length;
}

function weightOf(old: EarlierRow, row: EarlierRow): number {
  const found = Math.abs(foundIn(old) - foundIn(row));
  const dice = Math.abs((old.dice ?? 0) - (row.dice ?? 0));
  const falseMl = Math.abs(old.falseMl - row.falseMl);
  if (found === 0 && dice < leastDice && falseMl < leastFalseMl) return 0;
  return found + 2 * dice + falseMl;
}
