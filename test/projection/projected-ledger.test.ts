import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts';
import type { ArtifactStore } from '../../src/artifacts/store.ts';
import type { GhwError } from '../../src/domain/errors.ts';
import type { IssueRecord } from '../../src/domain/issue-record.ts';
import { pendingRecord } from '../../src/domain/record.ts';
import type { IssueState } from '../../src/domain/issue-state.ts';
import type { SyncedIssue } from '../../src/domain/issue.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { projectedLedger } from '../../src/projection/projected-ledger.ts';
import { createProjection } from '../../src/projection/projection.ts';
import { startLedger } from '../activities/ledger-support.ts';
import { anObservedIssue, issueThat, NOW, PLAN_TEXT } from '../domain/builders.ts';
import { filesBelow, temporaryFolder } from './support.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let running: Awaited<ReturnType<typeof startLedger>>;
let artifacts: ArtifactStore;
let ledger: Ledger;
let warnings: GhwError[];
let count = 0;
let id: string;
let name: string;

beforeAll(async () => {
  running = await startLedger();
});
afterAll(() => running.stop());

beforeEach(async () => {
  folder = await temporaryFolder();
  // One ledger for all, a repository for each.
  count += 1;
  id = `R_${String(count)}`;
  name = `octo/hello-${String(count)}`;
  warnings = [];
  artifacts = createDirectoryStore(join(folder.path, 'artifacts'));
  const root = join(folder.path, 'issues');
  const projection = createProjection({ root, warn: (warning) => warnings.push(warning) });
  ledger = projectedLedger(running.ledger, { artifacts, projection });
  await ledger.repositories.mirror([{ id, name, priority: 3, active: true }]);
});
afterEach(() => folder.remove());

function read(path: string): Promise<string> {
  return readFile(join(folder.path, 'issues', name, path), 'utf8');
}

function listed(over: Partial<SyncedIssue> = {}): SyncedIssue {
  const {
    id: nodeId,
    number,
    title,
    url,
    state,
    author,
    labels,
    assignees,
    milestone,
    createdAt,
    updatedAt,
    closedAt,
  } = anObservedIssue();
  return {
    ...{ id: nodeId, number, title, url, state, author, labels, assignees, milestone, createdAt, updatedAt, closedAt },
    body: 'From the listing.',
    ...over,
  };
}

function recordOf(state: IssueState, over: Partial<IssueRecord> = {}): IssueRecord {
  const pending = pendingRecord(state);
  if (pending === null) throw new Error('There is nothing to record.');
  const issue = { repository: name, repositoryId: id, number: 42 };
  return { ...pending.record, issue, workflowId: `issue:${name}#42`, execution: 'run-1', at: NOW, ...over };
}

describe('the files of a repository that was synced', () => {
  it('show every issue and until when the repository is known', async () => {
    await ledger.issues.store(id, [listed(), listed({ id: 'I_43', number: 43 })]);
    await ledger.repositories.observe([{ id, nameWithOwner: name, problem: null, at: NOW }]);

    expect(await filesBelow(join(folder.path, 'issues', name))).toEqual([
      '.updated-at',
      '42/.updated-at',
      '42/description.md',
      '43/.updated-at',
      '43/description.md',
    ]);
    expect(await read('42/description.md')).toContain('From the listing.');
    expect(await read('.updated-at')).toBe(`${NOW}\n`);
  });

  it('say where an issue went', async () => {
    await ledger.issues.store(id, [listed()]);
    await ledger.issues.markGone(id, 42, { how: 'deleted' });

    expect(await read('42/description.md')).toContain('state: deleted');
  });

  it('stay in their folder when the repository gets another name', async () => {
    await ledger.repositories.observe([{ id, nameWithOwner: 'Octo/Renamed', problem: null, at: NOW }]);
    await ledger.issues.store(id, [listed()]);

    expect(await read('42/description.md')).toContain('repository: Octo/Renamed');
  });

  it('keep the plan when a listing shows the issue again', async () => {
    await ledger.issues.record(recordOf(issueThat.hasPlan()));
    await ledger.issues.store(id, [listed({ title: 'Greet nicely', updatedAt: '2026-02-01T00:00:00Z' })]);

    expect(await read('42/description.md')).toContain('title: Greet nicely');
    expect(await filesBelow(join(folder.path, 'issues', name))).toHaveLength(4);
  });
});

describe('the files of an issue that is worked on', () => {
  it('follow what its workflow tells, with text and comments as it read them', async () => {
    const comment = { author: 'ben', body: 'Me too.', createdAt: NOW, url: 'https://example.test/c' };
    const kept = { body: 'From the issue.', updatedAt: '2026-01-02T00:00:00Z', comments: [comment] };
    const snapshot = await artifacts.put(JSON.stringify(kept));
    const record = recordOf(issueThat.hasPlan());

    await ledger.issues.record({ ...record, progress: { ...record.progress, snapshot } });

    expect(await read('42/description.md')).toMatch(/From the issue\.[\s\S]*Me too\./);
    const [plan = ''] = (await filesBelow(join(folder.path, 'issues', name))).filter((path) =>
      path.startsWith('42/plan-'),
    );
    expect(await read(plan)).toBe(PLAN_TEXT);
  });

  it('show what a listing saw, if that is newer', async () => {
    const kept = { body: 'Old.', updatedAt: '2026-01-01T00:00:00Z', comments: [] };
    const snapshot = await artifacts.put(JSON.stringify(kept));
    const record = recordOf(issueThat.hasPlan());
    await ledger.issues.record({ ...record, progress: { ...record.progress, snapshot } });

    await ledger.issues.store(id, [listed({ updatedAt: '2026-02-01T00:00:00Z' })]);

    expect(await read('42/description.md')).toContain('From the listing.');
  });
});

describe('files that cannot be written', () => {
  it('are warned of, and the ledger has what it was told', async () => {
    await writeFile(join(folder.path, 'issues'), 'in the way');

    await ledger.issues.store(id, [listed(), listed({ id: 'I_43', number: 43 })]);

    expect(warnings).toHaveLength(1);
    expect(await ledger.issues.known(id)).toHaveLength(2);
  });
});
