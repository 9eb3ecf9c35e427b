import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { deleteSchedule, ensureSchedule } from '../../src/client/work-cycle/schedules.ts';
import { workClient } from '../../src/client/work-cycle/work-client.ts';
import type { CycleState } from '../../src/domain/cycle/cycle.ts';
import { testEnvironment } from '../setup/environment.ts';
import { letGo } from './killed-support.ts';
import { setScene, type Scene } from './support.ts';
import { addIssues, untilKnown, phaseOf, planAndApproveAll, scriptByTitle, withLedger } from './work-support.ts';

let scene: Scene;

afterEach(() => scene.close());

interface EndedCycle {
  readonly id: string;
  readonly startedAt: string;
  readonly state: CycleState;
}

/** A schedule of this test's own. @returns its cycles so far that are over, oldest first */
async function schedule(everyMs: number): Promise<() => Promise<readonly EndedCycle[]>> {
  const name = `test-${randomUUID()}`;
  const work = workClient(scene.temporal, scene.client.taskQueue);
  await ensureSchedule(work, { name, frequency: { everyMs }, startNow: true });
  scene.atClose(() => deleteSchedule(work, name));
  return () =>
    withLedger(scene, async (ledger) =>
      (await ledger.cycles.list({ name }))
        .filter(({ endedAt }) => endedAt !== null)
        .map(({ id, result, startedAt }) => ({ id, startedAt, state: result as CycleState }))
        .reverse(),
    );
}

/** What ran must come out the same whenever a worker has to run it again. */
async function replay(workflowId: string): Promise<void> {
  const history = await scene.temporal.client.workflow.getHandle(workflowId).fetchHistory();
  const workflowBundle = { codePath: testEnvironment().workflowBundlePath };
  await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
}

describe('work on a schedule', () => {
  it('is not stopped by an implementation that takes longer than the interval: the next cycles sync and plan', async () => {
    scene = await setScene({
      script: scriptByTitle(),
      config: { workers: { types: ['feature'], max_concurrent_tasks: 2 } },
    });
    scene.github.seed.editIssue(scene.repository, 1, { title: 'slow' });
    await scene.startWorker();
    await planAndApproveAll(scene, [scene.issue]);

    const ended = await schedule(4_000);
    await untilKnown(scene, 1, ({ implementationState }) => implementationState === 'generating');
    const begun = new Date().toISOString();
    const later = async (): Promise<readonly EndedCycle[]> =>
      (await ended()).filter(({ startedAt }) => startedAt > begun);
    const [added = 0] = addIssues(scene, 1);
    await untilKnown(scene, added, ({ planState }) => planState === 'awaiting_review');
    const hasSynced = ({ state }: EndedCycle): boolean => phaseOf(state, 'sync').done === 1;
    while ((await later()).filter(hasSynced).length < 2) await new Promise((resolve) => setTimeout(resolve, 100));

    const others = await later();
    expect((await scene.summary()).implementation.state).toBe('generating');
    await letGo(scene);
    await scene.until(({ implementation }) => implementation.state === 'pr_opened');
    const cycles = await ended();
    const [first] = cycles;
    expect(first && phaseOf(first.state, 'implement')).toMatchObject({ taken: 1, stillRunning: 1 });
    for (const { state } of others) {
      expect(phaseOf(state, 'sync')).toMatchObject({ failed: 0 });
      expect(phaseOf(state, 'implement')).toMatchObject({ taken: 0, alreadyRunning: 1 });
    }
    for (const { id } of cycles) await replay(id);
  });
});
