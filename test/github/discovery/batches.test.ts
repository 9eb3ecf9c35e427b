import { describe, expect, it } from '@jest/globals';
import { GhwError } from '../../../src/domain/errors.ts';
import { AdaptiveSize } from '../../../src/github/discovery/adaptive-size.ts';
import { type BatchSteps, inAdaptiveBatches } from '../../../src/github/discovery/batches.ts';

const items = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const unavailable = (): GhwError => new GhwError('GitHubUnavailable', 'GitHub could not do it: 504.');
const limited = (retryAfterMs: number): GhwError =>
  new GhwError('GitHubRateLimited', 'GitHub could not do it: too many.', { retryAfterMs });

/** Asks, and remembers for how many things each request was. */
async function run(
  count: number,
  answer: (batch: readonly number[]) => readonly (string | GhwError)[],
  options: Partial<BatchSteps<number, string>> = {},
) {
  const sizes: number[] = [];
  const size = options.size ?? new AdaptiveSize(25);
  const outcomes = await inAdaptiveBatches(items(count), {
    ...{ size, concurrency: 1 },
    ...options,
    ask: async (batch) => {
      sizes.push(batch.length);
      await Promise.resolve();
      return answer(batch);
    },
  });
  const failed = outcomes.flatMap((outcome, index) => ('error' in outcome ? [[index, outcome.error.name]] : []));
  return { sizes, outcomes, failed, size };
}

const fine = (batch: readonly number[]): string[] => batch.map((item) => `item ${item}`);

describe('asking in batches', () => {
  it('asks for 25 at a time, and answers in the order of what was asked', async () => {
    const { failed, outcomes, sizes } = await run(60, fine);

    expect(sizes).toEqual([25, 25, 10]);
    expect(outcomes.map((outcome) => 'answer' in outcome && outcome.answer)).toEqual(fine(items(60)));
    expect(failed).toEqual([]);
  });

  it('never has more requests under way than it may', async () => {
    let running = 0;
    let most = 0;
    await inAdaptiveBatches(items(100), {
      ...{ size: new AdaptiveSize(5), concurrency: 3 },
      ask: async (batch) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        return fine(batch);
      },
    });

    expect(most).toBe(3);
  });

  it('halves what GitHub has no time for, at once for all that follows', async () => {
    const { failed, size, sizes } = await run(100, (batch) => {
      if (batch.length > 7) throw unavailable();
      return fine(batch);
    });

    expect(failed).toEqual([]);
    expect(sizes.slice(0, 4)).toEqual([25, 13, 7, 7]);
    expect(Math.max(...sizes.slice(2))).toBe(8);
    expect(size.now).toBeLessThanOrEqual(9);
  });

  it('goes down to one, where one is all that GitHub has time for', async () => {
    const { failed, sizes } = await run(25, (batch) => {
      if (batch.length > 1) throw unavailable();
      return fine(batch);
    });

    expect(failed).toEqual([]);
    expect(sizes.filter((one) => one === 1)).toHaveLength(25);
  });

  it('keeps a partial answer, and asks again only for what is missing', async () => {
    const asked: (readonly number[])[] = [];
    const { failed } = await run(25, (batch) => {
      asked.push(batch);
      return batch.map((item) => (item === 3 && batch.length > 1 ? unavailable() : `item ${item}`));
    });

    expect(asked.map((batch) => batch.length)).toEqual([25, 1]);
    expect(asked[1]).toEqual([3]);
    expect(failed).toEqual([]);
  });

  it('names the one thing that takes too long, and goes on with 25', async () => {
    const { failed, size } = await run(100, (batch) => {
      if (batch.includes(42)) throw unavailable();
      return fine(batch);
    });

    expect(failed).toEqual([[42, 'GitHubUnavailable']]);
    expect(size.now).toBe(25);
  });

  it('asks for what has been trouble before last, and apart', async () => {
    const { failed, sizes } = await run(
      50,
      (batch) => {
        if (batch.includes(42)) throw unavailable();
        return fine(batch);
      },
      { isSuspect: (item) => item === 42 },
    );

    expect(sizes).toEqual([25, 24, 1]);
    expect(failed).toEqual([[42, 'GitHubUnavailable']]);
  });

  it('names what is refused for rate, where the others are not', async () => {
    const { failed, sizes } = await run(50, (batch) => {
      if (batch.includes(30)) throw limited(1_000);
      return fine(batch);
    });

    expect(failed).toEqual([[30, 'GitHubRateLimited']]);
    expect(sizes).toEqual([25, 25, 5, 5, 5, 5, 5, 1, 1, 1, 1, 1]);
  });

  it('asks for nothing more once GitHub wants to be left alone for long, and keeps what it has', async () => {
    let requests = 0;
    const { failed } = await run(100, (batch) => {
      requests += 1;
      if (requests === 3) throw limited(3_600_000);
      return fine(batch);
    });

    expect(requests).toBe(3);
    expect(failed).toHaveLength(50);
    expect(failed[0]).toEqual([50, 'GitHubRateLimited']);
  });

  it('gives up on a GitHub that is down, after a few requests', async () => {
    let requests = 0;
    const { failed } = await run(1_000, () => {
      requests += 1;
      throw unavailable();
    });

    expect(requests).toBe(8);
    expect(failed).toHaveLength(1_000);
  });

  it('throws what is true for everything', async () => {
    const asking = run(100, () => {
      throw new GhwError('GitHubUnauthorized', 'GitHub could not do it: the token is not accepted.');
    });

    await expect(asking).rejects.toMatchObject({ name: 'GitHubUnauthorized' });
  });
});

describe('the size of a batch', () => {
  it('grows again slowly, a little after every four full batches that went well', () => {
    const size = new AdaptiveSize(25);
    size.failed(25);
    size.failed(13);
    const grown = [size.now];
    for (let batch = 1; batch <= 28; batch += 1) {
      size.succeeded(size.now);
      if (batch % 4 === 0) grown.push(size.now);
    }

    expect(grown).toEqual([7, 8, 10, 12, 15, 18, 22, 25]);
  });

  it('does not grow by batches that are not full', () => {
    const size = new AdaptiveSize(25);
    size.failed(25);
    for (let batch = 0; batch < 20; batch += 1) size.succeeded(5);

    expect(size.now).toBe(13);
  });
});
