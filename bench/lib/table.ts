import { renderTable as renderColumns } from '../../src/cli/table.ts';

/** One line of a table, by column. */
export type Row = Readonly<Record<string, string | number>>;

/** The rows as a table for people; the columns are those of the first row. Numbers stand on the right. */
export function renderTable(rows: readonly Row[]): string {
  const titles = Object.keys(rows[0] ?? {});
  return renderColumns(
    titles.map((title) => ({ title, align: typeof rows[0]?.[title] === 'number' ? 'right' : 'left' })),
    rows.map((row) => titles.map((title) => shown(row[title] ?? ''))),
    { width: undefined },
  );
}

function shown(cell: string | number): string {
  return typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(1) : String(cell);
}
