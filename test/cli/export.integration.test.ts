import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts';
import type { SyncedIssue } from '../../src/domain/issue.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { createProjection } from '../../src/projection/projection.ts';
import { projectedLedger } from '../../src/projection/projected-ledger.ts';
import { agentTaskQueue } from '../../src/workflows/protocol.ts';
import { anObservedIssue, aRepository, aSync, PLAN_TEXT } from '../domain/builders.ts';
import { filesBelow } from '../projection/support.ts';
import { testEnvironment } from '../setup/environment.ts';
import { createTestLedger, type TestLedger } from '../setup/ledger.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { fakeActivities } from '../workflows/support.ts';
import { ghw as runGhw, temporaryHome, type Ended } from './ghw.ts';

let server: TemporalForTest;
let database: TestLedger;
let plain: Ledger;
let home: Awaited<ReturnType<typeof temporaryHome>>;
let repository: string;
let repositoryId: string;
let taskQueue: string;
let root: string;
/** As workers have it: files follow. */
let ledger: Ledger;

beforeAll(async () => {
  [server, database] = await Promise.all([connectToTemporal(), createTestLedger()]);
  plain = await openLedger(database.url);
});
afterAll(async () => {
  await plain.close();
  await Promise.all([server.close(), database.remove()]);
});

beforeEach(async () => {
  home = await temporaryHome();
  const unique = randomUUID().slice(0, 8);
  repository = `Octo/hello-${unique}`;
  repositoryId = `R_${unique}`;
  taskQueue = `export-${unique}`;
  root = join(home.path, 'issues');
  const config = join(home.path, '.config', 'gh-worker', 'config.yaml');
  await mkdir(dirname(config), { recursive: true });
  const { temporalAddress, namespace } = testEnvironment();
  await writeFile(
    config,
    [
      `data_path: ${join(home.path, 'data')}`,
      `issues_path: ${root}`,
      `temporal: { address: '${temporalAddress}', namespace: ${namespace}, task_queue: ${taskQueue} }`,
      `repositories: [{ name: ${repository}, id: ${repositoryId} }]`,
    ].join('\n'),
  );
  ledger = projectedLedger(plain, {
    artifacts: createDirectoryStore(join(home.path, 'data', 'artifacts')),
    projection: createProjection({
      root,
      warn: (warning) => {
        throw warning;
      },
    }),
  });
  await ledger.repositories.mirror([{ id: repositoryId, name: repository, priority: 3, active: true }]);
});
afterEach(() => home.remove());

async function ghw(...args: string[]): Promise<Ended> {
  return runGhw(args, home.path, { DATABASE_URL: database.url, NO_COLOR: '1' });
}

function listed(number: number): SyncedIssue {
  const { title, url, state, author, labels, assignees, milestone, createdAt, updatedAt, closedAt } = anObservedIssue();
  return {
    ...{ id: `I_${String(number)}`, number, title, url, state, author, labels, assignees, milestone },
    ...{ createdAt, updatedAt, closedAt, body: `The text of ${String(number)}.` },
  };
}

async function synced(...numbers: number[]): Promise<void> {
  await ledger.issues.store(repositoryId, numbers.map(listed));
  await ledger.repositories.observe([{ id: repositoryId, problem: null, at: '2026-01-02T00:00:00.000Z' }]);
}

/** Runs `test` while workers have a plan for issue 42. */
async function withPlan<T>(test: () => Promise<T>): Promise<T> {
  let tell = (): void => undefined;
  const told = new Promise<void>((resolve) => (tell = resolve));
  const { calls: _calls, ...activities } = fakeActivities({
    syncIssue: () =>
      Promise.resolve(aSync({ repository: aRepository({ id: repositoryId, nameWithOwner: repository }) })),
    recordIssue: async (record) => {
      const isWhole = await ledger.issues.record(record);
      // The last news of a plan is where it was posted.
      if (record.progress.plan.commentUrl !== null) tell();
      return isWhole;
    },
  });
  const [workflows, agents] = await Promise.all([
    server.createWorker({ taskQueue, activities }),
    server.createWorker({ taskQueue: agentTaskQueue('feature', taskQueue), activities, workflowBundle: undefined }),
  ]);
  return workflows.runUntil(() =>
    agents.runUntil(async () => {
      expect(await ghw('issues', 'plan', `${repository}#42`)).toMatchObject({ code: 0 });
      await told;
      return test();
    }),
  );
}

async function contents(): Promise<Record<string, string>> {
  const names = await filesBelow(root);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(root, name), 'utf8')] as const)),
  );
}

