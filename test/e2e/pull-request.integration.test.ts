import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { runDiscovery } from '../../src/client/discovery.ts';
import { workClient } from '../../src/client/work-cycle/work-client.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { DiscoveryState } from '../../src/domain/discovery/cycle.ts';
import type { PullRequestEvent } from '../../src/domain/pull-request/event.ts';
import type { pullRequestWorkflow } from '../../src/workflows/index.ts';
import { auditQuery, pullRequestStateQuery, pullRequestWorkflowId } from '../../src/workflows/protocol.ts';
import { recordHistory } from './histories.ts';
import { setScene, type Scene } from './support.ts';
import { startWorkerProcess } from './worker-process.ts';

let scene: Scene;

afterEach(() => scene.close());

/** What a hook of this scene was told. */
async function told(): Promise<readonly PullRequestEvent[]> {
  const text = await readFile(join(scene.directory, 'told.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { event: PullRequestEvent }).event);
}

/** A scene whose hooks write down what they are told; the first one told of a merge may never come to an end. */
async function setTellingScene({ isStuck = false } = {}): Promise<Scene> {
  const hook = (directory: string): string => `${process.execPath} ${join(directory, 'hook.mjs')}`;
  const set = await setScene();
  await writeFile(
    join(set.directory, 'hook.mjs'),
    `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
     const [told, stuck] = ${JSON.stringify([join(set.directory, 'told.jsonl'), join(set.directory, 'stuck')])};
     const event = readFileSync(0, 'utf8');
     appendFileSync(told, event + '\\n');
     if (${String(isStuck)} && event.includes('"merged"') && !existsSync(stuck)) {
       writeFileSync(stuck, '');
       setTimeout(() => undefined, 60_000);
     }`,
  );
  const hooks = [hook(set.directory)];
  const events = `\nevents:\n  new_pull_request: ${JSON.stringify(hooks)}\n  state_change: ${JSON.stringify(hooks)}\n`;
  await writeFile(set.configPath, `${await readFile(set.configPath, 'utf8')}${events}`, { mode: 0o600 });
  return set;
}

async function discover(): Promise<DiscoveryState> {
  const { config } = await loadConfig({ path: scene.configPath, env: scene.env });
  const handle = await runDiscovery(workClient(scene.temporal, config.temporal.task_queue), {
    repositories: [scene.repository],
  });
  return handle.result();
}

function pullRequestHandle(number: number): WorkflowHandle<typeof pullRequestWorkflow> {
  return scene.temporal.client.workflow.getHandle(pullRequestWorkflowId(scene.repository, number));
}

async function implemented(): Promise<void> {
  await scene.client.send('plan', scene.issue, { by: 'ana' });
  const { plan } = await scene.until((seen) => seen.plan.state === 'awaiting_review' && seen.step === null);
  await scene.client.send('approvePlan', scene.issue, { by: 'ana', digest: plan.digest });
  await scene.client.send('implement', scene.issue, { by: 'ana' });
  await scene.until((seen) => seen.implementation.state === 'pr_opened' && seen.step === null);
}

describe('a pull request of our own', () => {
  it('is merged, and its issue ends without anybody syncing', async () => {
    scene = await setTellingScene();
    await scene.startWorker();
    await implemented();

    const first = await discover();

    expect(first).toMatchObject({ outcome: 'complete', telling: { told: 1 } });
    const pullRequest = pullRequestHandle(2);
    expect(await pullRequest.query(pullRequestStateQuery)).toMatchObject({ issue: scene.issue.number, outcome: null });
    // Nothing has changed, so nobody is told.
    expect(await discover()).toMatchObject({ telling: { told: 0 } });

    await scene.github.seed.mergePullRequest(scene.repository, 2);
    await discover();

    expect(await pullRequest.result()).toMatchObject({ outcome: 'merged' });
    const issue = scene.client.handle(scene.issue);
    expect(await issue.result()).toMatchObject({ outcome: 'merged' });
    const audit = await issue.query(auditQuery);
    expect(audit.filter(({ action }) => action === 'merged')).toHaveLength(1);
    expect((await told()).map(({ change, kind }) => [kind, change])).toEqual([
      ['new_pull_request', 'new'],
      ['state_change', 'merged'],
    ]);
    await recordHistory(pullRequest, 'pull-request-merged');
  });

  it('is acted on once, though the worker is killed while it tells of the merge', async () => {
    scene = await setTellingScene({ isStuck: true });
    const worker = await scene.startWorker();
    await implemented();
    await discover();
    await worker.stop();
    const first = await startWorkerProcess(scene);
    await scene.github.seed.mergePullRequest(scene.repository, 2);
    await discover();
    while ((await told()).length < 2) await new Promise((resolve) => setTimeout(resolve, 50));

    await first.kill('SIGKILL');
    await startWorkerProcess(scene);

    expect(await pullRequestHandle(2).result()).toMatchObject({ outcome: 'merged' });
    const issue = scene.client.handle(scene.issue);
    expect(await issue.result()).toMatchObject({ outcome: 'merged' });
    expect((await issue.query(auditQuery)).filter(({ action }) => action === 'merged')).toHaveLength(1);
    const merges = (await told()).filter(({ change }) => change === 'merged');
    // At least once, and each time under the same id.
    expect(merges).toHaveLength(2);
    expect(new Set(merges.map(({ id }) => id)).size).toBe(1);
  });

  it('is closed and opened again, and its issue follows', async () => {
    scene = await setTellingScene();
    await scene.startWorker();
    await implemented();
    await discover();

    scene.github.seed.closePullRequest(scene.repository, 2);
    await discover();
    await scene.until(({ implementation }) => implementation.state === 'pr_closed');
    expect(await pullRequestHandle(2).result()).toMatchObject({ outcome: 'closed' });

    await reopen(2);
    await discover();
    await scene.until(({ implementation }) => implementation.state === 'pr_opened');
    expect(await pullRequestHandle(2).query(pullRequestStateQuery)).toMatchObject({ outcome: null });
    await pullRequestHandle(2).terminate('test over');
  });
});

/** What a person does with the button on the page. */
async function reopen(number: number): Promise<void> {
  const { graphql } = await import('@octokit/graphql');
  scene.github.seed.addToken({ token: 'token-of-the-owner', login: 'Octo' });
  const send = graphql.defaults({ baseUrl: scene.github.url, headers: { authorization: 'token token-of-the-owner' } });
  const { id } = scene.github.repository(scene.repository).pullRequest(number);
  await send('mutation($id:ID!){reopenPullRequest(input:{pullRequestId:$id}){clientMutationId}}', { id });
}
