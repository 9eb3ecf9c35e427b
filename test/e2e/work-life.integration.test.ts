import { afterEach, describe, expect, it } from '@jest/globals';
import { issueWorkflowId } from '../../src/workflows/protocol.ts';
import { letGo } from './killed-support.ts';
import { IDENTITY, setScene, type Scene } from './support.ts';
import {
  addIssues,
  branchesOfPullRequests,
  isPlanned,
  issueOf,
  numbersOf,
  phaseOf,
  planAndApproveAll,
  runCycle,
  scriptByTitle,
  startCycle,
  untilKnown,
} from './work-support.ts';

let scene: Scene;

afterEach(() => scene.close());

describe('an issue in the course of cycles', () => {
  it('that failed is not taken again before a person forces it', async () => {
    scene = await setScene({ config: { validation: { commands: ['false'] }, implement: { validation_rounds: 0 } } });
    await scene.startWorker();
    await planAndApproveAll(scene, [scene.issue]);

    const first = await runCycle(scene);
    const second = await runCycle(scene, { selection: { numbers: [[1, 1]] } });

    expect(phaseOf(first, 'implement')).toMatchObject({ taken: 1, failed: 1, errors: [{ name: 'ValidationFailed' }] });
    expect(phaseOf(first, 'review')).toMatchObject({ taken: 0 });
    expect(phaseOf(second, 'implement')).toMatchObject({ taken: 0, skipped: { 'the implementation failed': 1 } });
    await scene.client.send('implement', scene.issue, { by: 'ana', force: true });
    await scene.until(({ implementation }) => implementation.attempt === 2 && implementation.state === 'failed');
  });

  it('that is being implemented is already running for another cycle, and nothing is done twice', async () => {
    scene = await setScene({ script: scriptByTitle() });
    scene.github.seed.editIssue(scene.repository, 1, { title: 'slow' });
    await scene.startWorker();
    await planAndApproveAll(scene, [scene.issue]);
    const first = await startCycle(scene);
    await scene.until(({ implementation }) => implementation.state === 'generating');
    await untilKnown(scene, 1, ({ implementationState }) => implementationState === 'generating');

    const known = await runCycle(scene);
    expect(phaseOf(known, 'implement')).toMatchObject({ taken: 0, alreadyRunning: 1 });
    await letGo(scene);
    expect(phaseOf(await first.result(), 'implement')).toMatchObject({ taken: 1, done: 1 });
    const { runs } = await scene.summary();
    expect(runs.filter(({ phase }) => phase === 'implement')).toHaveLength(1);
    expect(branchesOfPullRequests(scene)).toEqual(['ghw/issue-1']);
  });

  it('that is closed is left alone; open again, it goes on with the plan that it had', async () => {
    scene = await setScene();
    await scene.startWorker();
    await planAndApproveAll(scene, [scene.issue]);
    scene.github.seed.closeIssue(scene.repository, 1);

    const closed = await runCycle(scene, { selection: { numbers: [[1, 1]] } });
    expect(phaseOf(closed, 'plan')).toMatchObject({ taken: 0, skipped: { closed: 1 } });
    expect(phaseOf(closed, 'implement')).toMatchObject({ taken: 0, skipped: { closed: 1 } });
    await scene.client.handle(scene.issue).result();
    scene.github.seed.reopenIssue(scene.repository, 1);

    const open = await runCycle(scene);

    expect(phaseOf(open, 'plan').taken).toBe(0);
    expect(phaseOf(open, 'implement')).toMatchObject({ taken: 1, done: 1 });
    expect(phaseOf(open, 'review')).toMatchObject({ taken: 1, done: 1 });
    expect(branchesOfPullRequests(scene)).toEqual(['ghw/issue-1']);
  });

  it('that is closed while a cycle waits for it ends the wait', async () => {
    scene = await setScene({ script: scriptByTitle() });
    scene.github.seed.editIssue(scene.repository, 1, { title: 'slow' });
    await scene.startWorker();
    await planAndApproveAll(scene, [scene.issue]);
    const cycle = await startCycle(scene);
    await scene.until(({ implementation }) => implementation.state === 'generating');

    scene.github.seed.closeIssue(scene.repository, 1);
    await scene.client.handle(scene.issue).signal('sync');

    const state = await cycle.result();
    expect(phaseOf(state, 'implement')).toMatchObject({ taken: 1, skipped: { closed: 1 } });
    expect(branchesOfPullRequests(scene)).toEqual([]);
  });

  it('that was deleted on GitHub since the sync is skipped', async () => {
    scene = await setScene();
    await scene.startWorker();
    await runCycle(scene, { phases: ['sync'] });
    scene.github.seed.deleteIssue(scene.repository, 1);

    const state = await runCycle(scene, { phases: ['plan'] });

    expect(phaseOf(state, 'plan')).toMatchObject({ taken: 1, skipped: { not_found: 1 } });
  });

  it('is reviewed without a plan where a pull request of ours exists', async () => {
    scene = await setScene();
    await scene.github.seed.addCommit(scene.repository, 'ghw/issue-1', {
      message: 'By hand',
      files: { 'new.txt': 'new\n' },
    });
    await scene.github.seed.addPullRequest(scene.repository, {
      ...{ headRefName: 'ghw/issue-1', title: 'By hand', author: IDENTITY },
    });
    await scene.startWorker();

    const state = await runCycle(scene);

    expect(phaseOf(state, 'plan')).toMatchObject({ taken: 1, done: 0, skipped: { 'PR opened': 1 } });
    expect(phaseOf(state, 'review')).toMatchObject({ taken: 1, done: 1 });
    expect(phaseOf(await runCycle(scene), 'review')).toMatchObject({ taken: 0, skipped: { reviewed: 1 } });
    expect((await scene.summary()).plan.state).toBe('none');
  });

  it('that a person approves in a comment is implemented by the next cycle', async () => {
    scene = await setScene();
    scene.github.seed.setPermission(scene.repository, 'ana', 'WRITE');
    addIssues(scene, 1);
    await scene.startWorker();
    await runCycle(scene);
    await scene.until(isPlanned, issueOf(scene, 2));
    scene.github.seed.addComment(scene.repository, 2, { body: '/approve', author: 'ana' });
    // As GitHub itself, not as a program on the same machine.
    scene.github.setLatency(200);

    const state = await runCycle(scene);

    expect(numbersOf(state, 'implement', 'done')).toEqual([2]);
    expect(phaseOf(state, 'implement')).toMatchObject({ taken: 1 });
  });

  it('whose workflow was terminated begins anew with what the ledger remembers', async () => {
    scene = await setScene();
    await scene.startWorker();
    await planAndApproveAll(scene, [scene.issue]);
    const { workflow } = scene.temporal.client;
    await workflow.getHandle(issueWorkflowId(scene.repository, 1)).terminate('lost');

    const state = await runCycle(scene);

    expect(phaseOf(state, 'implement')).toMatchObject({ taken: 1, done: 1 });
    expect((await scene.summary()).runs.map(({ phase }) => phase)).not.toContain('plan');
  });
});
