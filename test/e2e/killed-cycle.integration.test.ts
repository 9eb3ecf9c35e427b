import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { connectTemporal } from '../../src/client/connection.ts';
import { embeddedStackFile, readEmbeddedStack } from '../../src/client/embedded-stack.ts';
import { IssueClient } from '../../src/client/issues.ts';
import type { CycleState } from '../../src/domain/cycle/cycle.ts';
import { processesWith, until } from '../sandbox/support.ts';
import { testEnvironment } from '../setup/environment.ts';
import { recordHistory } from './histories.ts';
import { letGo } from './killed-support.ts';
import { setScene, type Scene } from './support.ts';
import { program, startWorkerProcess } from './worker-process.ts';
import {
  addIssues,
  answersIn,
  branchesOfPullRequests,
  changeConfig,
  issueOf,
  phaseOf,
  planAndApproveAll,
  scriptByTitle,
  startCycle,
} from './work-support.ts';

/** These tests mostly wait for Temporal to notice a death, so they wait at the same time. */
function concurrently(name: string, act: (scene: Scene, numbers: readonly number[]) => Promise<void>): void {
  it.concurrent(name, async () => {
    const scene = await setScene({ script: scriptByTitle() });
    try {
      scene.github.seed.editIssue(scene.repository, 1, { title: 'slow' });
      await act(scene, [1, ...addIssues(scene, 2)]);
    } finally {
      await scene.close();
    }
  });
}

/** Every request of the cycle was answered once, the counts add up, and each issue has one pull request. */
async function expectAllDoneOnce(scene: Scene, handle: WorkflowHandle, issues: readonly number[]): Promise<void> {
  const state = (await handle.result()) as CycleState;
  const answers = await answersIn(handle);
  expect(new Set(answers).size).toBe(answers.length);
  for (const phase of ['implement', 'review'] as const) {
    expect(answers.filter((id) => id.includes(`:${phase}:`))).toHaveLength(issues.length);
    const all = { taken: issues.length, done: issues.length, failed: 0, stillRunning: 0, notStarted: 0, errors: [] };
    expect(phaseOf(state, phase)).toMatchObject(all);
  }
  expect(state.outcome).toBe('done');
  const { events } = await handle.fetchHistory();
  expect((events ?? []).filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
  expect(branchesOfPullRequests(scene)).toEqual(issues.map((number) => `ghw/issue-${number}`));
}

describe('MAY: recover: a cycle in the middle of which everything dies', () => {
  concurrently('worker and agent: goes on with the next worker, and asks nobody twice', async (scene, numbers) => {
    const planner = await scene.startWorker();
    await planAndApproveAll(
      scene,
      numbers.map((number) => issueOf(scene, number)),
    );
    await planner.stop();
    const first = await startWorkerProcess(scene);
    const { handle } = await startCycle(scene);
    await scene.until(({ implementation }) => implementation.state === 'generating');

    await first.kill('SIGKILL');
    await startWorkerProcess(scene);
    await letGo(scene);

    await expectAllDoneOnce(scene, handle, numbers);
    await recordHistory(handle, 'work-cycle-worker-killed');
  });

  concurrently('worker, agent, Temporal and ledger: goes on when they are started again', async (scene, numbers) => {
    await changeConfig(scene, (before) => ({ ...before, temporal: { task_queue: scene.client.taskQueue } }));
    const before = await startUp(scene);
    await planAndApproveAll(
      before,
      numbers.map((number) => issueOf(scene, number)),
    );
    const { id } = await startCycle(before);
    await before.until(({ implementation }) => implementation.state === 'generating');

    await killEverything(scene);
    const after = await startUp(scene);
    await letGo(scene);

    await expectAllDoneOnce(after, after.temporal.client.workflow.getHandle(id), numbers);
  });
});

/** `ghw up`: a Temporal, a ledger and a worker of this scene alone. @returns the scene as it is on them */
async function startUp(scene: Scene): Promise<Scene> {
  const { DATABASE_URL: _none, ...rest } = scene.env;
  const env = { ...rest, PATH: `${dirname(testEnvironment().temporalCli)}:${rest.PATH ?? ''}` };
  const child = spawn(process.execPath, [program, 'up', '--config', scene.configPath], { env, stdio: 'pipe' });
  const ended = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  scene.atClose(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  while (!said.includes('Ready')) {
    if (child.exitCode !== null) throw new Error(`ghw up is not ready. It said: ${said}`);
    await sleep(50);
  }
  const stack = await readEmbeddedStack(embeddedStackFile(join(scene.directory, 'data')));
  const { address = '', namespace = '' } = stack?.temporal ?? {};
  const target = { ...scene.target, namespace, connection: { address } };
  const temporal = await connectTemporal(target);
  scene.atClose(() => temporal.close());
  const client = new IssueClient(temporal, { taskQueue: scene.client.taskQueue });
  return {
    ...scene,
    ...{ temporal, client, target, env: { ...scene.env, DATABASE_URL: stack?.ledgerUrl ?? '' } },
    until: async (isWanted, issue = scene.issue) => {
      for (let seen = await client.state(issue); ; seen = await client.state(issue)) {
        if (isWanted(seen)) return seen;
        await sleep(50);
      }
    },
  };
}

/** As a power cut does. */
async function killEverything(scene: Scene): Promise<void> {
  for (const pid of await processesWith(scene.directory)) process.kill(pid, 'SIGKILL');
  await until(async () => (await processesWith(scene.directory)).length === 0);
}
