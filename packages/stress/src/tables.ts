import { sizesMl } from './plan.ts';
import type { LesionRow, Row } from './row.ts';
import { faintContrast, mean, type Target } from './targets.ts';

/** A table as lines of text: the first column to the left, the others to the right. */
export type Table = {
  readonly title: string;
  readonly head: readonly string[];
  readonly lines: readonly string[][];
};

export function tablesOf(rows: readonly Row[]): Table[] {
  const pasted = rows.filter((row) => row.kind === 'pasted');
  const conditions = [...new Set(pasted.map((row) => row.condition))];
  const heads = [...new Set(rows.map((row) => row.head))];
  const tables = [
    ...conditions.map((condition) =>
      bySize(
        `Pasted, ${condition}`,
        pasted.filter((row) => row.condition === condition),
      ),
    ),
    ...(pasted.length === 0 ? [] : [bySet(pasted), faint(pasted), byHead(pasted, heads)]),
    healthy(rows, heads),
    patients(rows),
    outlines(rows, heads),
  ];
  return tables.filter(({ lines }) => lines.length > 0);
}

export function targetTable(targets: readonly Target[]): Table {
  return {
    title: 'Targets',
    head: ['', 'value', 'must', 'aim', ''],
    lines: targets.map(({ name, value, must, aim, met, aimed }) => [
      name,
      value,
      must,
      aim,
      met ? (aimed ? 'aim reached' : 'met') : 'MISSED',
    ]),
  };
}

export function print({ title, head, lines }: Table): string {
  const all = [head, ...lines];
  const widths = head.map((_, n) => Math.max(...all.map((line) => (line[n] ?? '').length)));
  const text = all.map((line) =>
    line
      .map((cell, n) => (n === 0 ? cell.padEnd(widths[n]) : cell.padStart(widths[n])))
      .join('  ')
      .trimEnd(),
  );
  return [title, '', ...text, ''].join('\n');
}

function bySize(title: string, rows: readonly Row[]): Table {
  const head = ['mL', 'found', 'of', '%', 'Dice', 'worst', 'false mL/head', 'worst'];
  const lines = sizesMl.flatMap((ml) => {
    const of = rows.filter((row) => row.ml === ml);
    if (of.length === 0) return [];
    const lesions = of.flatMap((row) => row.lesions);
    const dice = of.map((row) => row.dice ?? 0);
    const falseMl = of.map((row) => row.falseMl);
    return [
      [
        String(ml),
        ...foundOf(lesions),
        number(mean(dice), 3),
        number(Math.min(...dice), 3),
        number(mean(falseMl), 2),
        number(Math.max(...falseMl), 2),
      ],
    ];
  });
  return { title, head, lines };
}

function bySet(rows: readonly Row[]): Table {
  const sets = [...new Set(rows.map((row) => row.set))].filter((set) => set !== null && set !== 'size');
  const lines = sets.map((set) => {
    const of = rows.filter((row) => row.set === set);
    const falseMl = of.map((row) => row.falseMl);
    return [
      set ?? '',
      ...foundOf(of.flatMap((row) => row.lesions)),
      number(mean(of.map((row) => row.dice ?? 0)), 3),
      number(mean(falseMl), 2),
      number(Math.max(...falseMl), 2),
    ];
  });
  const head = ['set', 'found', 'of', '%', 'Dice', 'false mL/head', 'worst'];
  return { title: 'Pasted, other sets, heads as they are', head, lines };
}

function faint(rows: readonly Row[]): Table {
  const lines = sizesMl.map((ml) => {
    const lesions = rows.filter((row) => row.ml === ml).flatMap((row) => row.lesions);
    const plain = lesions.filter((each) => each.contrast >= faintContrast);
    const dim = lesions.filter((each) => each.contrast < faintContrast);
    return [String(ml), ...foundOf(dim), ...foundOf(plain)];
  });
  const head = ['mL', `DWI < ×${faintContrast}: found`, 'of', '%', 'others: found', 'of', '%'];
  return { title: 'Pasted, all conditions, by how much they stand out on the DWI', head, lines };
}

function byHead(rows: readonly Row[], heads: readonly string[]): Table {
  const groups = [
    ['0.05', 0, 0.05],
    ['0.1–0.3', 0.1, 0.3],
    ['1–3', 1, 3],
    ['10–250', 10, 250],
  ] as const;
  const lines = heads.flatMap((head) => {
    const of = rows.filter((row) => row.head === head);
    if (of.length === 0) return [];
    const cells = groups.map(([, low, high]) => {
      const lesions = of
        .filter(({ ml }) => ml !== null && ml >= low && ml <= high)
        .flatMap((row) => row.lesions);
      return lesions.length === 0 ? '–' : `${lesions.filter((each) => each.found).length}/${lesions.length}`;
    });
    const big = of.filter((row) => (row.ml ?? 0) >= 10).map((row) => row.dice ?? 0);
    return [[head, ...cells, number(mean(big), 3), number(mean(of.map((row) => row.falseMl)), 2)]];
  });
  const head = ['head', ...groups.map(([name]) => `${name} mL`), 'Dice ≥ 10 mL', 'false mL/head'];
  return { title: 'Pasted, all conditions, found of all by head', head, lines };
}

function healthy(rows: readonly Row[], heads: readonly string[]): Table {
  const all = rows.filter((row) => row.kind === 'healthy');
  const conditions = [...new Set(all.map((row) => row.condition))];
  const lines = heads.flatMap((head) => {
    const of = all.filter((row) => row.head === head);
    if (of.length === 0) return [];
    const cells = conditions.map((condition) => {
      const row = of.find((each) => each.condition === condition);
      return row === undefined ? '–' : (row.refused ?? number(row.falseMl, 2));
    });
    return [[head, ...cells]];
  });
  return { title: 'Heads without a lesion, false mL', head: ['head', ...conditions], lines };
}

function patients(rows: readonly Row[]): Table {
  const lines = rows
    .filter((row) => row.kind === 'patient')
    .map((row) => [
      row.head,
      row.condition,
      number(row.expert?.dice ?? null, 3),
      number(row.expert?.lesionF1 ?? null, 3),
      row.refused ?? number(row.itself === null ? null : 100 * (row.itself.volumeRatio - 1), 1),
      number(row.itself?.dice ?? null, 3),
    ]);
  const head = ['patient', 'condition', 'Dice', 'lesion F1', 'volume change %', 'Dice with itself'];
  return { title: 'Patients against the expert, and against themselves when perturbed', head, lines };
}

function outlines(rows: readonly Row[], heads: readonly string[]): Table {
  const all = rows.filter((row) => row.kind !== 'pasted');
  const lines = heads.flatMap((head) => {
    const of = all.filter((row) => row.head === head);
    const native = of.find((row) => row.condition === 'native');
    if (native === undefined) return [];
    const dice = of.map((row) => row.brainDice ?? 0);
    return [[head, number(native.brainMl, 0), number(native.brainDice, 3), number(Math.min(...dice), 3)]];
  });
  const head = ['head', 'brain mL', 'Dice', 'worst condition'];
  return { title: 'The brain’s outline, against the suite’s own', head, lines };
}

function foundOf(lesions: readonly LesionRow[]): string[] {
  const found = lesions.filter((each) => each.found).length;
  const percent = lesions.length === 0 ? '–' : ((100 * found) / lesions.length).toFixed(0);
  return [String(found), String(lesions.length), percent];
}

function number(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}
