import { afterEach, describe, expect, it } from '@jest/globals';
import { setScene, type Scene } from './support.ts';
import {
  addIssues,
  answersIn,
  branchesOfPullRequests,
  issueOf,
  numbersOf,
  phaseOf,
  planAndApproveAll,
  runCycle,
  startCycle,
} from './work-support.ts';

let scene: Scene;

afterEach(() => scene.close());

describe('a work cycle', () => {
  it('syncs, plans, implements what a person approved, and reviews it, all in one go', async () => {
    scene = await setScene();
    await scene.startWorker();
    addIssues(scene, 1);

    const first = await runCycle(scene);
    expect(phaseOf(first, 'sync')).toMatchObject({ taken: 1, done: 1 });
    expect(phaseOf(first, 'plan')).toMatchObject({ taken: 2, done: 2 });
    expect(phaseOf(first, 'implement')).toMatchObject({ taken: 0, skipped: {}, waitingForPerson: 0 });
    await planAndApproveAll(scene, [scene.issue, issueOf(scene, 2)]);

    const second = await runCycle(scene);

    expect(phaseOf(second, 'plan')).toMatchObject({ taken: 0, skipped: { planned: 2 } });
    expect(phaseOf(second, 'implement')).toMatchObject({ taken: 2, done: 2 });
    expect(phaseOf(second, 'review')).toMatchObject({ taken: 2, done: 2 });
    expect(branchesOfPullRequests(scene)).toEqual(['ghw/issue-1', 'ghw/issue-2']);
    expect(second.outcome).toBe('done');
  });

  it('leaves histories that are short: of itself, and of each issue', async () => {
    scene = await setScene({ config: { workers: { types: ['feature'], max_concurrent_tasks: 2 } } });
    await scene.startWorker();
    addIssues(scene, 9);
    await planAndApproveAll(scene, [scene.issue]);

    const started = await startCycle(scene);
    expect(phaseOf(await started.result(), 'plan')).toMatchObject({ taken: 9, done: 9 });

    // Temporal's limits are 51,200 events and 50 MB; a thousand issues in each of three phases must fit.
    const cycle = await started.handle.describe();
    expect(cycle.historyLength).toBeLessThan(80 + 11 * 12);
    expect(cycle.historySize).toBeLessThan(300_000);
    const issue = await scene.client.handle(scene.issue).describe();
    expect(issue.historyLength).toBeLessThan(400);
    expect(issue.historySize).toBeLessThan(200_000);
  });

  it('MUST: nothing is done twice: two cycles at the same time over four approved issues open four pull requests', async () => {
    scene = await setScene({ config: { workers: { types: ['feature'], max_concurrent_tasks: 2 } } });
    await scene.startWorker();
    const numbers = [1, ...addIssues(scene, 3)];
    await planAndApproveAll(
      scene,
      numbers.map((number) => issueOf(scene, number)),
    );

    const cycles = await Promise.all([startCycle(scene), startCycle(scene)]);
    const states = await Promise.all(cycles.map((cycle) => cycle.result()));

    expect(branchesOfPullRequests(scene)).toEqual(numbers.map((number) => `ghw/issue-${number}`));
    expect(states.flatMap((state) => numbersOf(state, 'implement', 'done')).sort()).toEqual(numbers);
    expect(states.flatMap((state) => numbersOf(state, 'implement', 'failed'))).toEqual([]);
    for (const { handle } of cycles) {
      const answers = await answersIn(handle);
      expect(new Set(answers).size).toBe(answers.length);
    }
  });
});
