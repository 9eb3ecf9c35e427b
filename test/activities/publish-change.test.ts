import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MainActivities, PublishChangeInput } from '../../src/activities/types.ts';
import type { Change } from '../../src/domain/change.ts';
import { checkpointRef, issueBranch } from '../../src/domain/implementation.ts';
import { createWorkspaces } from '../../src/workspace/workspaces.ts';
import { writeFiles, type Files } from '../workspace/support.ts';
import {
  author,
  createBench,
  failureOf,
  IDENTITY,
  mainActivities,
  publisherOf,
  TOKEN,
  type Bench,
  type Place,
} from './support.ts';

let bench: Bench;
let activities: MainActivities;
let removeHook: (() => void) | undefined;

beforeAll(async () => {
  bench = await createBench();
  activities = mainActivities(bench);
});
afterEach(() => {
  removeHook?.();
  bench.hub.clearFaults();
});
afterAll(() => bench.cleanUp());

/** A change as the worker of an agent leaves it. */
async function changeOf(place: Place, files: Files, parent: Change | null = null): Promise<Change> {
  const { artifacts, directory } = bench;
  const root = join(directory, 'agent');
  const workspaces = createWorkspaces({ root, artifacts, token: () => Promise.resolve(TOKEN) });
  const { baseOid, issue, remote } = place;
  const bundled = parent && { oid: parent.headOid, bundle: parent.bundle };
  const key = JSON.stringify(files);
  const workspace = await workspaces.prepare({ issue, remote, key, baseOid, parent: bundled, work: null });
  try {
    await writeFiles(workspace.tree, files);
    const change = await workspaces.exportChange(workspace, {
      baseOid,
      parentOid: parent?.headOid ?? baseOid,
      message: 'Greet\n',
      committedAt: '2026-01-02T03:04:05.000Z',
      author,
    });
    if (!change) throw new Error('no change');
    return change;
  } finally {
    await workspace.release();
  }
}

function inputOf({ issue }: Place, change: Change, more: Partial<PublishChangeInput> = {}): PublishChangeInput {
  return { issue, change, branch: issueBranch(issue.number), expectedOid: null, push: true, approved: false, ...more };
}

async function headOf(place: Place): Promise<string | undefined> {
  return (await place.view().branches())[issueBranch(place.issue.number)];
}

/** Pushes that the server was asked to take. */
function countPushes(): () => number {
  let count = 0;
  removeHook = bench.hub.onPush(() => {
    count += 1;
    return undefined;
  });
  return () => count;
}

