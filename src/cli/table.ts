import { plainLine } from './text.ts';
import { fit, widthOf } from './width.ts';

/** A column; a text alone is its title. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Left out where the terminal has no room for it. */
  readonly optional?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal; undefined where the output is no terminal: nothing is cut. */
  readonly width: number | undefined;
  readonly head?: (text: string) => string;
}

const GAP = 2;
/** What the last column keeps before others give way. */
const MIN_LAST = 12;
const MIN_OTHER = 4;

/**
 * A table without lines, headed in capitals. Cells may hold foreign text. Where the terminal is too narrow, the last
 * column gives way first, then the optional columns go, then the widest are cut.
 */
export function renderTable(
  head: readonly (string | Column)[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const columns = head.map((column) => (typeof column === 'string' ? { title: column } : column));
  const cells = rows.map((row) => row.map(plainLine));
  const natural = columns.map(({ title }, index) => widest(title, cells, index));
  const widths = fitted(columns, natural, options.width ?? Infinity);
  const shown = [...widths.keys()].filter((index) => (widths[index] ?? 0) > 0);
  const line = (row: readonly string[], style: (text: string) => string): string =>
    shown
      .map((index) => pad(row[index] ?? '', widths[index] ?? 0, columns[index]?.align))
      .map((cell, place) => (place === shown.length - 1 ? style(cell.trimEnd()) : `${style(cell)}${' '.repeat(GAP)}`))
      .join('')
      .trimEnd();
  const titles = columns.map(({ title }) => title.toUpperCase());
  return [line(titles, options.head ?? same), ...cells.map((row) => line(row, same))].join('\n');
}

function widest(title: string, cells: readonly (readonly string[])[], index: number): number {
  let width = widthOf(title);
  for (const row of cells) width = Math.max(width, widthOf(row[index] ?? ''));
  return width;
}

/** The width of each column; 0 for one that is left out. */
function fitted(columns: readonly Column[], natural: readonly number[], available: number): readonly number[] {
  const widths = [...natural];
  const last = widths.length - 1;
  const excess = (): number => {
    const shown = widths.filter((width) => width > 0);
    return shown.reduce((sum, width) => sum + width, 0) + GAP * (shown.length - 1) - available;
  };
  const cut = (index: number, least: number): void => {
    const width = widths[index] ?? 0;
    widths[index] = Math.min(width, Math.max(least, width - Math.max(0, excess())));
  };
  cut(last, MIN_LAST);
  for (let index = last; index >= 0 && excess() > 0; index -= 1) {
    if (columns[index]?.optional === true) widths[index] = 0;
  }
  while (excess() > 0) {
    const index = widths.indexOf(Math.max(...widths));
    if ((widths[index] ?? 0) <= MIN_OTHER) break;
    widths[index] = (widths[index] ?? 0) - 1;
  }
  // What the columns that went have left over.
  if (excess() < 0) widths[last] = Math.min(natural[last] ?? 0, (widths[last] ?? 0) - excess());
  return widths;
}

function pad(text: string, width: number, align: Column['align']): string {
  const cell = fit(text, width);
  const blank = ' '.repeat(Math.max(0, width - widthOf(cell)));
  return align === 'right' ? `${blank}${cell}` : `${cell}${blank}`;
}

function same(text: string): string {
  return text;
}
