import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RepositoryEntry } from '../../src/activities/sync/dependencies.ts';
import { GhwError } from '../../src/domain/errors.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { issueWorkflowId } from '../../src/workflows/protocol.ts';
import { startLedger } from './ledger-support.ts';
import { createBench, failureOf, IDENTITY, type Bench } from './support.ts';
import { type SyncBench, syncBench } from './sync-support.ts';

let bench: Bench;
let ledger: Ledger;
let stopLedger: () => Promise<void>;

beforeAll(async () => {
  bench = await createBench();
  ({ ledger, stop: stopLedger } = await startLedger());
});
afterEach(() => {
  bench.hub.clearFaults();
  bench.hub.setRateLimit(IDENTITY, { remaining: 5_000 });
});
afterAll(async () => {
  await stopLedger();
  await bench.cleanUp();
});

/** Long before now: what is updated at that time has settled. */
const LONG_AGO = Date.UTC(2026, 0, 1);

/** A time as GitHub writes it. */
function at(milliseconds: number): string {
  return `${new Date(LONG_AGO + milliseconds).toISOString().slice(0, 19)}Z`;
}

interface Repository extends SyncBench {
  readonly id: string;
  readonly name: string;
  readonly entry: RepositoryEntry;
  add(count: number, more?: { readonly labels?: readonly string[]; readonly assignees?: readonly string[] }): number[];
  /** Requests to GitHub since the last call, by operation. */
  requests(): readonly string[];
}

async function addRepository(
  more: { readonly private?: boolean; readonly name?: string } = {},
): Promise<{ readonly id: string; readonly name: string; readonly entry: RepositoryEntry }> {
  const { id, nameWithOwner: name } = await bench.hub.seed.addRepository({
    ...{ owner: 'Octo', name: more.name ?? `sync-${randomUUID().slice(0, 8)}`, private: more.private ?? false },
    permissions: { [IDENTITY]: 'WRITE' },
  });
  return { id, name, entry: { id, name, priority: 3, active: true } };
}

