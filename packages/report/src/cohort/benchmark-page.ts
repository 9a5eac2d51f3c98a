import { htmlHead } from '../html-head.ts';
import { htmlStyle } from '../html-style.ts';
import { escapeHtml } from '../html-text.ts';

/** One measure of several engines, as a figure shows it. */
type BenchmarkFigure = {
  readonly title: string;
  readonly unit: string;
  /** Which of two values is the better one, in words. */
  readonly better: 'higher' | 'lower';
  readonly digits: number;
  readonly rows: readonly {
    readonly engine: string;
    readonly size: string;
    readonly cases: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
};

export type Benchmark = {
  readonly title: string;
  readonly notice: string;
  /** Sentences on what was compared. */
  readonly about: readonly string[];
  readonly figures: readonly BenchmarkFigure[];
};

const rowHeight = 26;
const nameWidth = 300;
const plotWidth = 420;
const valueWidth = 210;
const style =
  'svg text{font:13px system-ui,sans-serif;fill:currentColor}svg line{stroke:currentColor}svg circle{fill:currentColor}';

/** Engines side by side: for each measure the mean over cases with its interval, in all and by the size of the infarct. */
export function writeBenchmarkPage({ title, notice, about, figures }: Benchmark): string {
  return `${htmlHead({ title, policy: "style-src 'unsafe-inline'", style: `${htmlStyle}${style}` })}
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${about.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('\n')}
<p class="notice">${escapeHtml(notice)}</p>
${figures.map(figureHtml).join('\n')}
</main>
</body>
</html>
`;
}

function figureHtml({ title, unit, better, digits, rows }: BenchmarkFigure): string {
  const most = Math.max(...rows.map(({ high }) => high), 1e-9);
  // Shares are shown on all of 0–1, so that figures can be compared by eye.
  const end = unit === '' && most <= 1 ? 1 : most * 1.05;
  const x = (value: number) => (nameWidth + (value / end) * plotWidth).toFixed(1);
  const height = rows.length * rowHeight + 24;
  const lines = rows.map(({ engine, size, cases, mean, low, high }, at) => {
    const y = at * rowHeight + rowHeight / 2;
    const [m, l, h] = [mean, low, high].map((value) => value.toFixed(digits));
    return `<text x="0" y="${y + 4}">${escapeHtml(`${size}: ${engine} (${cases})`)}</text><line x1="${x(low)}" y1="${y}" x2="${x(high)}" y2="${y}"/><circle cx="${x(mean)}" cy="${y}" r="4"/><text x="${nameWidth + plotWidth + 12}" y="${y + 4}">${m} (${l}–${h})</text>`;
  });
  const base = rows.length * rowHeight;
  const axis = `<line x1="${x(0)}" y1="${base}" x2="${x(end)}" y2="${base}"/><text x="${x(0)}" y="${base + 18}">0</text><text x="${x(end)}" y="${base + 18}" text-anchor="end">${end.toFixed(digits > 2 ? 1 : 0)}${unit === '' ? '' : ` ${unit}`}</text>`;
  const width = nameWidth + plotWidth + valueWidth;
  const heading = unit === '' ? title : `${title}, ${unit}`;
  return `<h2>${escapeHtml(heading)}</h2><figure><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeHtml(heading)} by engine">${lines.join('')}${axis}</svg><figcaption>Mean over cases with its 95 % confidence interval; ${better} is better. In brackets behind each engine: the number of cases.</figcaption></figure>`;
}
