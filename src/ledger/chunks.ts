/** So many rows make one statement at most, and so many characters: a server has limits, and others wait. */
const MAX_ROWS = 500;
const MAX_CHARACTERS = 4_000_000;

/** Cuts rows into parts that fit one statement each. */
export function* chunks<Row>(rows: readonly Row[], sizeOf: (row: Row) => number = () => 0): Generator<readonly Row[]> {
  let part: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    const size = sizeOf(row);
    if (part.length === MAX_ROWS || (part.length > 0 && characters + size > MAX_CHARACTERS)) {
      yield part;
      part = [];
      characters = 0;
    }
    part.push(row);
    characters += size;
  }
  if (part.length > 0) yield part;
}
