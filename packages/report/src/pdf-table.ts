import type { Block } from './document.ts';
import type { PdfCell, PdfPages, Rgb } from './pdf-pages.ts';

const gap = 10;
const faint: Rgb = [0.82, 0.84, 0.87];

/** A table with its head again on each page that it goes on to. */
export function drawTable(
  pages: PdfPages,
  { title, columns, rows }: Block & { kind: 'table' },
  { size, quiet }: { readonly size: number; readonly quiet: Rgb },
): void {
  const all = columns.reduce((sum, { share }) => sum + share, 0);
  let x = pages.left;
  const places = columns.map(({ share, isNumber }) => {
    const width = (share / all) * pages.width;
    const place = { x, width: width - gap, isRight: isNumber === true };
    x += width;
    return place;
  });
  const cellsOf = (texts: readonly string[], bold: boolean): PdfCell[] =>
    texts.map((text, at) => ({ text, ...places[at], style: { size, bold } }));
  const head = () => {
    pages.row(
      cellsOf(
        columns.map((column) => column.title),
        true,
      ),
      2,
    );
    pages.rule(quiet);
    pages.space(1);
  };
  pages.need(5 * size);
  pages.text(title, { size, colour: quiet });
  head();
  for (const row of rows) {
    const cells = cellsOf(row, false);
    if (pages.need(pages.heightOf(cells, 2))) head();
    pages.row(cells, 2);
    pages.rule(faint, 0.3);
    pages.space(1);
  }
}
