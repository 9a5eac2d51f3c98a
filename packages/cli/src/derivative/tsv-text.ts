export type Cell = string | number | null;

/** A table as BIDS has it: tabs between, `n/a` for what there is not. */
export function tsvText<Column extends string>(
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, Cell>>[],
): string {
  const lines = rows.map((row) => columns.map((column) => cellText(row[column])).join('\t'));
  return `${[columns.join('\t'), ...lines].join('\n')}\n`;
}

function cellText(cell: Cell): string {
  return cell === null ? 'n/a' : String(cell).replace(/\s+/g, ' ');
}
