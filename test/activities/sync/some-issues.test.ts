import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueWorkflowId } from '../../../src/workflows/protocol.ts';
import type { Bench } from '../support.ts';
import { range, startSyncWorld, type SyncWorld } from './support.ts';

let world: SyncWorld;
let hub: Bench['hub'];

beforeAll(async () => {
  world = await startSyncWorld();
  ({ hub } = world);
});
afterAll(() => world.cleanUp());

describe('a sync of numbers', () => {
  it('reads these issues and no others; a number that GitHub does not have is passed over', async () => {
    const hello = await world.repositoryWith(9);

    const results = await hello.sync({
      numbers: [
        [2, 3],
        [7, 7],
        [40, 41],
      ],
    });

    expect(results).toMatchObject([{ outcome: 'filtered', issues: { read: 3, added: 3 } }]);
    expect(await hello.numbers(hello.id)).toEqual([2, 3, 7]);
    expect(await hello.watermark(hello.id)).toBeNull();
    expect(await hello.sync()).toMatchObject([{ outcome: 'complete', issues: { added: 6 } }]);
  });

  it('reads what is known in one request, tells whoever lives, and leaves the rest for the next sync', async () => {
    const hello = await world.repositoryWith(9);
    await hello.sync();
    for (const number of [4, 5]) hub.seed.editIssue(hello.name, number, { title: 'Changed' });
    hello.live.add(issueWorkflowId(hello.name, 4));
    hello.live.add(issueWorkflowId(hello.name, 5));
    hello.requests();

    expect(await hello.sync({ numbers: [[4, 4]] })).toMatchObject([{ issues: { read: 1, changed: 1 } }]);

    expect(hello.requests()).toEqual(['LookAtRepositories', 'ReadIssuesById']);
    expect(hello.refreshed).toEqual([issueWorkflowId(hello.name, 4)]);
    await hello.sync();
    expect(hello.refreshed).toContain(issueWorkflowId(hello.name, 5));
  });

  it('asks nothing further where nothing is new', async () => {
    const hello = await world.repositoryWith(3);
    await hello.sync();
    hello.requests();

    expect(await hello.sync({ numbers: [[1, 2]] })).toMatchObject([{ outcome: 'unchanged' }]);

    expect(hello.requests()).toEqual(['LookAtRepositories']);
  });

  it('of a range that is mostly new lists the repository instead', async () => {
    const hello = await world.repositoryWith(60);

    expect(await hello.sync({ numbers: [[1, 1_000_000_000]] })).toMatchObject([{ outcome: 'complete' }]);

    expect(await hello.numbers(hello.id)).toEqual(range(60));
  });
});

describe('a rehearsal of a sync', () => {
  it('keeps what it reads and tells nobody; the next sync tells all of it', async () => {
    const hello = await world.repositoryWith(3);
    await hello.sync();
    const watermark = await hello.watermark(hello.id);
    hub.seed.editIssue(hello.name, 2, { title: 'Changed' });
    hello.live.add(issueWorkflowId(hello.name, 2));

    const results = await hello.sync({ isRehearsal: true });

    expect(results).toMatchObject([{ outcome: 'filtered', issues: { changed: 1 } }]);
    expect((await hello.issues(hello.id))[1]?.title).toBe('Changed');
    expect(hello.refreshed).toEqual([]);
    expect(await hello.watermark(hello.id)).toBe(watermark);
    await hello.sync();
    expect(hello.refreshed).toEqual([issueWorkflowId(hello.name, 2)]);
  });

  it('of a repository that was never synced reads all of it', async () => {
    const hello = await world.repositoryWith(3);

    await hello.sync({ isRehearsal: true });

    expect(await hello.numbers(hello.id)).toEqual([1, 2, 3]);
    expect(await hello.watermark(hello.id)).toBeNull();
  });
});
