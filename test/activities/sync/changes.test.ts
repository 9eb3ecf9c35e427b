import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveIssues } from '../../../src/activities/sync/dependencies.ts';
import type { IssueOutcome } from '../../../src/domain/issue-state.ts';
import { pendingRecord } from '../../../src/domain/record.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { issueWorkflowId } from '../../../src/workflows/protocol.ts';
import { issueThat } from '../../domain/builders.ts';
import { type Bench, failureOf } from '../support.ts';
import { type SyncedRepository, type SyncWorld, startSyncWorld, range } from './support.ts';

let world: SyncWorld;
let hub: Bench['hub'];
let ledger: Ledger;

beforeAll(async () => {
  world = await startSyncWorld();
  ({ hub, ledger } = world);
});
afterAll(() => world.cleanUp());

describe('issues that change while they are listed', () => {
  it('are stored as they are at the end', async () => {
    const hello = await world.repositoryWith(250);
    let listings = 0;

    const [result] = await hello.sync({
      onRequest: (operation) => {
        if (operation !== 'ListIssues' || (listings += 1) !== 2) return;
        hub.seed.editIssue(hello.name, 3, { title: 'Changed after its page' });
        hub.seed.editIssue(hello.name, 240, { title: 'Changed before its page' });
        hub.seed.addIssue(hello.name, { title: 'Opened meanwhile' });
        hub.seed.deleteIssue(hello.name, 10);
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
    const hello = await world.repositoryWith(5);
    const other = await world.addRepository();
    await hello.sync();
    hub.seed.deleteIssue(hello.name, 2);
    const moved = hub.seed.transferIssue(hello.name, 4, other.name);

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
    const hello = await world.repositoryWith(5);
    await hello.sync();
    hub.seed.deleteIssue(hello.name, 2);
    hello.add(1);
    hub.seed.editIssue(hello.name, 6, { title: 'New' });

    expect(await hello.sync()).toMatchObject([{ issues: { added: 1, gone: 1 } }]);
    expect(await hello.numbers(hello.id)).toEqual([1, 3, 4, 5, 6]);
  });

  it('are there again where they come back', async () => {
    const hello = await world.repositoryWith(2);
    const other = await world.addRepository();
    await hello.sync();
    const moved = hub.seed.transferIssue(hello.name, 1, other.name);
    await hello.sync();
    hub.seed.transferIssue(other.name, moved.number, hello.name);

    await hello.sync();

    expect(await hello.numbers(hello.id)).toEqual([2, 3]);
  });

  it('that arrive with an old date are found by their number', async () => {
    const hello = await world.repositoryWith(3);
    await hello.sync();
    // As a transfer would bring it, older than everything that is known.
    hub.seed.addIssue(hello.name, { title: 'From afar', createdAt: '2020-01-01T00:00:00Z' });

    expect(await hello.sync()).toMatchObject([{ issues: { added: 1 } }]);
    expect((await hello.issues(hello.id))[3]?.title).toBe('From afar');
  });
});

/** No issue lives. */
const nobody: LiveIssues = {
  ids: () => Promise.resolve(new Set<string>()),
  refresh: () => Promise.resolve({ seen: Promise.resolve() }),
  begin: () => Promise.resolve(),
};

describe('live issues', () => {
  it('are told to read their issue when it has changed, and no others', async () => {
    const hello = await world.repositoryWith(5);
    await hello.sync();
    for (const number of [1, 2, 3]) hello.live.add(issueWorkflowId(hello.name, number));
    hub.seed.editIssue(hello.name, 2, { body: 'Other words' });
    hub.seed.closeIssue(hello.name, 3);
    hub.seed.closeIssue(hello.name, 4);

    await hello.sync();

    expect(hello.refreshed).toEqual([issueWorkflowId(hello.name, 2), issueWorkflowId(hello.name, 3)]);
  });

  it('are told that their issue is gone', async () => {
    const hello = await world.repositoryWith(2);
    await hello.sync();
    hello.live.add(issueWorkflowId(hello.name, 1));
    hub.seed.deleteIssue(hello.name, 1);

    await hello.sync();

    expect(hello.refreshed).toEqual([issueWorkflowId(hello.name, 1)]);
  });

  it('are told also by the attempt after one that died between storing and telling', async () => {
    const hello = await world.repositoryWith(2);
    await hello.sync();
    hello.live.add(issueWorkflowId(hello.name, 2));
    hub.seed.closeIssue(hello.name, 2);
    const died = hello.attempt({
      deps: { live: { ...nobody, ids: () => Promise.reject(new Error('killed')) } },
    });
    await failureOf(died.result);

    await hello.sync({ after: died });

    expect(hello.refreshed).toEqual([issueWorkflowId(hello.name, 2)]);
  });

  it('are asked for once, and only if something has changed', async () => {
    const one = await world.repositoryWith(1);
    const two = await world.repositoryWith(1);
    let asked = 0;
    const both = world.together([one.entry, two.entry]);
    const ids = (): Promise<ReadonlySet<string>> => {
      asked += 1;
      return Promise.resolve(new Set());
    };
    const live = { ...nobody, ids };

    await both.sync({ deps: { live } });
    await both.sync({ deps: { live } });

    expect(asked).toBe(1);
  });
});

describe('an issue that is open again', () => {
  /** A repository with an issue whose workflow ended like that, as the ledger remembers it; then GitHub has it closed. */
  async function worked(outcome: IssueOutcome): Promise<SyncedRepository> {
    const hello = await world.repositoryWith(1);
    await hello.sync();
    hub.seed.closeIssue(hello.name, 1);
    await hello.sync();
    const { record } = pendingRecord(issueThat.hasPlan()) ?? {};
    const [listed] = await hello.issues(hello.id);
    if (record === undefined || listed === undefined) throw new Error('There is nothing to record.');
    await ledger.issues.record({
      ...{ ...record, listed, plans: [], runs: [], audit: [] },
      issue: { repository: hello.name, repositoryId: hello.id, number: 1 },
      progress: { ...record.progress, outcome },
      ...{ workflowId: issueWorkflowId(hello.name, 1), execution: randomUUID(), at: hub.clock.now() },
    });
    hub.seed.reopenIssue(hello.name, 1);
    return hello;
  }

  it.each([
    { outcome: 'closed', begins: true },
    { outcome: 'merged', begins: true },
    { outcome: 'cancelled', begins: false },
  ] as const)('lives anew if its workflow ended because it was $outcome: $begins', async ({ outcome, begins }) => {
    const hello = await worked(outcome);

    await hello.sync();

    expect(hello.begun).toEqual(begins ? [issueWorkflowId(hello.name, 1)] : []);
  });

  it('stays as it is if nobody worked on it', async () => {
    const hello = await world.repositoryWith(1);
    hub.seed.closeIssue(hello.name, 1);
    await hello.sync();
    hub.seed.reopenIssue(hello.name, 1);

    await hello.sync();

    expect(hello.begun).toEqual([]);
  });

  it('lives anew also if the attempt that stored it died before', async () => {
    const hello = await worked('closed');
    const died = hello.attempt({ deps: { live: { ...nobody, begin: () => Promise.reject(new Error('killed')) } } });
    await failureOf(died.result);

    await hello.sync({ after: died });

    expect(hello.begun).toEqual([issueWorkflowId(hello.name, 1)]);
  });
});