async function repositoryWith(count: number): Promise<Repository> {
  const repository = await addRepository();
  let created = 0;
  const add: Repository['add'] = (wanted, { labels = [], assignees = [] } = {}) =>
    Array.from({ length: wanted }, () => {
      created += 1;
      const createdAt = at(created * 1_000);
      const title = `Issue ${created}`;
      return bench.hub.seed.addIssue(repository.name, { title, body: `Text ${created}`, labels, assignees, createdAt })
        .number;
    });
  add(count);
  bench.hub.resetRequests();
  return {
    ...repository,
    ...syncBench(bench, ledger, [repository.entry]),
    add,
    requests: () => {
      const names = bench.hub.requests.map(({ operationName, path }) => operationName ?? path);
      bench.hub.resetRequests();
      return names;
    },
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

describe('the first sync of a repository', () => {
  it('stores every issue, open and closed, with its text', async () => {
    const hello = await repositoryWith(3);
    bench.hub.seed.closeIssue(hello.name, 2);

    const [result] = await hello.sync();

    expect(result).toEqual({
      repository: hello.name,
      renamedFrom: null,
      archived: false,
      outcome: 'complete',
      issues: { read: 3, added: 3, changed: 0, closed: 0, reopened: 0, gone: 0 },
      failure: null,
    });
    expect(await hello.issues(hello.id)).toMatchObject([
      { number: 1, state: 'open', title: 'Issue 1' },
      { number: 2, state: 'closed' },
      { number: 3, state: 'open' },
    ]);
    const body = await ledger.issues.body({ repositoryId: hello.id, repository: hello.name, number: 3 });
    expect(body).toBe('Text 3');
  });

  it('stores 2,500 issues, page by page', async () => {
    const big = await repositoryWith(2_500);

    const [result] = await big.sync();

    expect(result?.issues).toMatchObject({ read: 2_500, added: 2_500 });
    expect(await big.numbers(big.id)).toEqual(range(2_500));
    expect(big.requests()).toEqual(['LookAtRepositories', ...range(25).map(() => 'ListIssues')]);
  });

  it('notes how far it came: to the newest issue', async () => {
    const hello = await repositoryWith(3);

    await hello.sync();

    expect(await hello.watermark(hello.id)).toBe(at(3_000));
  });

  it('of an empty repository is complete, too', async () => {
    const empty = await repositoryWith(0);

    expect(await empty.sync()).toMatchObject([{ outcome: 'complete', issues: { read: 0 } }]);
    expect(await empty.sync()).toMatchObject([{ outcome: 'unchanged' }]);
  });
});

describe('a further sync', () => {
  it('asks for nothing more where nothing has changed', async () => {
    const hello = await repositoryWith(150);
    await hello.sync();
    hello.requests();

    const [result] = await hello.sync();

    expect(result).toMatchObject({ outcome: 'unchanged', issues: { read: 0 } });
    expect(hello.requests()).toEqual(['LookAtRepositories']);
  });

  it('of 100 repositories that have not changed takes 2 requests', async () => {
    const entries: RepositoryEntry[] = [];
    for (let index = 0; index < 100; index += 1) {
      const { name, entry } = await addRepository();
      bench.hub.seed.addIssue(name, { title: 'One', createdAt: at(0) });
      entries.push(entry);
    }
    const hundred = syncBench(bench, ledger, entries);
    await hundred.sync();
    bench.hub.resetRequests();

    const results = await hundred.sync();

    expect(results.map(({ outcome }) => outcome)).toEqual(entries.map(() => 'unchanged'));
    expect(bench.hub.requests).toHaveLength(2);
  });

  it('reads only what has changed since', async () => {
    const hello = await repositoryWith(250);
    await hello.sync();
    bench.hub.seed.editIssue(hello.name, 7, { body: 'Now clearer' });
    bench.hub.seed.closeIssue(hello.name, 8);
    hello.requests();

    const [result] = await hello.sync();

    // The newest issue of the sync before comes again: another one may have been updated in its second.
    expect(result?.issues).toEqual({ read: 3, added: 0, changed: 1, closed: 1, reopened: 0, gone: 0 });
    expect(hello.requests()).toEqual(['LookAtRepositories', 'ListIssues']);
    expect((await hello.issues(hello.id))[7]?.state).toBe('closed');
  });

  it('sees that an issue is open again', async () => {
    const hello = await repositoryWith(2);
    bench.hub.seed.closeIssue(hello.name, 1);
    await hello.sync();
    bench.hub.seed.reopenIssue(hello.name, 1);

    expect(await hello.sync()).toMatchObject([{ issues: { reopened: 1, closed: 0 } }]);
    expect((await hello.issues(hello.id))[0]).toMatchObject({ state: 'open', closedAt: null });
  });

  it('sees two updates of the same second, one before and one after the sync', async () => {
    const hello = await repositoryWith(1);
    const createdAt = bench.hub.clock.now();
    bench.hub.seed.addIssue(hello.name, { title: 'Before', createdAt });
    await hello.sync();

    // GitHub's times have whole seconds: nothing newer is to be seen, and the number of issues is what it was.
    bench.hub.seed.deleteIssue(hello.name, 1);
    bench.hub.seed.addIssue(hello.name, { title: 'After', createdAt });
    await hello.sync();

    expect(await hello.numbers(hello.id)).toEqual([2, 3]);
  });

  it('with --all reads everything again, and finds what no count betrays', async () => {
    const hello = await repositoryWith(120);
    await hello.sync();
    hello.requests();

    const [result] = await hello.sync({ anew: true });

    expect(result).toMatchObject({ outcome: 'complete', issues: { read: 120, added: 0, changed: 0 } });
    expect(hello.requests()).toEqual(['LookAtRepositories', 'ListIssues', 'ListIssues']);
  });
});

describe('what a filter leaves out', () => {
  it.each([
    { what: 'a label', filter: { labels: ['bug'] }, numbers: [4, 5, 6] },
    { what: 'no such label', filter: { notLabels: ['BUG'] }, numbers: [1, 2, 3, 7] },
    { what: 'a label and no other', filter: { labels: ['bug'], notLabels: ['wontfix'] }, numbers: [4, 5] },
    { what: 'an assignee', filter: { assignee: 'ana' }, numbers: [5] },
    { what: 'ourselves', filter: { assignee: '@me' }, numbers: [7] },
    { what: 'a state', filter: { state: 'closed' }, numbers: [1] },
    { what: 'a moment', filter: { since: at(60_000) }, numbers: [1] },
    { what: 'words', filter: { search: '"issue 3"' }, numbers: [3] },
    { what: 'words and a label', filter: { search: 'issue', labels: ['wontfix'] }, numbers: [6] },
  ] as const)('$what: is read by the next full sync', async ({ filter, numbers }) => {
    const hello = await repositoryWith(3);
    hello.add(1, { labels: ['bug'] });
    hello.add(1, { labels: ['bug'], assignees: ['ana'] });
    hello.add(1, { labels: ['bug', 'wontfix'] });
    hello.add(1, { assignees: [IDENTITY] });
    bench.hub.seed.closeIssue(hello.name, 1);

    const [filtered] = await hello.sync({ filter });

    expect(filtered).toMatchObject({ outcome: 'filtered', issues: { read: numbers.length, added: numbers.length } });
    expect(await hello.numbers(hello.id)).toEqual(numbers);
    expect(await hello.watermark(hello.id)).toBeNull();
    const [full] = await hello.sync();
    expect(full).toMatchObject({ outcome: 'complete', issues: { added: 7 - numbers.length } });
    expect(await hello.numbers(hello.id)).toEqual(range(7));
  });

  it('is read by the next full sync also where the repository had been read before', async () => {
    const hello = await repositoryWith(5);
    await hello.sync();
    const before = await hello.watermark(hello.id);
    bench.hub.seed.editIssue(hello.name, 2, { title: 'Not in the filter' });
    bench.hub.seed.setLabels(hello.name, 3, ['bug']);

    await hello.sync({ filter: { labels: ['bug'] } });

    expect(await hello.watermark(hello.id)).toBe(before);
    expect((await hello.issues(hello.id))[1]?.title).toBe('Issue 2');
    await hello.sync();
    expect((await hello.issues(hello.id))[1]?.title).toBe('Not in the filter');
  });

  it('is nothing where the ledger already has everything', async () => {
    const hello = await repositoryWith(5);
    await hello.sync();
    hello.requests();

    expect(await hello.sync({ filter: { labels: ['bug'] } })).toMatchObject([{ outcome: 'unchanged' }]);
    expect(hello.requests()).toEqual(['LookAtRepositories']);
  });

  it('is never decided by what people write', async () => {
    const hello = await repositoryWith(0);
    bench.hub.seed.addIssue(hello.name, { title: 'assignee:@me', body: `assignee: @me, ${IDENTITY}` });

    expect(await hello.sync({ filter: { assignee: '@me' } })).toMatchObject([{ issues: { read: 0 } }]);
  });
});

describe('one issue that was read alone', () => {
  it('is no reason to believe that the others are known', async () => {
    const hello = await repositoryWith(150);
    await ledger.repositories.mirror([{ ...hello.entry, id: hello.id }]);
    const { id } = bench.hub.repository(hello.name).issue(150);
    const newest = (await bench.github.issuesById([id])).get(id);
    await ledger.issues.store(hello.id, newest ? [newest] : []);
    expect(await hello.numbers(hello.id)).toEqual([150]);

    await hello.sync();

    expect(await hello.numbers(hello.id)).toEqual(range(150));
  });
});

describe('issues that change while they are listed', () => {
  it('are stored as they are at the end', async () => {
    const hello = await repositoryWith(250);
    let listings = 0;

    const [result] = await hello.sync({
      onRequest: (operation) => {
        if (operation !== 'ListIssues' || (listings += 1) !== 2) return;
        bench.hub.seed.editIssue(hello.name, 3, { title: 'Changed after its page' });
        bench.hub.seed.editIssue(hello.name, 240, { title: 'Changed before its page' });
        bench.hub.seed.addIssue(hello.name, { title: 'Opened meanwhile' });
        bench.hub.seed.deleteIssue(hello.name, 10);
      },
    });

    const stored = new Map((await hello.issues(hello.id)).map((issue) => [issue.number, issue]));
    expect(result?.outcome).toBe('complete');
    expect(stored.get(3)?.title).toBe('Changed after its page');
    expect(stored.get(240)?.title).toBe('Changed before its page');
    expect(stored.get(251)?.title).toBe('Opened meanwhile');
    await hello.sync();
    expect(await hello.numbers(hello.id)).toEqual(range(251).filter((number) => number !== 10));
  });
});

describe('issues that are gone', () => {
  it('are marked: deleted, or with the place that they were transferred to', async () => {
    const hello = await repositoryWith(5);
    const other = await addRepository();
    await hello.sync();
    bench.hub.seed.deleteIssue(hello.name, 2);
    const moved = bench.hub.seed.transferIssue(hello.name, 4, other.name);

    const [result] = await hello.sync();

    expect(result?.issues.gone).toBe(2);
    const stored = await hello.issues(hello.id);
    expect(stored.map(({ gone }) => gone)).toEqual([
      null,
      { how: 'deleted' },
      null,
      { how: 'transferred', to: { repository: other.name, number: moved.number } },
      null,
    ]);
    expect(await hello.sync()).toMatchObject([{ outcome: 'unchanged' }]);
  });

  it('are found where a new one has taken their place in the count', async () => {
    const hello = await repositoryWith(5);
    await hello.sync();
    bench.hub.seed.deleteIssue(hello.name, 2);
    hello.add(1);
    bench.hub.seed.editIssue(hello.name, 6, { title: 'New' });

    expect(await hello.sync()).toMatchObject([{ issues: { added: 1, gone: 1 } }]);
    expect(await hello.numbers(hello.id)).toEqual([1, 3, 4, 5, 6]);
  });

  it('are there again where they come back', async () => {
    const hello = await repositoryWith(2);
    const other = await addRepository();
    await hello.sync();
    const moved = bench.hub.seed.transferIssue(hello.name, 1, other.name);
    await hello.sync();
    bench.hub.seed.transferIssue(other.name, moved.number, hello.name);

    await hello.sync();

    expect(await hello.numbers(hello.id)).toEqual([2, 3]);
  });

  it('that arrive with an old date are found by their number', async () => {
    const hello = await repositoryWith(3);
    await hello.sync();
    // As a transfer would bring it, older than everything that is known.
    bench.hub.seed.addIssue(hello.name, { title: 'From afar', createdAt: '2020-01-01T00:00:00Z' });

    expect(await hello.sync()).toMatchObject([{ issues: { added: 1 } }]);
    expect((await hello.issues(hello.id))[3]?.title).toBe('From afar');
  });
});

describe('live issues', () => {
  it('are told to read their issue when it has changed, and no others', async () => {
    const hello = await repositoryWith(5);
    await hello.sync();
    for (const number of [1, 2, 3]) hello.live.add(issueWorkflowId(hello.name, number));
    bench.hub.seed.editIssue(hello.name, 2, { body: 'Other words' });
    bench.hub.seed.closeIssue(hello.name, 3);
    bench.hub.seed.closeIssue(hello.name, 4);

    await hello.sync();

    expect(hello.refreshed).toEqual([issueWorkflowId(hello.name, 2), issueWorkflowId(hello.name, 3)]);
  });

  it('are told that their issue is gone', async () => {
    const hello = await repositoryWith(2);
    await hello.sync();
    hello.live.add(issueWorkflowId(hello.name, 1));
    bench.hub.seed.deleteIssue(hello.name, 1);

    await hello.sync();

    expect(hello.refreshed).toEqual([issueWorkflowId(hello.name, 1)]);
  });

  it('are told also by the attempt after one that died between storing and telling', async () => {
    const hello = await repositoryWith(2);
    await hello.sync();
    hello.live.add(issueWorkflowId(hello.name, 2));
    bench.hub.seed.closeIssue(hello.name, 2);
    const died = hello.attempt({
      deps: { live: { ids: () => Promise.reject(new Error('killed')), refresh: () => Promise.resolve() } },
    });
    await failureOf(died.result);

    await hello.sync({ after: died });

    expect(hello.refreshed).toEqual([issueWorkflowId(hello.name, 2)]);
  });

  it('are asked for once, and only if something has changed', async () => {
    const one = await repositoryWith(1);
    const two = await repositoryWith(1);
    let asked = 0;
    const both = syncBench(bench, ledger, [one.entry, two.entry]);
    const ids = (): Promise<ReadonlySet<string>> => {
      asked += 1;
      return Promise.resolve(new Set());
    };
    const live = { ids, refresh: () => Promise.resolve() };

    await both.sync({ deps: { live } });
    await both.sync({ deps: { live } });

    expect(asked).toBe(1);
  });
});

describe('a repository', () => {
  it('that was renamed keeps its issues, and is called by its new name', async () => {
    const hello = await repositoryWith(2);
    await hello.sync();
    hello.live.add(issueWorkflowId(hello.name, 1));
    const renamed = `renamed-${randomUUID().slice(0, 8)}`;
    bench.hub.seed.renameRepository(hello.name, renamed);
    bench.hub.seed.editIssue(`Octo/${renamed}`, 1, { title: 'After the rename' });

    const [result] = await hello.sync();

    expect(result).toMatchObject({ repository: `Octo/${renamed}`, renamedFrom: hello.name, outcome: 'complete' });
    expect(await ledger.repositories.find(hello.id)).toMatchObject({
      name: hello.name,
      nameWithOwner: `Octo/${renamed}`,
    });
    expect(await hello.issues(hello.id)).toMatchObject([{ title: 'After the rename' }, { number: 2 }]);
    // Its workflows keep the name that they began with.
    expect(hello.refreshed).toEqual([issueWorkflowId(hello.name, 1)]);
  });

  it('whose old name another one has taken is not mixed up with it', async () => {
    const hello = await repositoryWith(1);
    await hello.sync();
    bench.hub.seed.renameRepository(hello.name, `moved-${randomUUID().slice(0, 8)}`);
    await addRepository({ name: hello.name.split('/')[1] ?? '' });
    for (const title of ['Other', 'Things']) bench.hub.seed.addIssue(hello.name, { title });

    await hello.sync();

    expect(await hello.issues(hello.id)).toMatchObject([{ number: 1, title: 'Issue 1' }]);
  });

  it('that is archived is said to be so', async () => {
    const hello = await repositoryWith(1);
    bench.hub.seed.setRepository(hello.name, { isArchived: true });

    expect(await hello.sync()).toMatchObject([{ archived: true, outcome: 'complete', failure: null }]);
    expect(await ledger.repositories.find(hello.id)).toMatchObject({ archived: true });
  });

  it('that was added without asking GitHub is asked for once', async () => {
    const { id, name } = await addRepository();
    const nameless = syncBench(bench, ledger, [{ id: null, name, priority: 3, active: true }]);
    const asked: string[] = [];

    await nameless.sync({ onRequest: (operation) => void asked.push(operation) });
    await nameless.sync({ onRequest: (operation) => void asked.push(operation) });

    expect(await ledger.repositories.find(name)).toMatchObject({ id });
    expect(asked.filter((operation) => operation === 'ReadRepository')).toHaveLength(1);
  });

  it('that the worker does not know is named, and the others are read', async () => {
    const hello = await repositoryWith(1);

    const results = await hello.sync({ names: ['octo/elsewhere', hello.name] });

    expect(results).toMatchObject([
      { repository: 'octo/elsewhere', outcome: 'failed', failure: { name: 'RepositoryNotConfigured' } },
      { repository: hello.name, outcome: 'complete' },
    ]);
  });

  it('that is missing, hidden or forbidden is named with the reason, and costs the others nothing', async () => {
    const hello = await repositoryWith(3);
    const hidden = await addRepository({ private: true });
    bench.hub.seed.setPermission(hidden.name, IDENTITY, null);
    const missing: RepositoryEntry = { id: 'R_kgDOmissing', name: 'octo/missing', priority: 3, active: true };
    const nameless: RepositoryEntry = { id: null, name: 'octo/never-there', priority: 3, active: true };
    const all = syncBench(bench, ledger, [missing, hidden.entry, nameless, hello.entry]);
    bench.hub.resetRequests();

    const results = await all.sync();

    expect(results).toMatchObject([
      { repository: 'octo/missing', outcome: 'failed', failure: { name: 'GitHubNotFound' } },
      { repository: hidden.name, outcome: 'failed', failure: { name: 'GitHubNotFound' } },
      { repository: 'octo/never-there', outcome: 'failed', failure: { name: 'GitHubNotFound' } },
      { repository: hello.name, outcome: 'complete', issues: { added: 3 } },
    ]);
    expect(results[0]?.failure?.message).toContain('octo/missing');
    expect((await ledger.repositories.find('R_kgDOmissing'))?.problem).toContain('octo/missing');
    // One look at all that have an id, one by name, one list: nothing is asked twice.
    expect(bench.hub.requests).toHaveLength(3);
  });

  it('that is there again has no problem any more', async () => {
    const hidden = await addRepository({ private: true });
    const again = syncBench(bench, ledger, [hidden.entry]);
    bench.hub.seed.setPermission(hidden.name, IDENTITY, null);
    await again.sync();
    bench.hub.seed.setPermission(hidden.name, IDENTITY, 'READ');

    expect(await again.sync()).toMatchObject([{ outcome: 'complete' }]);
    expect(await ledger.repositories.find(hidden.id)).toMatchObject({ problem: null });
  });
});

describe('an attempt that ends early', () => {
  it('leaves the watermark, and the next one goes on where it got to', async () => {
    const hello = await repositoryWith(450);
    const asked: string[] = [];
    const first = hello.attempt({
      onRequest: (operation) => {
        asked.push(operation);
        if (asked.length === 4) bench.hub.fault({ match: 'ListIssues', status: 403, headers: { 'retry-after': '7' } });
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
    const one = await repositoryWith(2);
    const two = await repositoryWith(2);
    const both = syncBench(bench, ledger, [one.entry, two.entry]);
    bench.hub.fault({ match: ({ variables }) => variables.repositoryId === two.id, status: 502, times: Infinity });
    const first = both.attempt();
    expect(await failureOf(first.result)).toMatchObject({ type: 'GitHubUnavailable', nonRetryable: false });
    bench.hub.clearFaults();
    bench.hub.resetRequests();

    const results = await both.sync({ after: first });

    expect(results).toMatchObject([
      { repository: one.name, outcome: 'complete', issues: { added: 2 } },
      { repository: two.name, outcome: 'complete', issues: { added: 2 } },
    ]);
    expect(bench.hub.requests.map(({ variables }) => variables.ids ?? variables.repositoryId)).toEqual([
      [two.id],
      two.id,
    ]);
  });

  it('asks GitHub nothing more once its limit is reached', async () => {
    const entries = [];
    for (let index = 0; index < 20; index += 1) {
      const { name, entry } = await addRepository();
      bench.hub.seed.addIssue(name, { title: 'One' });
      entries.push(entry);
    }
    const many = syncBench(bench, ledger, entries);
    bench.hub.setRateLimit(IDENTITY, { remaining: 9 });
    bench.hub.resetRequests();

    const first = many.attempt();
    expect(await failureOf(first.result)).toMatchObject({ type: 'GitHubRateLimited' });

    expect(bench.hub.requests.length).toBeLessThan(10);
    bench.hub.setRateLimit(IDENTITY, { remaining: 5_000 });
    const results = await many.sync({ after: first });
    expect(results.map(({ issues }) => issues.added)).toEqual(entries.map(() => 1));
  });

  it('is reported instead of tried again when it was the last', async () => {
    const one = await repositoryWith(2);
    const two = await repositoryWith(2);
    const both = syncBench(bench, ledger, [one.entry, two.entry]);
    bench.hub.fault({ match: ({ variables }) => variables.repositoryId === two.id, status: 502, times: Infinity });

    const results = await both.sync({ info: { attempt: 3, retryPolicy: { maximumAttempts: 3 } } });

    expect(results).toMatchObject([
      { outcome: 'complete' },
      { repository: two.name, outcome: 'failed', failure: { name: 'GitHubUnavailable' } },
    ]);
    expect((await ledger.repositories.find(two.id))?.problem).toContain(two.name);
  });

  it('between storing and the watermark has lost nothing', async () => {
    const hello = await repositoryWith(120);
    const repositories: Ledger['repositories'] = {
      ...ledger.repositories,
      moveWatermark: () => Promise.reject(new GhwError('LedgerUnreachable', 'The connection broke.')),
    };
    const first = hello.attempt({ deps: { ledger: { ...ledger, repositories } } });
    expect(await failureOf(first.result)).toMatchObject({ type: 'LedgerUnreachable', nonRetryable: false });
    expect(await hello.watermark(hello.id)).toBeNull();
    bench.hub.seed.editIssue(hello.name, 1, { title: 'Changed meanwhile' });

    expect(await hello.sync({ after: first })).toMatchObject([{ outcome: 'complete' }]);

    expect(await hello.watermark(hello.id)).not.toBeNull();
    expect(await hello.numbers(hello.id)).toEqual(range(120));
    expect((await hello.issues(hello.id))[0]?.title).toBe('Changed meanwhile');
  });

  it('because it was cancelled begins nothing further', async () => {
    const hello = await repositoryWith(450);
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

describe('two syncs at once', () => {
  it('come to the same as one', async () => {
    const hello = await repositoryWith(350);

    const results = await Promise.all([hello.sync(), hello.sync()]);

    expect(results.flat().map(({ outcome }) => outcome)).toEqual(['complete', 'complete']);
    expect(await hello.numbers(hello.id)).toEqual(range(350));
    expect(await hello.watermark(hello.id)).toBe(at(350_000));
  });

  it('never move the watermark back', async () => {
    const hello = await repositoryWith(5);
    await hello.sync();
    const slow = hello.attempt({
      onRequest: async (operation) => {
        if (operation === 'ListIssues') await fast;
      },
      anew: true,
    });
    hello.add(2);
    const fast = hello.sync();

    await Promise.all([fast, slow.result]);

    expect(await hello.watermark(hello.id)).toBe(at(7_000));
    expect(await hello.sync()).toMatchObject([{ outcome: 'unchanged' }]);
  });
});

describe('many repositories', () => {
  it('are read no more than a few at a time', async () => {
    const entries: RepositoryEntry[] = [];
    for (let index = 0; index < 8; index += 1) entries.push((await repositoryWith(1)).entry);
    const many = syncBench(bench, ledger, entries);
    const open = new Set<string>();
    let most = 0;
    const store: Ledger['issues']['store'] = async (id, issues) => {
      open.add(id);
      most = Math.max(most, open.size);
      await new Promise((resolve) => setTimeout(resolve, 10));
      open.delete(id);
      return ledger.issues.store(id, issues);
    };

    await many.sync({ deps: { syncParallelism: 2, ledger: { ...ledger, issues: { ...ledger.issues, store } } } });

    expect(most).toBe(2);
  });

  it('tell how far they are', async () => {
    const one = await repositoryWith(150);
    const two = await repositoryWith(50);
    const both = syncBench(bench, ledger, [one.entry, two.entry]);
    const beats: { finished: number; read: number; total: number }[] = [];
    const running = both.attempt({ deps: { syncParallelism: 1 } });
    running.environment.on('heartbeat', (beat: (typeof beats)[number]) => beats.push(beat));

    await running.result;

    expect(beats.map(({ finished, read, total }) => [finished, read, total])).toEqual([
      [0, 100, 2],
      [0, 150, 2],
      [1, 150, 2],
      [1, 200, 2],
      [2, 200, 2],
    ]);
  });
});
