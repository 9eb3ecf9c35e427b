import { afterEach, describe, expect, it } from '@jest/globals';
import { issueWorkflowId } from '../../src/workflows/protocol.ts';
import { setScene, type Scene } from './support.ts';
import {
  addIssues,
  addRepository,
  changeConfig,
  issueOf,
  numbersOf,
  phaseOf,
  runCycle,
  untilKnown,
  withLedger,
} from './work-support.ts';

let scene: Scene;

afterEach(() => scene.close());

/** As what the runs of an issue's agent wait for a free slot. */
async function slotPriorities(repository: string): Promise<unknown[]> {
  const { events } = await scene.client.handle(issueOf(scene, 1, repository)).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    if (scheduled?.activityType?.name !== 'runAgent') return [];
    const { priorityKey, fairnessKey } = scheduled.priority ?? {};
    return [{ priorityKey, fairnessKey }];
  });
}

describe('what a cycle works on', () => {
  it('MUST: apply the issue numbers across all phases; those that GitHub does not have are named, and cost nothing', async () => {
    scene = await setScene();
    addIssues(scene, 4, { labels: [] });
    await scene.startWorker();

    const state = await runCycle(scene, {
      selection: {
        numbers: [
          [2, 3],
          [999, 999],
        ],
      },
    });

    expect(numbersOf(state, 'plan', 'done')).toEqual([2, 3]);
    expect(phaseOf(state, 'plan').skipped).toEqual({ 'not found': 1 });
    expect(phaseOf(state, 'implement')).toMatchObject({ taken: 0, waitingForPerson: 0 });
    const known = await withLedger(scene, (ledger) => ledger.issues.list({ state: 'all' }));
    expect(known.map(({ number }) => number).sort()).toEqual([2, 3]);
    expect(state.outcome).toBe('done');
  });

  it('MUST: pass `since` to the sync, and to the phases', async () => {
    scene = await setScene();
    scene.github.seed.addIssue(scene.repository, { title: 'Old', labels: ['ghw'], createdAt: '2020-01-01T00:00:00Z' });
    await scene.startWorker();

    const state = await runCycle(scene, { selection: { since: '2025-01-01T00:00:00Z' } });

    expect(numbersOf(state, 'plan', 'done')).toEqual([1]);
    const known = await withLedger(scene, (ledger) => ledger.issues.list({ state: 'all' }));
    expect(known.map(({ number }) => number)).toEqual([1]);
  });

  it('MUST: process only the repositories that are named; SHOULD: handle missing ones gracefully; MAY: wildcards', async () => {
    scene = await setScene();
    const other = await addRepository(scene, 'other');
    await addRepository(scene, 'resting', { active: false });
    await scene.startWorker();

    const named = await runCycle(scene, { selection: { repositories: ['octo/OTHER-*', 'octo/gone'] } });

    expect(phaseOf(named, 'sync')).toMatchObject({ taken: 1, done: 1 });
    expect(phaseOf(named, 'plan').issues).toMatchObject([{ repository: other, outcome: 'done' }]);
    expect(named.errors).toMatchObject([{ severity: 'warning', name: 'RepositoryNotConfigured', where: 'octo/gone' }]);
    expect(named.outcome).toBe('done');

    const none = await runCycle(scene, { selection: { repositories: ['octo/gone', 'elsewhere/*'] } });
    expect(none).toMatchObject({ outcome: 'failed', phases: [] });
    expect(none.errors[0]).toMatchObject({ severity: 'fatal', name: 'RepositoryNotConfigured' });
    expect(none.errors[0]?.message).toContain('ghw repositories add octo/gone');

    const all = await runCycle(scene);
    expect(phaseOf(all, 'sync').taken).toBe(2);
    expect(phaseOf(all, 'plan').issues).toMatchObject([{ repository: scene.repository, outcome: 'done' }]);
  });

  it('MAY: prioritize repositories, in turn among equals; filter by labels and assignee, also @me', async () => {
    scene = await setScene({ config: { plan: { parallelism: 1 } } });
    const urgent = await addRepository(scene, 'urgent', { priority: 'critical' });
    const equal = await addRepository(scene, 'equal');
    const [second = 0, third = 0] = addIssues(scene, 2);
    scene.github.seed.addIssue(scene.repository, { title: 'Mine', labels: ['ghw', 'bug'], assignees: ['ghw-bot'] });
    scene.github.seed.addIssue(scene.repository, { title: 'Hers', labels: ['ghw', 'bug'], assignees: ['ana'] });
    await scene.startWorker();

    const mine = await runCycle(scene, { selection: { assignee: '@me' } });
    expect(phaseOf(mine, 'plan').issues).toMatchObject([{ number: third + 1 }]);

    const state = await runCycle(scene, { selection: { notLabels: ['BUG'] } });

    const order = phaseOf(state, 'plan').issues.map(({ number, repository }) => `${repository}#${number}`);
    const [first, ...rest] = order;
    expect(first).toBe(`${urgent}#1`);
    expect(new Set(rest.slice(0, 2))).toEqual(new Set([`${equal}#1`, `${scene.repository}#1`]));
    expect(rest.slice(2)).toEqual([`${scene.repository}#${second}`, `${scene.repository}#${third}`]);
    const { id } = scene.github.repository(urgent);
    expect(await slotPriorities(urgent)).toEqual([{ priorityKey: 1, fairnessKey: id }]);
  });

  it('is nothing where nothing matches, no repository is active, or none was ever synced', async () => {
    scene = await setScene();
    await scene.startWorker();

    const unsynced = await runCycle(scene, { phases: ['plan', 'implement', 'review'] });
    expect(unsynced.phases.map(({ taken }) => taken)).toEqual([0, 0, 0]);
    const unlabelled = await runCycle(scene, { selection: { labels: ['nobody-has-this'] } });
    expect(unlabelled.phases.map(({ taken }) => taken)).toEqual([1, 0, 0, 0]);
    await changeConfig(scene, (before) => ({
      ...before,
      repositories: (before.repositories as object[]).map((one) => ({ ...one, active: false })),
    }));
    const resting = await runCycle(scene);

    expect(resting.phases.map(({ taken }) => taken)).toEqual([0, 0, 0, 0]);
    expect([unsynced, unlabelled, resting].map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
    const { workflow } = scene.temporal.client;
    await expect(workflow.getHandle(issueWorkflowId(scene.repository, 1)).describe()).rejects.toThrow();
  });

  it('is in a dry run only said: nobody is asked, told or charged, nothing is recorded', async () => {
    scene = await setScene();
    addIssues(scene, 1);
    await scene.startWorker();

    const state = await runCycle(scene, { dryRun: true });

    expect(numbersOf(state, 'plan', 'would_take')).toEqual([1, 2]);
    expect(scene.github.repository(scene.repository).issue(1).comments).toEqual([]);
    await withLedger(scene, async (ledger) => {
      expect(await ledger.cycles.list()).toEqual([]);
      expect(await ledger.repositories.list()).toMatchObject([{ watermark: null }]);
    });
    const { workflow } = scene.temporal.client;
    await expect(workflow.getHandle(issueWorkflowId(scene.repository, 1)).describe()).rejects.toThrow();
    await runCycle(scene);
    await untilKnown(scene, 1, ({ planState }) => planState === 'awaiting_review');
  });
});
