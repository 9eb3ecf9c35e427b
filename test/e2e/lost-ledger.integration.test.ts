import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { startSync } from '../../src/client/sync.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { isOpened, planAndApprove, tell } from './killed-support.ts';
import { setScene, type Scene } from './support.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

async function syncAll(): Promise<void> {
  const { config } = await loadConfig({ path: scene.configPath, env: scene.env });
  const repositories = [{ repository: scene.repository, repositoryId: null }];
  const started = await startSync(scene.temporal, config.temporal.task_queue, {
    repositories,
    filter: null,
    anew: false,
  });
  await started.result({ signal: new AbortController().signal, onProgress: () => undefined });
}

async function withLedger<T>(ask: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openLedger(scene.env.DATABASE_URL ?? '');
  try {
    return await ask(ledger);
  } finally {
    await ledger.close();
  }
}

/** What the ledger knows of the scene's issue. */
async function known() {
  return withLedger(async ({ audit, issues, runs }) => {
    const { repository, number } = scene.issue;
    const address = { repositoryId: null, repository, number };
    const entries = await audit.list({ entityType: 'issue', entityId: `${repository}#${String(number)}` });
    return {
      state: (await issues.find(address))?.progress?.implementationState,
      plans: await issues.plans(address),
      runs: await runs.list({ issue: address }),
      audit: entries.filter(({ door }) => door === 'cli').map(({ action, at, by }) => ({ action, at, by })),
    };
  });
}

async function until<T>(look: () => Promise<T>, wanted: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (wanted(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

it('files and ledger that were lost are there again after the next sync, as far as an issue is live', async () => {
  const files = join(scene.directory, 'data', 'issues');
  const first = await scene.startWorker();
  await syncAll();
  await planAndApprove(scene);
  await tell(scene, 'implement');
  await scene.until(isOpened);
  const before = await until(known, ({ state }) => state === 'pr_opened');
  const filesBefore = await until(
    () => readdir(files, { recursive: true }),
    (names) => names.some((name) => name.endsWith('.yaml')),
  );
  await first.stop();

  await rm(files, { recursive: true });
  const client = new pg.Client({ connectionString: scene.env.DATABASE_URL });
  await client.connect();
  await client.query('DROP SCHEMA ghw CASCADE');
  await client.end();
  await scene.startWorker();
  await syncAll();

  const after = await until(known, ({ plans, state }) => state === 'pr_opened' && plans.length > 0);
  expect(after).toEqual(before);
  const filesAfter = await until(
    () => readdir(files, { recursive: true }).catch(() => []),
    (names) => names.length >= filesBefore.length,
  );
  expect(filesAfter.sort()).toEqual(filesBefore.sort());
});