describe('ghw issues export', () => {
  it('finds nothing to do where workers have written', async () => {
    await synced(41, 42, 43);
    await withPlan(async () => {
      const { code, stdout, stderr } = await ghw('issues', 'export', '--check');

      expect({ code, stderr, stdout }).toEqual({
        code: 0,
        stderr: '',
        stdout: `3 issues, 9 files: all right\nFiles: ${root}\n`,
      });
    });
  });

  it('brings everything back that was deleted', async () => {
    await synced(41, 42);
    await withPlan(async () => {
      const before = await contents();
      await rm(root, { recursive: true });

      const check = await ghw('issues', 'export', '--check');
      expect(check.code).toBe(1);
      expect(check.stdout).toContain('7 not right (7 missing). Put them right: ghw issues export');
      const { code, stdout } = await ghw('issues', 'export');

      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: `2 issues, 7 files: 7 written (7 missing)\nFiles: ${root}\n`,
      });
      expect(await contents()).toEqual(before);
      expect(Object.values(before)).toContain(PLAN_TEXT);
    });
  });

  it('reports and repairs what is broken, and leaves alone what is not ours', async () => {
    await synced(41, 42, 43);
    const folder = join(root, repository.toLowerCase());
    const before = await contents();
    await writeFile(join(folder, '41', 'description.md'), '');
    await writeFile(join(folder, '42', 'description.md'), '---\n[broken\n');
    await writeFile(join(folder, '42', '.updated-at'), 'yesterday');
    await rm(join(folder, '43', 'description.md'));
    await symlink('/etc/passwd', join(folder, '43', 'description.md'));
    await writeFile(join(folder, '43', 'notes.md'), 'mine');
    await writeFile(join(folder, '43', 'plan-2020.md'), 'left by an issue that nobody remembers');

    const check = await ghw('issues', 'export', repository, '--check', '--json');
    const { code, stdout } = await ghw('issues', 'export', repository);

    expect(check.code).toBe(1);
    expect(JSON.parse(check.stdout)).toMatchObject({
      check: true,
      issues: 3,
      off: [
        { number: 41, name: 'description.md', found: 'empty' },
        { number: 42, name: 'description.md', found: 'malformed' },
        { number: 42, name: '.updated-at', found: 'malformed' },
        { number: 43, name: 'description.md', found: 'misplaced' },
      ],
      unknown: [{ number: 43, name: 'plan-2020.md' }],
      failed: [],
    });
    expect(code).toBe(0);
    expect(stdout).toContain(`${repository}#42: description.md: broken\n`);
    expect(stdout).toContain(`${repository}#43: plan-2020.md: nothing is known of it; left alone\n`);
    const own = repository.toLowerCase();
    expect(await contents()).toEqual({
      ...before,
      [`${own}/43/notes.md`]: 'mine',
      [`${own}/43/plan-2020.md`]: 'left by an issue that nobody remembers',
    });
    expect((await ghw('issues', 'export', '--check')).code).toBe(0);
  });

  it('asks workflows for what the ledger has lost', async () => {
    ledger = { ...plain, issues: { ...plain.issues, record: () => Promise.resolve(true) } };
    await withPlan(async () => {
      const { code } = await ghw('issues', 'export', repository, '42');

      expect(code).toBe(0);
      expect(Object.values(await contents())).toContain(PLAN_TEXT);
    });
  });

  it('says on standard error that no worker answers, and writes what the ledger knows', async () => {
    await synced(41);
    await rm(root, { recursive: true });

    const { code, stdout, stderr } = await ghw('issues', 'export');

    expect(code).toBe(0);
    expect(stdout).toContain('1 issue, 3 files: 3 written');
    expect(stderr).toContain('No worker answers');
  });

  it('goes on with other issues where one cannot be written', async () => {
    await synced(41, 42);
    const own = join(root, repository.toLowerCase());
    await rm(join(own, '41'), { recursive: true });
    await writeFile(join(own, '41'), 'in the way');
    await rm(join(own, '42'), { recursive: true });

    const { code, stdout } = await ghw('issues', 'export');

    expect(code).toBe(1);
    expect(stdout).toContain('41 is no folder; nothing is written there.');
    expect(stdout).toContain('; 1 failed');
    expect(await filesBelow(join(own, '42'))).toEqual(['.updated-at', 'description.md']);
  });

  it.each([
    [['octo/hello', '0'], 2],
    [['../x', '1'], 2],
    [['not/configured'], 4],
  ])('refuses %j', async (words, code) => {
    expect(await ghw('issues', 'export', ...words)).toMatchObject({ code, stdout: '' });
  });

  it('says that an issue is unknown', async () => {
    await synced(41);

    const { code, stdout } = await ghw('issues', 'export', repository, '99');

    expect(code).toBe(1);
    expect(stdout).toContain(`${repository}#99 is neither in the ledger nor worked on.`);
  });
});
