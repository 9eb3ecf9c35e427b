import { GhwError } from '../domain/errors.ts';

/** This many failures in a row are GitHub's own trouble, and none of what is asked for. */
const MOST_FAILURES = 4;

/**
 * Asks about many things in batches. A batch that GitHub cannot answer is asked for in halves: it ends what takes it
 * longer than ten seconds, and one thing that it chokes on must not cost the others theirs.
 *
 * @param ask - answers for a whole batch, or throws
 * @param alone - takes the failure of a thing that was asked for alone, while others were answered
 */
export async function inBatches<Item>(
  items: readonly Item[],
  size: number,
  steps: {
    readonly ask: (batch: readonly Item[]) => Promise<void>;
    readonly alone: (item: Item, error: GhwError) => void;
  },
): Promise<void> {
  const waiting = chunks(items, size);
  let answered = false;
  let failures = 0;
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
    try {
      await steps.ask(batch);
      answered = true;
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!isOverload(error) || failures >= MOST_FAILURES) throw error;
      const [only] = batch;
      if (batch.length > 1) waiting.push(...chunks(batch, Math.ceil(batch.length / 2)));
      else if (only !== undefined && answered) steps.alone(only, error);
      // Whether it is this one alone shows once another was asked for.
      else if (waiting.length > 0) waiting.push(batch);
      else throw error;
    }
  }
}

/** True for what GitHub may be able to do in smaller portions. */
export function isOverload(error: unknown): error is GhwError {
  return error instanceof GhwError && error.name === 'GitHubUnavailable';
}

function chunks<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