describe('publishChange', () => {
  it('pushes once; again, it finds its head there', async () => {
    const place = await bench.place();
    const change = await changeOf(place, { 'greet.txt': 'good day\n' });
    const pushes = countPushes();

    const first = await activities.publishChange(inputOf(place, change));
    const second = await activities.publishChange(inputOf(place, change));

    expect(first).toEqual({
      concerns: [],
      published: { branch: issueBranch(place.issue.number), headOid: change.headOid },
    });
    expect(second).toEqual(first);
    expect(pushes()).toBe(1);
    expect(await headOf(place)).toBe(change.headOid);
    expect(await place.view().git(['show', `${change.headOid}:greet.txt`])).toBe('good day');
  });

  it('takes away what was pushed of the work before it was done', async () => {
    const place = await bench.place();
    const change = await changeOf(place, { 'greet.txt': 'good day\n' });
    const withCheckpoints = mainActivities(bench, { hasCheckpointRef: () => Promise.resolve(true) });
    const refs = async (): Promise<string> => await place.view().git(['for-each-ref', 'refs/ghw']);
    await publisherOf(bench).pushCheckpoint(place.remote, checkpointRef(place.issue.number), change);
    expect(await refs()).not.toBe('');

    await withCheckpoints.publishChange(inputOf(place, change));

    expect(await refs()).toBe('');
    expect(await headOf(place)).toBe(change.headOid);
  });

  it('takes a push for done whose answer was lost after GitHub accepted it', async () => {
    const place = await bench.place();
    const change = await changeOf(place, { 'greet.txt': 'good day\n' });
    removeHook = bench.hub.onPush(() => ({ dropAfterAccept: true }));

    const first = await activities.publishChange(inputOf(place, change));
    removeHook();
    const pushes = countPushes();
    const second = await activities.publishChange(inputOf(place, change));

    expect(second).toEqual(first);
    expect(pushes()).toBe(0);
    expect(await headOf(place)).toBe(change.headOid);
  });

  it('succeeds when it is run again after a push that was answered to nobody', async () => {
    const place = await bench.place();
    const change = await changeOf(place, { 'greet.txt': 'good day\n' });
    // The answer to the push is lost, and GitHub is away for the look that would have told.
    removeHook = bench.hub.onPush(() => {
      bench.hub.fault({ match: `/${place.name}.git`, status: 503, times: Infinity });
      return { dropAfterAccept: true };
    });

    const failure = await failureOf(activities.publishChange(inputOf(place, change)));
    removeHook();
    bench.hub.clearFaults();
    const headBetween = await headOf(place);
    const second = await activities.publishChange(inputOf(place, change));

    expect(failure).toMatchObject({ type: 'GitHubUnavailable', nonRetryable: false });
    expect(headBetween).toBe(change.headOid);
    expect(second.published).toEqual({ branch: issueBranch(place.issue.number), headOid: change.headOid });
    expect(await place.view().git(['rev-list', '--count', `${place.baseOid}..${change.headOid}`])).toBe('1');
  });

  it('pushes rework on top of what it published last', async () => {
    const place = await bench.place();
    const first = await changeOf(place, { 'greet.txt': 'good day\n' });
    await activities.publishChange(inputOf(place, first));
    const rework = await changeOf(place, { 'greet.txt': 'good evening\n' }, first);

    const input = inputOf(place, rework, { expectedOid: first.headOid });
    await activities.publishChange(input);
    await activities.publishChange(input);

    expect(await headOf(place)).toBe(rework.headOid);
    expect(await place.view().git(['rev-parse', `${rework.headOid}^`])).toBe(first.headOid);
  });

  it.each([
    { what: 'where we expected none', published: false },
    { what: 'on top of ours', published: true },
  ])('never overwrites a person’s commit $what', async ({ published }) => {
    const place = await bench.place();
    const branch = issueBranch(place.issue.number);
    const first = await changeOf(place, { 'greet.txt': 'good day\n' });
    if (published) await activities.publishChange(inputOf(place, first));
    else await place.view().git(['branch', branch, place.baseOid]);
    const theirs = await bench.hub.seed.addCommit(place.name, branch, { message: 'mine', files: { 'mine.txt': 'x' } });
    const next = published ? await changeOf(place, { 'greet.txt': 'good evening\n' }, first) : first;
    const input = inputOf(place, next, { expectedOid: published ? first.headOid : null });

    for (const _run of [1, 2]) {
      expect(await failureOf(activities.publishChange(input))).toMatchObject({
        type: 'BranchMoved',
        nonRetryable: true,
      });
    }
    expect(await headOf(place)).toBe(theirs);
  });

  it('never overwrites a commit that a person pushes while we push', async () => {
    const place = await bench.place();
    const branch = issueBranch(place.issue.number);
    const change = await changeOf(place, { 'greet.txt': 'good day\n' });
    await place.view().git(['branch', 'theirs', place.baseOid]);
    const theirs = await bench.hub.seed.addCommit(place.name, 'theirs', {
      message: 'mine',
      files: { 'mine.txt': 'x' },
    });
    const { path } = place.view();
    removeHook = bench.hub.onPush(() => {
      execFileSync('git', ['-C', path, 'update-ref', `refs/heads/${branch}`, theirs]);
      return undefined;
    });

    expect(await failureOf(activities.publishChange(inputOf(place, change)))).toMatchObject({ type: 'BranchMoved' });
    expect(await headOf(place)).toBe(theirs);
  });

  it.each<{ readonly kind: string; readonly files: Files }>([
    { kind: 'protected_file', files: { '.github/workflows/ci.yml': 'on: push\n' } },
    { kind: 'secret', files: { 'config.txt': `token=${TOKEN}\n` } },
  ])('keeps a change with a $kind until a person has approved it', async ({ kind, files }) => {
    const place = await bench.place();
    const change = await changeOf(place, files);

    const asked = await activities.publishChange(inputOf(place, change));
    const again = await activities.publishChange(inputOf(place, change));
    const headBefore = await headOf(place);
    const approved = await activities.publishChange(inputOf(place, change, { approved: true }));

    expect(asked).toMatchObject({ concerns: [{ severity: 'needs_person', kind }], published: null });
    expect(JSON.stringify(asked)).not.toContain(TOKEN);
    expect(again).toEqual(asked);
    expect(headBefore).toBeUndefined();
    expect(approved).toMatchObject({ concerns: [], published: { headOid: change.headOid } });
    expect(await headOf(place)).toBe(change.headOid);
  });

  it('never pushes what nobody may publish, whoever approved it', async () => {
    const place = await bench.place();
    const change = await changeOf(place, { 'a.txt': 'x\n', 'A.txt': 'y\n' });
    const pushes = countPushes();

    const asked = await activities.publishChange(inputOf(place, change));
    const failure = await failureOf(activities.publishChange(inputOf(place, change, { approved: true })));

    expect(asked).toMatchObject({ concerns: [{ severity: 'refused' }], published: null });
    expect(failure).toMatchObject({ type: 'ChangeRefused', nonRetryable: true });
    expect(failure.message).toContain(`${place.name}#${place.issue.number}`);
    expect(pushes()).toBe(0);
    expect(await headOf(place)).toBeUndefined();
  });

  it('only checks where no push is wanted', async () => {
    const place = await bench.place();
    const harmless = await changeOf(place, { 'greet.txt': 'good day\n' });
    const workflow = await changeOf(place, { '.github/workflows/ci.yml': 'on: push\n' });
    const pushes = countPushes();

    expect(await activities.publishChange(inputOf(place, harmless, { push: false }))).toEqual({
      concerns: [],
      published: null,
    });
    expect(await activities.publishChange(inputOf(place, workflow, { push: false }))).toMatchObject({
      concerns: [{ kind: 'protected_file' }],
      published: null,
    });
    expect(pushes()).toBe(0);
  });

  it('tells what GitHub refuses, and does not try it again', async () => {
    const place = await bench.place();
    const change = await changeOf(place, { 'greet.txt': 'good day\n' });
    removeHook = bench.hub.onPush(() => ({ reject: 'not on a Friday' }));

    const failure = await failureOf(activities.publishChange(inputOf(place, change)));

    expect(failure).toMatchObject({ type: 'PushRejected', nonRetryable: true });
    expect(failure.message).toContain('not on a Friday');
  });

  it('tells a token that may not push, and a bundle that is gone', async () => {
    const place = await bench.place();
    const change = await changeOf(place, { 'greet.txt': 'good day\n' });
    const gone = { ...change, bundle: { ...change.bundle, sha256: '0'.repeat(64) } };
    bench.hub.seed.setPermission(place.name, IDENTITY, 'READ');

    expect(await failureOf(activities.publishChange(inputOf(place, change)))).toMatchObject({
      type: 'GitHubForbidden',
      nonRetryable: true,
    });
    expect(await failureOf(activities.publishChange(inputOf(place, gone)))).toMatchObject({
      type: 'ArtifactMissing',
      nonRetryable: true,
    });
  });
});
