import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SyncBeat } from '../../../src/activities/sync/attempt.ts';
import type { RepositoryEntry } from '../../../src/activities/sync/dependencies.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { issueWorkflowId } from '../../../src/workflows/protocol.ts';
import { type Bench, IDENTITY } from '../support.ts';
import { type SyncWorld, startSyncWorld } from './support.ts';

let world: SyncWorld;
let hub: Bench['hub'];
let ledger: Ledger;

beforeAll(async () => {
  world = await startSyncWorld();
  ({ hub, ledger } = world);
});
afterAll(() => world.cleanUp());

describe('a repository', () => {
  it('that was renamed keeps its issues, and is called by its new name', async () => {
    const hello = await world.repositoryWith(2);
    await hello.sync();
    hello.live.add(issueWorkflowId(hello.name, 1));
    const renamed = `renamed-${randomUUID().slice(0, 8)}`;
    hub.seed.renameRepository(hello.name, renamed);
    hub.seed.editIssue(`Octo/${renamed}`, 1, { title: 'After the rename' });

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
    const hello = await world.repositoryWith(1);
    await hello.sync();
    hub.seed.renameRepository(hello.name, `moved-${randomUUID().slice(0, 8)}`);
    await world.addRepository({ name: hello.name.split('/')[1] ?? '' });
    for (const title of ['Other', 'Things']) hub.seed.addIssue(hello.name, { title });

    await hello.sync();

    expect(await hello.issues(hello.id)).toMatchObject([{ number: 1, title: 'Issue 1' }]);
  });

  it('that is archived is said to be so', async () => {
    const hello = await world.repositoryWith(1);
    hub.seed.setRepository(hello.name, { isArchived: true });

    expect(await hello.sync()).toMatchObject([{ archived: true, outcome: 'complete', failure: null }]);
    expect(await ledger.repositories.find(hello.id)).toMatchObject({ archived: true });
  });

  it('that was added without asking GitHub is asked for once', async () => {
    const { id, name } = await world.addRepository();
    const nameless = world.together([{ id: null, name, priority: 3, active: true }]);
    const asked: string[] = [];

    await nameless.sync({ onRequest: (operation) => void asked.push(operation) });
    await nameless.sync({ onRequest: (operation) => void asked.push(operation) });

    expect(await ledger.repositories.find(name)).toMatchObject({ id });
    expect(asked.filter((operation) => operation === 'ReadRepository')).toHaveLength(1);
  });

  it('that the worker does not know is named, and the others are read', async () => {
    const hello = await world.repositoryWith(1);

    const results = await hello.sync({ names: ['octo/elsewhere', hello.name] });

    expect(results).toMatchObject([
      { repository: 'octo/elsewhere', outcome: 'failed', failure: { name: 'RepositoryNotConfigured' } },
      { repository: hello.name, outcome: 'complete' },
    ]);
  });

  it('that is missing, hidden or forbidden is named with the reason, and costs the others nothing', async () => {
    const hello = await world.repositoryWith(3);
    const hidden = await world.addRepository({ private: true });
    hub.seed.setPermission(hidden.name, IDENTITY, null);
    const missing: RepositoryEntry = { id: 'R_kgDOmissing', name: 'octo/missing', priority: 3, active: true };
    const nameless: RepositoryEntry = { id: null, name: 'octo/never-there', priority: 3, active: true };
    const all = world.together([missing, hidden.entry, nameless, hello.entry]);
    hub.resetRequests();

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
    expect(hub.requests).toHaveLength(3);
  });

  it('that is there again has no problem any more', async () => {
    const hidden = await world.addRepository({ private: true });
    const again = world.together([hidden.entry]);
    hub.seed.setPermission(hidden.name, IDENTITY, null);
    await again.sync();
    hub.seed.setPermission(hidden.name, IDENTITY, 'READ');

    expect(await again.sync()).toMatchObject([{ outcome: 'complete' }]);
    expect(await ledger.repositories.find(hidden.id)).toMatchObject({ problem: null });
  });
});

describe('many repositories', () => {
  it('are read no more than a few at a time', async () => {
    const entries: RepositoryEntry[] = [];
    for (let index = 0; index < 8; index += 1) entries.push((await world.repositoryWith(1)).entry);
    const many = world.together(entries);
    const open = new Set<string>();
    let most = 0;
    let meet = (): void => undefined;
    const met = new Promise<void>((resolve) => (meet = resolve));
    const store: Ledger['issues']['store'] = async (id, issues) => {
      open.add(id);
      most = Math.max(most, open.size);
      // However slow the machine is, the first waits for a second; a third has a moment to come.
      if (open.size === 2) meet();
      await met;
      await new Promise((resolve) => setTimeout(resolve, 10));
      open.delete(id);
      return ledger.issues.store(id, issues);
    };

    await many.sync({ deps: { syncParallelism: 2, ledger: { ...ledger, issues: { ...ledger.issues, store } } } });

    expect(most).toBe(2);
  });

  it('tell how far they are', async () => {
    const one = await world.repositoryWith(150);
    const two = await world.repositoryWith(50);
    const both = world.together([one.entry, two.entry]);
    const told: string[] = [];
    const running = both.attempt({ deps: { syncParallelism: 1 } });
    running.environment.on('heartbeat', ({ finished, read, total }: SyncBeat) => {
      const text = `${finished} of ${total}, ${read} issues`;
      // A beat comes every second, whether or not there is news.
      if (read > 0 && told.at(-1) !== text) told.push(text);
    });

    await running.result;

    expect(told).toEqual([
      '0 of 2, 100 issues',
      '0 of 2, 150 issues',
      '1 of 2, 150 issues',
      '1 of 2, 200 issues',
      '2 of 2, 200 issues',
    ]);
  });
});
