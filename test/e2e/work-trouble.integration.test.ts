import { afterEach, describe, expect, it } from '@jest/globals';
import { letGo } from './killed-support.ts';
import { setScene, type Scene } from './support.ts';
import {
  addRepository,
  breakRepository,
  issueOf,
  phaseOf,
  planAndApproveAll,
  runCycle,
  scriptByTitle,
  startCycle,
  withLedger,
} from './work-support.ts';

let scene: Scene;

afterEach(() => scene.close());

describe('MUST: go on after what is not fatal; SHOULD: tell warnings from what is fatal, with repository and issue', () => {
  it('one repository that GitHub never answers for, and one agent that always dies, cost the others nothing', async () => {
    scene = await setScene({ script: scriptByTitle() });
    const broken = await addRepository(scene, 'broken');
    const crashing = scene.github.seed.addIssue(scene.repository, { title: 'crash', labels: ['ghw'] }).number;
    await scene.startWorker();
    await runCycle(scene, { phases: ['sync'] });
    breakRepository(scene, broken);

    const state = await runCycle(scene);

    expect(phaseOf(state, 'sync')).toMatchObject({ taken: 2, done: 1, failed: 1 });
    expect(phaseOf(state, 'sync').errors).toMatchObject([
      { severity: 'warning', name: 'GitHubUnavailable', where: broken },
    ]);
    expect(phaseOf(state, 'plan')).toMatchObject({
      ...{ taken: 2, done: 1, failed: 1, skipped: { 'its repository could not be read': 1 } },
      errors: [{ severity: 'warning', name: 'AgentCrashed', where: `${scene.repository}#${crashing}` }],
    });
    // Asked all the same, its issue fails, and nothing of it has begun.
    const asked = await runCycle(scene, { phases: ['plan'], selection: { repositories: [broken] } });
    expect(phaseOf(asked, 'plan')).toMatchObject({
      ...{ taken: 1, failed: 1, errors: [{ name: 'GitHubUnavailable', where: `${broken}#1` }] },
    });
    expect(state.outcome).toBe('done');
    expect(await withLedger(scene, (ledger) => ledger.cycles.list())).toMatchObject([
      { outcome: 'done' },
      { outcome: 'done', result: { phases: state.phases } },
      { outcome: 'done' },
    ]);

    scene.github.clearFaults();
    const next = await runCycle(scene, { phases: ['sync', 'plan'] });
    // What could not be read has not begun; what the agent failed at needs a person.
    expect(phaseOf(next, 'plan')).toMatchObject({ taken: 1, done: 1, skipped: { 'the plan failed': 1 } });
  });

  it('MAY: try again what fails for a moment: GitHub is away once, and nothing has failed', async () => {
    scene = await setScene();
    await scene.startWorker();
    const away = scene.github.fault({ times: 2, status: 502 });

    const state = await runCycle(scene, { phases: ['sync', 'plan'] });

    expect(away.hits).toBe(2);
    expect(state.outcome).toBe('done');
    for (const phase of ['sync', 'plan'] as const) {
      expect(phaseOf(state, phase)).toMatchObject({ taken: 1, done: 1, failed: 0, errors: [] });
    }
  });

  it('a cycle that reaches no repository at all has failed', async () => {
    scene = await setScene();
    await scene.startWorker();
    // No attempt helps: the token is not accepted.
    scene.github.fault({ times: Infinity, status: 401 });

    const state = await runCycle(scene);

    expect(state.outcome).toBe('failed');
    expect(phaseOf(state, 'sync').errors).toMatchObject([{ severity: 'fatal', name: 'GitHubUnauthorized' }]);
    expect(state.phases.map(({ phase }) => phase)).toEqual(['sync', 'plan', 'implement', 'review']);
  });
});

describe('a cancelled cycle', () => {
  it('takes back what has not begun; what runs goes on by itself', async () => {
    scene = await setScene({ script: scriptByTitle(), config: { implement: { parallelism: 1 } } });
    await scene.startWorker();
    scene.github.seed.editIssue(scene.repository, 1, { title: 'slow' });
    const second = issueOf(scene, scene.github.seed.addIssue(scene.repository, { title: 'B', labels: ['ghw'] }).number);
    await planAndApproveAll(scene, [scene.issue, second]);
    const cycle = await startCycle(scene, { phases: ['implement'] });
    await scene.until(({ implementation }) => implementation.state === 'generating');

    await cycle.handle.cancel();
    await expect(cycle.handle.result()).rejects.toThrow();

    const [recorded] = await withLedger(scene, (ledger) => ledger.cycles.list());
    expect(recorded).toMatchObject({ id: cycle.id, outcome: 'cancelled' });
    await letGo(scene);
    await scene.until(({ implementation }) => implementation.state === 'pr_opened');
    expect((await scene.client.state(second)).implementation.state).toBe('none');
  });
});
