import { measures, type Score } from './scores.ts';
import type { Summary } from './summary.ts';

const figure = (value: number | null) => (value === null ? 'n/a' : String(Number(value.toPrecision(6))));

/** One line for each engine and case. */
export function scoreTable(scores: readonly Score[]): string {
  const heads = ['engine', 'case', 'reference_ml', ...measures.map(({ id }) => id)];
  const rows = scores.map((score) => [
    score.engine,
    score.caseId,
    figure(score.referenceMl),
    ...measures.map(({ id }) => figure(score[id])),
  ]);
  return `${[heads, ...rows].map((row) => row.join('\t')).join('\n')}\n`;
}

/** One line for each engine, group of cases and measure. */
export function summaryTable(summaries: readonly Summary[]): string {
  const heads = ['size', 'measure', 'engine', 'cases', 'mean', 'ci95_low', 'ci95_high', 'median'];
  const rows = summaries.map(({ size, measure, engine, cases, mean, low, high, median }) => [
    size,
    measure.id,
    engine,
    String(cases),
    ...[mean, low, high, median].map(figure),
  ]);
  return `${[heads, ...rows].map((row) => row.join('\t')).join('\n')}\n`;
}

/** Rows of a paper's table: a measure each, a column for each engine. */
function paperRows(summaries: readonly Summary[]) {
  const engines = [...new Set(summaries.map(({ engine }) => engine))];
  const groups = [...new Set(summaries.map(({ size }) => size))];
  const rows = groups.flatMap((size) =>
    measures.flatMap((measure) => {
      const own = summaries.filter((each) => each.size === size && each.measure === measure);
      if (own.length === 0) return [];
      const cells = engines.map((engine) => {
        const found = own.find((each) => each.engine === engine);
        if (found === undefined) return '–';
        const [mean, low, high] = [found.mean, found.low, found.high].map((value) =>
          value.toFixed(measure.digits),
        );
        return `${mean} (${low}–${high})`;
      });
      const name = measure.unit === '' ? measure.title : `${measure.title}, ${measure.unit}`;
      return [[size, String(Math.max(...own.map(({ cases }) => cases))), name, ...cells]];
    }),
  );
  return { heads: ['Infarct', 'n', 'Measure', ...engines], rows };
}

export function markdownTable(summaries: readonly Summary[]): string {
  const { heads, rows } = paperRows(summaries);
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const note = 'Mean over cases with its 95 % confidence interval (bootstrap over cases, 2000 draws).';
  return `${[line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')}\n\n${note}\n`;
}

export function latexTable(summaries: readonly Summary[]): string {
  const { heads, rows } = paperRows(summaries);
  const cell = (text: string) =>
    text
      .replaceAll(/[&%$#_{}]/g, '\\$&')
      .replaceAll('≥', '$\\ge$')
      .replaceAll('–', '--')
      .replaceAll('’', "'");
  const line = (cells: readonly string[]) => `${cells.map(cell).join(' & ')} \\\\`;
  const columns = `lrl${'r'.repeat(heads.length - 3)}`;
  return `\\begin{tabular}{${columns}}\n\\hline\n${line(heads)}\n\\hline\n${rows.map(line).join('\n')}\n\\hline\n\\end{tabular}\n`;
}
