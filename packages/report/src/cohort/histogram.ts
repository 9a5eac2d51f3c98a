/** Upper limits in mL; the first is of empty masks, the last is open. */
const limits = [0, 0.1, 0.3, 1, 3, 10, 30, 100, Number.POSITIVE_INFINITY];
const barWidth = 62;
const height = 150;
const foot = 36;

/** Volumes in mL as bars of equal steps of their logarithm, those of empty masks apart; an SVG element. */
export function volumeHistogram(volumesMl: readonly number[]): string {
  const counts = limits.map(
    (limit, at) =>
      volumesMl.filter((volume) => volume <= limit && (at === 0 || volume > limits[at - 1])).length,
  );
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, at) => {
    const tall = (count / most) * (height - 24);
    const x = at * barWidth;
    const middle = x + barWidth / 2;
    return `<rect x="${x + 4}" y="${(height - tall).toFixed(1)}" width="${barWidth - 8}" height="${tall.toFixed(1)}"/><text x="${middle}" y="${(height - tall - 5).toFixed(1)}" text-anchor="middle">${count}</text><text x="${middle}" y="${height + 16}" text-anchor="middle">${titleOf(at)}</text>`;
  });
  const width = limits.length * barWidth;
  return `<svg viewBox="0 0 ${width} ${height + foot}" width="${width}" height="${height + foot}" role="img" aria-label="Number of cases by volume">${bars.join('')}<line x1="0" y1="${height}" x2="${width}" y2="${height}"/><text x="${width / 2}" y="${height + 32}" text-anchor="middle">mL</text></svg>`;
}

function titleOf(at: number): string {
  if (at === 0) return 'empty';
  if (at === limits.length - 1) return `over ${limits[at - 1]}`;
  return `${limits[at - 1]}–${limits[at]}`;
}
