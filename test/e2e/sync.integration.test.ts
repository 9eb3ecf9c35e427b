import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type StartedSync, startSync } from '../../src/client/sync.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { RepositorySyncResult, SyncFilter } from '../../src/domain/selection.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { setScene, type Scene } from './support.ts';
import { startWorkerProcess } from './worker-process.ts';

let scene: Scene;
let ledger: Ledger;

beforeEach(async () => {
  scene = await setScene();
  ledger = await openLedger(scene.env.DATABASE_URL ?? '');
});
afterEach(async () => {
  await ledger.close();
  await scene.close();
});

async function start(filter: SyncFilter | null = null): Promise<StartedSync> {
  const { config } = await loadConfig({ path: scene.configPath, env: scene.env });
  return startSync(scene.temporal, config.temporal.task_queue, {
    repositories: [{ repository: scene.repository, repositoryId: null }],
    filter,
    anew: false,
  });
}

async function sync(): Promise<readonly RepositorySyncResult[]> {
  const started = await start();
  const waiting = { signal: new AbortController().signal, onProgress: () => undefined };
  return (await started.result(waiting)).repositories;
}

async function stored(): Promise<readonly number[]> {
  const repository = await ledger.repositories.find(scene.repository);
  const issues = await ledger.issues.list({ repositoryIds: [repository?.id ?? ''], state: 'all' });
  return issues.map(({ number }) => number).sort((a, b) => a - b);
}

function addIssues(count: number): void {
  for (let index = 0; index < count; index += 1) {
    const createdAt = new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString();
    scene.github.seed.addIssue(scene.repository, { title: `Issue ${index}`, createdAt });
  }
}

/** How often a page of issues was asked for. */
function pages(): number {
  return scene.github.requests.filter(({ operationName }) => operationName === 'ListIssues').length;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

describe('ghw issues sync', () => {
  it('reads issues into the ledger and begins no work; a live issue hears that it has changed', async () => {
    addIssues(2);
    await scene.startWorker();

    expect(await sync()).toMatchObject([{ repository: scene.repository, outcome: 'complete', issues: { added: 3 } }]);

    expect(await stored()).toEqual([1, 2, 3]);
    await expect(scene.client.state(scene.issue)).rejects.toMatchObject({ name: 'IssueNotTracked' });
    await scene.client.sync(scene.issue);
    await scene.client.sync({ ...scene.issue, number: 2 });
    scene.github.seed.closeIssue(scene.repository, scene.issue.number);
    await sync();
    expect(await scene.until(({ outcome }) => outcome !== null)).toMatchObject({ outcome: 'closed' });
    expect(await scene.client.state({ ...scene.issue, number: 2 })).toMatchObject({ outcome: null });
  });

  it('begins the life of an issue anew that is open again', async () => {
    await scene.startWorker();
    await scene.client.sync(scene.issue);
    scene.github.seed.closeIssue(scene.repository, scene.issue.number);
    await sync();
    const told = async (): Promise<string | null> => (await ledger.issues.find(scene.issue))?.progress?.outcome ?? null;
    await untilTrue(async () => (await told()) === 'closed');
    scene.github.seed.reopenIssue(scene.repository, scene.issue.number);

    expect(await sync()).toMatchObject([{ issues: { reopened: 1 } }]);

    expect(await scene.until(({ outcome }) => outcome === null)).toMatchObject({ outcome: null });
    await untilTrue(async () => (await told()) === null);
  });

  it('reads everything also after one issue was read by its number', async () => {
    addIssues(149);
    await scene.startWorker();
    const newest = { ...scene.issue, number: 150 };
    await scene.client.sync(newest);
    await untilTrue(async () => (await stored()).length > 0);
    expect(await stored()).toEqual([150]);
    expect((await ledger.repositories.find(scene.repository))?.watermark ?? null).toBeNull();

    await sync();

    expect(await stored()).toEqual(upTo(150));
    expect(await ledger.issues.body(newest)).not.toBeNull();
    await scene.client.handle(newest).terminate('test over');
  });

  it('loses nothing when its worker is killed in the middle, and does not begin anew', async () => {
    addIssues(449);
    const first = await startWorkerProcess(scene);
    // The third page never comes: by then two are stored, and the watermark has not moved.
    const stuck = scene.github.fault({ match: ({ variables }) => 'size' in variables && pages() > 2, hang: true });
    const started = await start();
    let read = 0;
    const result = started.result({
      signal: new AbortController().signal,
      onProgress: ({ progress }) => (read = progress?.read ?? read),
    });
    await untilTrue(() => Promise.resolve(stuck.hits > 0 && read === 200));
    await first.kill('SIGKILL');
    expect(await stored()).toHaveLength(200);
    expect(await ledger.repositories.find(scene.repository)).toMatchObject({ watermark: null });
    scene.github.clearFaults();
    scene.github.resetRequests();

    await startWorkerProcess(scene);

    expect((await result).repositories).toMatchObject([{ outcome: 'complete', issues: { added: 450 } }]);
    expect(await stored()).toEqual(upTo(450));
    expect((await ledger.repositories.find(scene.repository))?.watermark).not.toBeNull();
    // Of five pages the first two are not asked for again.
    expect(pages()).toBe(3);
  });

  it('can be cancelled; what was read stays', async () => {
    addIssues(1_499);
    await scene.startWorker();
    // A worker hears of a cancellation with the answer to a heartbeat: long before the last of fifteen pages.
    const isLater = ({ variables }: { variables: object }): boolean => 'size' in variables && pages() > 2;
    scene.github.fault({ match: isLater, delayMs: 3_000, times: Infinity });
    const started = await start();
    const result = started.result({ signal: new AbortController().signal, onProgress: () => undefined });
    result.catch(() => undefined);
    await untilTrue(async () => (await stored()).length > 0);

    await started.cancel();

    await expect(result).rejects.toMatchObject({ message: expect.stringContaining('broke off') });
    expect((await ledger.repositories.find(scene.repository))?.watermark).toBeNull();
    scene.github.clearFaults();
    expect(await sync()).toMatchObject([{ outcome: 'complete' }]);
    expect(await stored()).toEqual(upTo(1_500));
  });
});

async function untilTrue(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 50));
}
