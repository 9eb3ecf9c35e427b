/** Cells of the table that finds a longest common subsequence; beyond it, only equal beginnings and ends are found. */
const MOST_CELLS = 4_000_000;

/** For each line of the one text, its place in the other, or undefined. */
type Matches = readonly (number | undefined)[];

/**
 * Makes the change that leads from `before` to `after` in a text that means the same as `before` but is laid out in
 * another way: lines that the change does not touch stay as they are. Falls back to `after`.
 *
 * @param neighbour - the line whose indentation tells that of lines that are new
 */
export function keepLines(text: string, before: string, after: string, neighbour: 'above' | 'below'): string {
  const [own, from, to] = [text.split('\n'), before.split('\n'), after.split('\n')];
  const inOwn = matchLines(from.map(squeezed), own.map(squeezed));
  const inTo = matchLines(from, to);
  const result: string[] = [];
  let [ownAt, fromAt] = [0, 0];
  for (const hunk of hunks(inTo, to.length)) {
    const wide = widened(hunk, inOwn);
    if (wide.start < fromAt) return after;
    const start = wide.start === 0 ? 0 : (inOwn[wide.start - 1] ?? 0) + 1;
    const end = wide.start === wide.end ? start : wide.end === from.length ? own.length : (inOwn[wide.end] ?? 0);
    const model = wide.start < wide.end || neighbour === 'below' ? wide.start : wide.start - 1;
    const shift = indentation(own[inOwn[model] ?? -1]) - indentation(from[inOwn[model] === undefined ? -1 : model]);
    result.push(...own.slice(ownAt, start));
    result.push(...shifted(to.slice(wide.toStart, wide.toEnd), shift));
    [ownAt, fromAt] = [end, wide.end];
  }
  return [...result, ...own.slice(ownAt)].join('\n');
}

/** Lines that become other lines; both ends exclusive. */
interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly toStart: number;
  readonly toEnd: number;
}

function* hunks(inTo: Matches, toLength: number): Generator<Hunk> {
  let [start, toStart] = [0, 0];
  for (let at = 0; at <= inTo.length; at++) {
    const place = at === inTo.length ? toLength : inTo[at];
    if (place === undefined) continue;
    if (at > start || place > toStart) yield { start, end: at, toStart, toEnd: place };
    [start, toStart] = [at + 1, place + 1];
  }
}

/** The hunk and the lines around it as far as they are not found in the text, so that its ends have a place there. */
function widened({ start, end, toStart, toEnd }: Hunk, inOwn: Matches): Hunk {
  let [before, behind] = [0, 0];
  while (start - before > 0 && inOwn[start - before - 1] === undefined) before++;
  const isInsertion = start === end && before === 0;
  while (!isInsertion && end + behind < inOwn.length && inOwn[end + behind] === undefined) behind++;
  return { start: start - before, end: end + behind, toStart: toStart - before, toEnd: toEnd + behind };
}

function indentation(line = ''): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

/** Lines with another indentation, where all of them can have it. */
function shifted(lines: readonly string[], shift: number): readonly string[] {
  if (shift >= 0) return lines.map((line) => (line === '' ? line : `${' '.repeat(shift)}${line}`));
  const isPossible = lines.every((line) => line === '' || indentation(line) >= -shift);
  return isPossible ? lines.map((line) => line.slice(-shift)) : lines;
}

/** Layout does not count. */
function squeezed(line: string): string {
  return line.replace(/\s+/g, '');
}

/** A longest common subsequence. */
function matchLines(from: readonly string[], to: readonly string[]): Matches {
  const matches: (number | undefined)[] = Array.from({ length: from.length }, () => undefined);
  let head = 0;
  while (head < from.length && head < to.length && from[head] === to[head]) {
    matches[head] = head;
    head++;
  }
  let tail = 0;
  while (tail < from.length - head && tail < to.length - head && from.at(-1 - tail) === to.at(-1 - tail)) {
    matches[from.length - 1 - tail] = to.length - 1 - tail;
    tail++;
  }
  const [rows, columns] = [from.length - head - tail, to.length - head - tail];
  if (rows * columns > MOST_CELLS) return matches;
  const lengths = Array.from({ length: rows + 1 }, () => new Uint32Array(columns + 1));
  const length = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = rows - 1; row >= 0; row--) {
    const current = lengths[row] ?? new Uint32Array();
    for (let column = columns - 1; column >= 0; column--) {
      const isSame = from[head + row] === to[head + column];
      current[column] = isSame
        ? length(row + 1, column + 1) + 1
        : Math.max(length(row + 1, column), length(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (from[head + row] === to[head + column]) matches[head + row++] = head + column++;
    else if (length(row + 1, column) >= length(row, column + 1)) row++;
    else column++;
  }
  return matches;
}
