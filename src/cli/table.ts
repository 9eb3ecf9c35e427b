import Table from 'cli-table3';
import stringWidth from 'string-width';
import { plainLine } from './text.ts';

export interface TableOptions {
  /** Columns of the terminal; undefined where the output is no terminal: nothing is cut. */
  readonly width: number | undefined;
  readonly head?: (text: string) => string;
}

const GAP = 2;
const MIN_FLEXIBLE = 12;

/** A table without lines, headed in capitals. Cells may hold foreign text. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const cells = rows.map((row) => row.map(plainLine));
  const widths = head.map((title, column) =>
    Math.max(...[title, ...cells.map((row) => row[column] ?? '')].map((cell) => stringWidth(cell))),
  );
  // The last column gives way.
  const flexible = head.length - 1;
  const excess = sum(widths) + GAP * head.length - (options.width ?? Infinity);
  if (excess > 0) widths[flexible] = Math.max(MIN_FLEXIBLE, (widths[flexible] ?? 0) - excess);
  const table = new Table({
    head: head.map((title) => options.head?.(title.toUpperCase()) ?? title.toUpperCase()),
    colWidths: widths.map((width) => width + GAP),
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  table.push(...cells.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
