import { escapeHtml } from '../html-text.ts';
import { limitsOfAgreement, type RaterPair } from './agreement.ts';
import { niceTicks } from './ticks.ts';

const width = 560;
const height = 300;
const edge = { left: 64, right: 92, top: 14, bottom: 44 } as const;

/** Differences of two volumes over their means, with the mean and the limits of agreement, as an SVG element. */
export function blandAltman({ names, cases }: RaterPair): string {
  const limits = limitsOfAgreement(cases);
  const points = cases.map(({ id, volumesMl: [first, second] }) => ({
    id,
    mean: (first + second) / 2,
    difference: first - second,
  }));
  const lines =
    limits === null
      ? []
      : [
          { at: limits.meanMl, name: 'mean' },
          ...(limits.lowerMl === null ? [] : [{ at: limits.lowerMl, name: '−1.96 SD' }]),
          ...(limits.upperMl === null ? [] : [{ at: limits.upperMl, name: '+1.96 SD' }]),
        ];
  const across = niceTicks(0, Math.max(0.1, ...points.map(({ mean }) => mean)), 5);
  const values = [0, ...points.map(({ difference }) => difference), ...lines.map(({ at }) => at)];
  const up = niceTicks(Math.min(-0.1, ...values), Math.max(0.1, ...values), 5);
  const x = (value: number) =>
    edge.left + ((value - across.from) / (across.to - across.from)) * (width - edge.left - edge.right);
  const y = (value: number) =>
    height - edge.bottom - ((value - up.from) / (up.to - up.from)) * (height - edge.top - edge.bottom);
  const [left, right, foot] = [edge.left, width - edge.right, height - edge.bottom];
  const drawn = [
    `<line x1="${left}" y1="${foot}" x2="${right}" y2="${foot}"/>`,
    `<line x1="${left}" y1="${edge.top}" x2="${left}" y2="${foot}"/>`,
    ...across.ticks.map(
      (tick) =>
        `<text x="${x(tick).toFixed(1)}" y="${foot + 16}" text-anchor="middle">${across.text(tick)}</text>`,
    ),
    ...up.ticks.map(
      (tick) =>
        `<text x="${left - 6}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${up.text(tick)}</text>`,
    ),
    `<line x1="${left}" y1="${y(0).toFixed(1)}" x2="${right}" y2="${y(0).toFixed(1)}"/>`,
    ...apart(lines, y).map(
      ({ at, name, textAt }) =>
        `<line class="limit" x1="${left}" y1="${y(at).toFixed(1)}" x2="${right}" y2="${y(at).toFixed(1)}"/><text x="${right + 5}" y="${textAt.toFixed(1)}">${signed(at)} ${name === 'mean' ? 'mean' : ''}</text>`,
    ),
    ...points.map(
      ({ id, mean, difference }) =>
        `<circle cx="${x(mean).toFixed(1)}" cy="${y(difference).toFixed(1)}" r="3.5"><title>${escapeHtml(id)}: mean ${mean.toFixed(2)} mL, difference ${signed(difference)} mL</title></circle>`,
    ),
    `<text x="${(left + right) / 2}" y="${height - 8}" text-anchor="middle">mean of the two volumes, mL</text>`,
    `<text transform="translate(14 ${(edge.top + foot) / 2}) rotate(-90)" text-anchor="middle">difference, mL</text>`,
  ];
  const [first, second] = names.map(escapeHtml);
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Bland–Altman plot of the volumes of ${first} and ${second}">${drawn.join('')}</svg>`;
}

/** Words beside lines that lie close together are moved apart. */
function apart<Line extends { readonly at: number }>(
  lines: readonly Line[],
  y: (value: number) => number,
): (Line & { readonly textAt: number })[] {
  let last = Number.NEGATIVE_INFINITY;
  return lines
    .toSorted((a, b) => b.at - a.at)
    .map((line) => {
      last = Math.max(y(line.at) + 4, last + 13);
      return { ...line, textAt: last };
    });
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return Number(text) === 0 ? '0.00' : `${value < 0 ? '−' : '+'}${text}`;
}
