import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type DiscoveryHandle, runDiscovery } from '../../src/client/discovery.ts';
import { workClient } from '../../src/client/work-cycle/work-client.ts';
import type { DiscoveryState } from '../../src/domain/discovery/cycle.ts';
import { PULL_REQUEST_WORKFLOW, pullRequestHistoryQuery, pullRequestWorkflowId } from '../../src/workflows/protocol.ts';
import type { FleetRepository } from '../peers/github/seed/fleet.ts';
import { recordHistory } from './histories.ts';
import { IDENTITY, setScene, type Scene } from './support.ts';
import { changeConfig } from './work-support.ts';
import { startWorkerProcess } from './worker-process.ts';

const REPOSITORIES = 3;
/** More than one request reads, and more than one batch tells. */
const PULL_REQUESTS = 20;

let scene: Scene;
let owner: string;
let fleet: readonly FleetRepository[];

afterEach(() => scene.close());

/** A scene whose configuration has a fleet of repositories. */
async function setFleet(): Promise<void> {
  scene = await setScene();
  owner = `fleet-${randomUUID().slice(0, 8)}`;
  fleet = await scene.github.seed.addFleet({
    ...{ owner, name: 'app', repositories: REPOSITORIES, pullRequests: PULL_REQUESTS, checks: () => [] },
    permissions: { [IDENTITY]: 'WRITE' },
  });
  const repositories = fleet.map((_, index) => ({ name: app(index + 1) }));
  await changeConfig(scene, (before) => ({ ...before, repositories, discovery: { enabled: false } }));
}

/** `owner/repo`, counted from 1. */
const app = (number: number): string => `${owner}/app-${number}`;

async function discover(): Promise<DiscoveryHandle> {
  const repositories = fleet.map((_, index) => app(index + 1));
  return runDiscovery(workClient(scene.temporal, scene.client.taskQueue), { repositories });
}

/** How often a workflow of one of these pull requests was begun. */
async function begun(): Promise<number> {
  const names = fleet.map((_, index) => `"${app(index + 1)}"`).join(', ');
  const query = `WorkflowType = "${PULL_REQUEST_WORKFLOW}" AND GhwRepository IN (${names})`;
  return (await scene.temporal.client.workflow.count(query)).count;
}

/** What the workflow of a pull request was told, in the order in which it was. */
async function toldOf(repository: number, number: number): Promise<readonly string[]> {
  const handle = scene.temporal.client.workflow.getHandle(pullRequestWorkflowId(app(repository), number));
  return (await handle.query(pullRequestHistoryQuery)).map(({ what }) => what);
}

async function allTold(): Promise<Readonly<Record<string, readonly string[]>>> {
  const all: Record<string, readonly string[]> = {};
  for (let repository = 1; repository <= REPOSITORIES; repository += 1) {
    for (let number = 1; number <= PULL_REQUESTS; number += 1) {
      all[`${repository}#${number}`] = await toldOf(repository, number);
    }
  }
  return all;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Kills a worker at `moment`, and has another one finish what it was at. */
async function killedAt(moment: () => Promise<boolean> | boolean): Promise<DiscoveryHandle> {
  const first = await startWorkerProcess(scene);
  const handle = await discover();
  await until(moment);
  await first.kill('SIGKILL');
  scene.github.clearFaults();
  const second = await startWorkerProcess(scene);
  expect((await handle.result()) satisfies DiscoveryState).toMatchObject({ outcome: 'complete' });
  await until(async () => (await begun()) >= REPOSITORIES * PULL_REQUESTS);
  await second.kill('SIGTERM');
  return handle;
}

/** GitHub never answers the `nth` request of a kind. @returns true once it was asked */
function stuckAt(operation: string, nth: number): () => boolean {
  let count = 0;
  const stuck = scene.github.fault({
    match: ({ operationName }) => operationName === operation && (count += 1) >= nth,
    ...{ hang: true, times: Infinity },
  });
  return () => stuck.hits > 0;
}

describe('discovery whose worker is killed', () => {
  const moments: readonly (readonly [string, () => () => Promise<boolean> | boolean])[] = [
    ['while it lists', () => stuckAt('LookAtPullRequests', 1)],
    ['while it reads', () => stuckAt('ReadPullRequests', 2)],
    ['while it tells', () => async () => (await begun()) >= 5],
  ];

  it.each(moments)('%s: each pull request has one workflow, and heard everything once', async (_moment, arm) => {
    await setFleet();

    await killedAt(arm());

    const reader = await scene.startWorker();
    expect(await begun()).toBe(REPOSITORIES * PULL_REQUESTS);
    expect(new Set(Object.values(await allTold()).map((told) => told.join(' ')))).toEqual(new Set(['new']));
    await reader.stop();
  });

  it('while it reads what happened since: each change is acted on once', async () => {
    await setFleet();
    const worker = await scene.startWorker();
    expect(await (await discover()).result()).toMatchObject({ outcome: 'complete' });
    await worker.stop();
    // A look right after a change looks once more; these are long over.
    scene.github.clock.advance(600_000);
    const { seed } = scene.github;
    await seed.mergePullRequest(app(1), 1);
    seed.closePullRequest(app(1), 2);
    seed.setDraft(app(2), 3, true);
    seed.editIssue(app(2), 4, { title: 'Other' });
    await seed.forcePush(app(3), 'topic-5', { message: 'Other', files: { 'x.txt': 'x' } });

    const handle = await killedAt(stuckAt('ReadPullRequests', 1));

    const reader = await scene.startWorker();
    expect(await (await discover()).result()).toMatchObject({ outcome: 'complete', telling: { told: 0 } });
    const acted = Object.entries(await allTold()).flatMap(([name, told]) =>
      told.join(' ') === 'new' ? [] : [`${name} ${told.join(' ')}`],
    );
    expect(acted.sort()).toEqual([
      ...['1#1 new merged', '1#2 new closed', '2#3 new drafted', '2#4 new renamed', '3#5 new head_moved'],
    ]);
    expect(await begun()).toBe(REPOSITORIES * PULL_REQUESTS);
    await reader.stop();
    await recordHistory(scene.temporal.client.workflow.getHandle(handle.id), 'discovery-worker-killed');
  });
});
