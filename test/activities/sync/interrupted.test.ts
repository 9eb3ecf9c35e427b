import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { GhwError } from '../../../src/domain/errors.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { type Bench, failureOf, IDENTITY } from '../support.ts';
import { type SyncWorld, startSyncWorld, range } from './support.ts';

let world: SyncWorld;
let hub: Bench['hub'];
let ledger: Ledger;

beforeAll(async () => {
  world = await startSyncWorld();
  ({ hub, ledger } = world);
});
afterEach(() => {
  hub.clearFaults();
  hub.setRateLimit(IDENTITY, { remaining: 5_000 });
});
afterAll(() => world.cleanUp());

describe('an attempt that ends early', () => {
  it('leaves the watermark, and the next one goes on where it got to', async () => {
    const hello = await world.repositoryWith(450);
    const asked: string[] = [];
    const first = hello.attempt({
      onRequest: (operation) => {
        asked.push(operation);
        if (asked.length === 4) hub.fault({ match: 'ListIssues', status: 403, headers: { 'retry-after': '7' } });
      },
    });

    const failure = await failureOf(first.result);

    expect(failure).toMatchObject({ type: 'GitHubRateLimited', nonRetryable: false, nextRetryDelay: 7_000 });
    expect(await hello.numbers(hello.id)).toHaveLength(200);
    expect(await hello.watermark(hello.id)).toBeNull();
    hello.requests();
    const [result] = await hello.sync({ after: first });
    expect(result).toMatchObject({ outcome: 'complete', issues: { added: 450 } });
    expect(await hello.numbers(hello.id)).toEqual(range(450));
    expect(hello.requests().filter((operation) => operation === 'ListIssues')).toHaveLength(3);
  });

  it('is not repeated for the repositories that it had finished', async () => {
    const one = await world.repositoryWith(2);
    const two = await world.repositoryWith(2);
    const both = world.together([one.entry, two.entry]);
    hub.fault({ match: ({ variables }) => variables.repositoryId === two.id, status: 502, times: Infinity });
    const first = both.attempt();
    expect(await failureOf(first.result)).toMatchObject({ type: 'GitHubUnavailable', nonRetryable: false });
    hub.clearFaults();
    hub.resetRequests();

    const results = await both.sync({ after: first });

    expect(results).toMatchObject([
      { repository: one.name, outcome: 'complete', issues: { added: 2 } },
      { repository: two.name, outcome: 'complete', issues: { added: 2 } },
    ]);
    expect(hub.requests.map(({ variables }) => variables.ids ?? variables.repositoryId)).toEqual([[two.id], two.id]);
  });

  it('asks GitHub nothing more once its limit is reached', async () => {
    const entries = [];
    for (let index = 0; index < 20; index += 1) {
      const { name, entry } = await world.addRepository();
      hub.seed.addIssue(name, { title: 'One' });
      entries.push(entry);
    }
    const many = world.together(entries);
    hub.setRateLimit(IDENTITY, { remaining: 9 });
    hub.resetRequests();

    const first = many.attempt();
    expect(await failureOf(first.result)).toMatchObject({ type: 'GitHubRateLimited' });

    expect(hub.requests.length).toBeLessThan(10);
    hub.setRateLimit(IDENTITY, { remaining: 5_000 });
    const results = await many.sync({ after: first });
    expect(results.map(({ issues }) => issues.added)).toEqual(entries.map(() => 1));
  });

  it('is reported instead of tried again when it was the last', async () => {
    const one = await world.repositoryWith(2);
    const two = await world.repositoryWith(2);
    const both = world.together([one.entry, two.entry]);
    hub.fault({ match: ({ variables }) => variables.repositoryId === two.id, status: 502, times: Infinity });

    const results = await both.sync({ info: { attempt: 3, retryPolicy: { maximumAttempts: 3 } } });

    expect(results).toMatchObject([
      { outcome: 'complete' },
      { repository: two.name, outcome: 'failed', failure: { name: 'GitHubUnavailable' } },
    ]);
    expect((await ledger.repositories.find(two.id))?.problem).toContain(two.name);
  });

  it('of a repository whose name GitHub never answers for costs those that it does answer for nothing', async () => {
    const one = await world.repositoryWith(2);
    const { name } = await world.addRepository();
    const both = world.together([{ id: null, name, priority: 3, active: true }, one.entry]);
    hub.fault({ match: 'ReadRepository', status: 502, times: Infinity });
    const first = both.attempt();
    expect(await failureOf(first.result)).toMatchObject({ type: 'GitHubUnavailable', nonRetryable: false });
    expect(await one.numbers(one.id)).toEqual([1, 2]);

    const results = await both.sync({ after: first, info: { attempt: 3, retryPolicy: { maximumAttempts: 3 } } });

    expect(results).toMatchObject([
      { repository: name, outcome: 'failed', failure: { name: 'GitHubUnavailable' } },
      { repository: one.name, outcome: 'complete', issues: { added: 2 } },
    ]);
  });

  it('is reported of what was left alone, also where GitHub does not even give a look at it', async () => {
    const one = await world.repositoryWith(2);
    const two = await world.repositoryWith(2);
    const both = world.together([one.entry, two.entry]);
    hub.fault({ match: ({ variables }) => JSON.stringify(variables).includes(two.id), status: 502, times: Infinity });
    const first = both.attempt();
    expect(await failureOf(first.result)).toMatchObject({ type: 'GitHubUnavailable', nonRetryable: false });

    const results = await both.sync({ after: first, info: { attempt: 3, retryPolicy: { maximumAttempts: 3 } } });

    expect(results).toMatchObject([
      { repository: one.name, outcome: 'complete', issues: { added: 2 } },
      { repository: two.name, outcome: 'failed', failure: { name: 'GitHubUnavailable' } },
    ]);
  });

  it('between storing and the watermark has lost nothing', async () => {
    const hello = await world.repositoryWith(120);
    const repositories: Ledger['repositories'] = {
      ...ledger.repositories,
      moveWatermark: () => Promise.reject(new GhwError('LedgerUnreachable', 'The connection broke.')),
    };
    const first = hello.attempt({ deps: { ledger: { ...ledger, repositories } } });
    expect(await failureOf(first.result)).toMatchObject({ type: 'LedgerUnreachable', nonRetryable: false });
    expect(await hello.watermark(hello.id)).toBeNull();
    hub.seed.editIssue(hello.name, 1, { title: 'Changed meanwhile' });

    expect(await hello.sync({ after: first })).toMatchObject([{ outcome: 'complete' }]);

    expect(await hello.watermark(hello.id)).not.toBeNull();
    expect(await hello.numbers(hello.id)).toEqual(range(120));
    expect((await hello.issues(hello.id))[0]?.title).toBe('Changed meanwhile');
  });

  it('because it was cancelled begins nothing further', async () => {
    const hello = await world.repositoryWith(450);
    let pages = 0;
    const running = hello.attempt({
      onRequest: (operation) => {
        if (operation === 'ListIssues' && (pages += 1) === 2) running.environment.cancel();
      },
    });

    await expect(running.result).rejects.toMatchObject({ name: 'CancelledFailure' });

    expect(pages).toBe(2);
    expect(await hello.watermark(hello.id)).toBeNull();
  });
});
