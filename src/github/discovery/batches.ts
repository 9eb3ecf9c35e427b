import { GhwError } from '../../domain/errors.ts';
import type { AdaptiveSize } from './adaptive-size.ts';

/** This many requests in a row without an answer are GitHub's own trouble, and none of what is asked for. */
const MOST_FAILURES = 8;
/** So many refusals for rate in a row, each waited for as long as GitHub said, mean all of us and not one thing. */
const MOST_REFUSALS = 3;

/** What came of one thing that was asked for. */
export type Outcome<Answer> =
  | { readonly answer: Answer }
  /** `alone`: GitHub answered the rest of the request, and not this. */
  | { readonly error: GhwError; readonly alone: boolean };

export interface BatchSteps<Item, Answer> {
  readonly size: AdaptiveSize;
  /** Requests at a time. */
  readonly concurrency: number;
  /** One request. What GitHub refuses of it is an error in its place. */
  readonly ask: (batch: readonly Item[]) => Promise<readonly (Answer | GhwError)[]>;
  /** Things that have been trouble before: asked for last, and each apart. */
  readonly isSuspect?: (item: Item) => boolean;
}

/**
 * Asks about many things in few requests, several at a time. What GitHub cannot answer is asked for again in halves, down
 * to one; of a partial answer, only what is missing. One bad thing costs the others nothing: it is named in the outcomes.
 *
 * @returns one outcome for each item, in their order
 * @throws GhwError `GitHubUnauthorized`, which is true for everything
 */
export async function inAdaptiveBatches<Item, Answer>(
  items: readonly Item[],
  steps: BatchSteps<Item, Answer>,
): Promise<readonly Outcome<Answer>[]> {
  return new Run(items, steps).outcomes();
}

/** Positions of items, so that two equal ones are two. */
type Batch = number[];

class Run<Item, Answer> {
  readonly #items: readonly Item[];
  readonly #steps: BatchSteps<Item, Answer>;
  readonly #outcomes = new Map<number, Outcome<Answer>>();
  readonly #sizeBefore: number;
  /** Batches that failed as a whole. */
  readonly #failedWhole: Batch[] = [];
  #next: Batch[] = [];
  #failures = 0;
  #refusals = 0;
  /** Why nothing more is asked. */
  #end: GhwError | null = null;

  constructor(items: readonly Item[], steps: BatchSteps<Item, Answer>) {
    this.#items = items;
    this.#steps = steps;
    this.#sizeBefore = steps.size.now;
  }

  async outcomes(): Promise<readonly Outcome<Answer>[]> {
    const positions = this.#items.map((_, position) => position);
    const isSuspect = (position: number): boolean => this.#steps.isSuspect?.(this.#item(position)) ?? false;
    const good = positions.filter((position) => !isSuspect(position));
    await this.#round(good.length === 0 ? [] : [good]);
    await this.#round(positions.filter(isSuspect).map((position) => [position]));
    this.#judgeSize();
    return positions.map((position) => {
      const outcome = this.#outcomes.get(position);
      if (outcome !== undefined) return outcome;
      if (this.#end === null) throw new Error(`Nothing came of item ${position}.`);
      return { error: this.#end, alone: false };
    });
  }

  /** Halves are asked for when all others have been: a bad one among many good ones is then seen to be one. */
  async #round(queue: Batch[]): Promise<void> {
    for (let batches = queue; batches.length > 0; batches = this.#next) {
      this.#next = [];
      const workers = Array.from({ length: this.#steps.concurrency }, async () => {
        for (let batch = this.#take(batches); batch !== null; batch = this.#take(batches)) await this.#perform(batch);
      });
      await Promise.all(workers);
    }
  }

  #take(queue: Batch[]): Batch | null {
    const [head] = queue;
    if (head === undefined || this.#end !== null) return null;
    const size = this.#steps.size.now;
    const taken = head.splice(0, size);
    if (head.length === 0) queue.shift();
    return taken;
  }

  async #perform(batch: Batch): Promise<void> {
    try {
      const answers = await this.#steps.ask(batch.map((position) => this.#item(position)));
      this.#failures = 0;
      this.#refusals = 0;
      this.#keep(batch, answers);
    } catch (error) {
      if (!(error instanceof GhwError) || error.name === 'GitHubUnauthorized') throw error;
      this.#notAnswered(batch, error);
    }
  }

  #keep(batch: Batch, answers: readonly (Answer | GhwError)[]): void {
    let missing = 0;
    for (const [index, position] of batch.entries()) {
      const answer = answers[index];
      if (answer === undefined) throw new Error('A batch was answered in part.');
      if (!(answer instanceof GhwError)) {
        this.#outcomes.set(position, { answer });
      } else if (answer.name === 'GitHubUnavailable' && batch.length > 1) {
        missing += 1;
        this.#next.push([position]);
      } else {
        this.#outcomes.set(position, { error: answer, alone: true });
      }
    }
    if (missing === 0) this.#steps.size.succeeded(batch.length);
    else this.#steps.size.failed(batch.length);
  }

  #notAnswered(batch: Batch, error: GhwError): void {
    const isRefusal = error.name === 'GitHubRateLimited';
    if (isRefusal) this.#refusals += 1;
    else this.#failures += 1;
    if (this.#failures >= MOST_FAILURES || this.#refusals >= MOST_REFUSALS || isLong(error)) this.#end ??= error;
    if (this.#end !== null) return;
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) {
      this.#outcomes.set(only, { error, alone: true });
      return;
    }
    // A refusal has been waited for; fewer pieces mean fewer waits.
    this.#next.push(...pieces(batch, isRefusal ? 5 : 2));
    if (isRefusal) return;
    this.#failedWhole.push([...batch]);
    this.#steps.size.failed(batch.length);
  }

  #judgeSize(): void {
    const isBad = (position: number): boolean => 'error' in (this.#outcomes.get(position) ?? {});
    const hasCulprit = this.#failedWhole.every((batch) => batch.some(isBad));
    if (this.#failedWhole.length > 0 && hasCulprit && this.#end === null) this.#steps.size.restore(this.#sizeBefore);
  }

  #item(position: number): Item {
    return this.#items[position] as Item;
  }
}

/** Longest wait for GitHub within a cycle, in milliseconds; what takes longer is left to the next cycle. */
export const LONGEST_WAIT_MS = 90_000;

function isLong({ name, retryAfterMs = 0 }: GhwError): boolean {
  return name === 'GitHubRateLimited' && retryAfterMs > LONGEST_WAIT_MS;
}

function pieces(batch: Batch, count: number): Batch[] {
  const size = Math.ceil(batch.length / count);
  return Array.from({ length: Math.ceil(batch.length / size) }, (_, index) =>
    batch.slice(index * size, (index + 1) * size),
  );
}
