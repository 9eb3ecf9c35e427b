import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { deleteSchedule, ensureSchedule } from '../../src/client/work/schedules.ts';
import { workClient } from '../../src/client/work/work-client.ts';
import type { CycleState } from '../../src/domain/cycle/cycle.ts';
import { setScene, type Scene } from './support.ts';
import { addIssues, untilKnown, phaseOf, planAndApproveAll, scriptByTitle, withLedger } from './work-support.ts';

let scene: Scene;

afterEach(() => scene.close());

/** A schedule of this test's own. @returns its cycles so far that are over, oldest first */
async function schedule(everyMs: number): Promise<() => Promise<readonly CycleState[]>> {
  const name = `test-${randomUUID()}`;
  const work = workClient(scene.temporal, scene.client.taskQueue);
  await ensureSchedule(work, { name, frequency: { everyMs }, startNow: true });
  scene.atClose(() => deleteSchedule(work, name));
  return () =>
    withLedger(scene, async (ledger) =>
      (await ledger.cycles.list({ name }))
        .filter(({ endedAt }) => endedAt !== null)
        .map(({ result }) => result as CycleState)
        .reverse(),
    );
}

describe('work on a schedule', () => {
  it('is not stopped by an implementation that takes longer than the interval: the next cycles sync and plan', async () => {
    scene = await setScene({
      script: scriptByTitle(14),
      config: { workers: { types: ['feature'], max_concurrent_tasks: 2 } },
    });
    scene.github.seed.editIssue(scene.repository, 1, { title: 'slow' });
    await scene.startWorker();
    await planAndApproveAll(scene, [scene.issue]);

    const ended = await schedule(4_000);
    await scene.until(({ implementation }) => implementation.state === 'generating');
    const [added = 0] = addIssues(scene, 1);
    await untilKnown(scene, added, ({ planState }) => planState === 'awaiting_review');

    expect((await scene.summary()).implementation.state).toBe('generating');
    await scene.until(({ implementation }) => implementation.state === 'pr_opened');
    const cycles = await ended();
    expect(phaseOf(cycles[0]!, 'implement')).toMatchObject({ taken: 1, stillRunning: 1 });
    expect(cycles.length).toBeGreaterThan(2);
    for (const cycle of cycles.slice(1, 3)) {
      expect(phaseOf(cycle, 'sync')).toMatchObject({ done: 1, failed: 0 });
      expect(phaseOf(cycle, 'implement')).toMatchObject({ taken: 0, alreadyRunning: 1 });
    }
  }, 60_000);
});
