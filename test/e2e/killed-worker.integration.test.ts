import { describe, expect, it } from '@jest/globals';
import { processesWith, until } from '../sandbox/support.ts';
import { recordHistory } from './histories.ts';
import {
  HOLD_STEP,
  agentReached,
  expectNoProcessLeft,
  expectOneOfEverything,
  isOpened,
  isReviewed,
  letGo,
  planAndApprove,
  sessionsOf,
  slowScript,
  tell,
} from './killed-support.ts';
import { setScene, type Scene, type SceneOptions } from './support.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** These tests mostly wait for Temporal to notice a death, so they wait at the same time. */
function concurrently(
  name: string,
  options: SceneOptions,
  act: (scene: Scene, first: WorkerProcess) => Promise<void>,
): void {
  it.concurrent(name, async () => {
    const scene = await setScene({ script: slowScript(), ...options });
    try {
      await act(scene, await startWorkerProcess(scene));
    } finally {
      await scene.close();
    }
  });
}

function pause(worker: WorkerProcess): void {
  process.kill(worker.pid, 'SIGSTOP');
}

const holding = { script: slowScript({ holds: true }) };

const toPullRequest = ['plan', 'approvePlan', 'implement'];
const toReview = [...toPullRequest, 'review'];

describe('a worker that is killed', () => {
  concurrently(
    'while a plan is written leaves a session in which it is written on',
    { script: slowScript({ plan: 3_000 }) },
    async (scene, first) => {
      const planning = planAndApprove(scene);
      await agentReached(scene, 'author', 'plan', 1);
      await first.kill('SIGKILL');
      const second = await startWorkerProcess(scene);
      await planning;
      await tell(scene, 'implement');
      await scene.until(isOpened);

      await expectOneOfEverything(scene, { commands: toPullRequest });
      await expectNoProcessLeft(scene, [second]);
    },
  );

  concurrently(
    'after its agent has ended, before it could tell, has nothing done again',
    holding,
    async (scene, first) => {
      await planAndApprove(scene);
      await tell(scene, 'implement');
      await agentReached(scene, 'author', 'implement', HOLD_STEP);
      pause(first);
      await letGo(scene);
      await agentReached(scene, 'author', 'implement', 'end');
      await first.kill('SIGKILL');
      const second = await startWorkerProcess(scene);
      await scene.until(isOpened);

      await expectOneOfEverything(scene, { commands: toPullRequest });
      const [entries = []] = sessionsOf(scene, scene.issue, 'author').values();
      expect(entries.filter((entry) => entry.type === 'prompt').map(({ task }) => task)).toEqual([
        'plan',
        'implement',
        'continue',
      ]);
      await recordHistory(scene, 'scripted-killed-after-agent');
      await expectNoProcessLeft(scene, [second]);
    },
  );

  const check = `sleep 5.${process.pid}`;
  concurrently(
    'while the change is validated has it validated again, and leaves no command running',
    { config: { validation: { commands: [check] } } },
    async (scene, first) => {
      await planAndApprove(scene);
      await tell(scene, 'implement');
      const running = check.replace(' ', '\0');
      await until(async () => (await processesWith(running)).length > 0);
      await first.kill('SIGKILL');
      await until(async () => (await processesWith(running)).length === 0);
      const second = await startWorkerProcess(scene);
      const { implementation } = await scene.until(isOpened);

      expect(implementation.validation).toMatchObject({ ok: true, steps: [{ command: check }] });
      await expectOneOfEverything(scene, { commands: toPullRequest });
      await expectNoProcessLeft(scene, [second]);
    },
  );

  concurrently('between a push and its answer finds its branch', {}, async (scene, first) => {
    let pushes = 0;
    scene.github.onPush(() => {
      pushes += 1;
      if (pushes === 1) pause(first);
      return undefined;
    });
    await planAndApprove(scene);
    await tell(scene, 'implement');
    const view = scene.github.repository(scene.repository);
    await until(async () => 'ghw/issue-1' in (await view.branches()));
    await first.kill('SIGKILL');
    const second = await startWorkerProcess(scene);
    await scene.until(isOpened);

    expect(pushes).toBe(1);
    await expectOneOfEverything(scene, { commands: toPullRequest });
    await recordHistory(scene, 'scripted-killed-after-push');
    await expectNoProcessLeft(scene, [second]);
  });

  concurrently('between the opening of a pull request and its answer finds it', {}, async (scene, first) => {
    scene.github.fault({ match: 'createPullRequest', when: 'after', hang: true });
    await planAndApprove(scene);
    await tell(scene, 'implement');
    const view = scene.github.repository(scene.repository);
    await until(() => view.pullRequests.length > 0);
    await first.kill('SIGKILL');
    const second = await startWorkerProcess(scene);
    await scene.until(isOpened);

    await expectOneOfEverything(scene, { commands: toPullRequest });
    await recordHistory(scene, 'scripted-killed-after-opening');
    await expectNoProcessLeft(scene, [second]);
  });

  concurrently(
    'during a review has it written on, and posted once',
    { script: slowScript({ review: 3_000 }) },
    async (scene, first) => {
      await planAndApprove(scene);
      await tell(scene, 'implement');
      await scene.until(isOpened);
      await tell(scene, 'review');
      await agentReached(scene, 'reviewer', 'review', 0);
      await first.kill('SIGKILL');
      const second = await startWorkerProcess(scene);
      await scene.until(isReviewed);

      await expectOneOfEverything(scene, { commands: toReview });
      expect([...sessionsOf(scene, scene.issue, 'reviewer').keys()]).toHaveLength(1);
      await expectNoProcessLeft(scene, [second]);
    },
  );

  concurrently('while the issue is paused leaves it paused, and resumable', holding, async (scene, first) => {
    await planAndApprove(scene);
    await tell(scene, 'implement');
    await agentReached(scene, 'author', 'implement', HOLD_STEP);
    await tell(scene, 'pause');
    const paused = await scene.until(({ runs }) => runs.at(-1)?.outcome === 'cancelled');
    await first.kill('SIGKILL');
    const second = await startWorkerProcess(scene);
    expect(await scene.until(() => true)).toMatchObject({ paused: true, sessionId: paused.sessionId });
    await tell(scene, 'resume');
    await scene.until(isOpened);

    await expectOneOfEverything(scene, { commands: [...toPullRequest, 'pause', 'resume'] });
    await expectNoProcessLeft(scene, [second]);
  });
});
