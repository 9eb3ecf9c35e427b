import Table from 'cli-table3';

/** One line of a table, by column. */
export type Row = Readonly<Record<string, string | number>>;

/** The rows as a table for people; the columns are those of the first row. Numbers stand on the right. */
export function renderTable(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const table = new Table({
    head: columns,
    colAligns: columns.map((column) => (typeof rows[0]?.[column] === 'number' ? 'right' : 'left')),
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push(columns.map((column) => shown(row[column] ?? '')));
  return table.toString();
}

function shown(cell: string | number): string {
  return typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(1) : String(cell);
}
