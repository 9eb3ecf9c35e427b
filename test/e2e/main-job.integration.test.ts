import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { graphql } from '@octokit/graphql';
import { parse, stringify } from 'yaml';
import type { Script } from '../../src/agents/scripted/script.ts';
import { auditQuery, commandUpdate, issueWorkflowId, stateQuery } from '../../src/workflows/protocol.ts';
import type { IssueSummary } from '../../src/domain/summary.ts';
import { testEnvironment } from '../setup/environment.ts';
import { IDENTITY, setScene, type Scene } from './support.ts';

const run = promisify(execFile);
let scene: Scene;

afterEach(() => scene.close());

async function planned(): Promise<IssueSummary> {
  await scene.client.send('plan', scene.issue, { by: 'ana' });
  return scene.until(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
}

async function approved(): Promise<void> {
  const { plan } = await planned();
  await scene.client.send('approvePlan', scene.issue, { by: 'ana', digest: plan.digest });
}

/** Temporal's own command line, as someone uses it who has nothing else. */
async function temporal(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { temporalCli, temporalAddress, namespace } = testEnvironment();
  const workflow = ['--workflow-id', issueWorkflowId(scene.repository, scene.issue.number)];
  return run(temporalCli, [...args, ...workflow, '--address', temporalAddress, '--namespace', namespace], {
    env: { PATH: process.env.PATH, HOME: scene.directory },
  });
}

/** What a person does with the button on the page. */
async function mergeAsOwner(): Promise<void> {
  scene.github.seed.addToken({ token: 'token-of-the-owner', login: 'Octo' });
  const send = graphql.defaults({ baseUrl: scene.github.url, headers: { authorization: 'token token-of-the-owner' } });
  const { id } = scene.github.repository(scene.repository).pullRequest(2);
  await send('mutation($id:ID!){markPullRequestReadyForReview(input:{pullRequestId:$id}){clientMutationId}}', { id });
  await send('mutation($id:ID!){mergePullRequest(input:{pullRequestId:$id}){clientMutationId}}', { id });
}

async function setConfig(section: string, values: object): Promise<void> {
  const config = parse(await readFile(scene.configPath, 'utf8')) as Record<string, object>;
  await writeFile(scene.configPath, stringify({ ...config, [section]: { ...config[section], ...values } }));
}

/** Events once nothing is added any more: after a step, the ledger is still being told. */
async function restingHistory(handle: WorkflowHandle): Promise<number> {
  for (;;) {
    const { raw } = await handle.describe();
    const events = (await handle.fetchHistory()).events ?? [];
    const isTakenIn = Boolean(events.at(-1)?.workflowTaskCompletedEventAttributes);
    if (isTakenIn && (raw.pendingActivities ?? []).length === 0) return events.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('an issue with the scripted agent', () => {
  it('becomes a pull request on the right base, its plan one comment that is edited in place', async () => {
    scene = await setScene();
    await scene.startWorker();
    await approved();
    await scene.client.send('implement', scene.issue, { by: 'ana' });
    const { implementation } = await scene.until(
      (seen) => seen.implementation.state === 'pr_opened' && seen.step === null,
    );

    const view = scene.github.repository(scene.repository);
    const [pullRequest] = view.pullRequests;
    expect(pullRequest).toMatchObject({ number: 2, isDraft: true, baseRefName: 'trunk', author: IDENTITY });
    expect((await view.branches())['ghw/issue-1']).toBe(implementation.headSha);
    const comments = view.issues[0]?.comments ?? [];
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain('approved by ana');
  });

  it('ends as merged once a person has merged its pull request', async () => {
    scene = await setScene();
    await scene.startWorker();
    await approved();
    await scene.client.send('implement', scene.issue, { by: 'ana' });
    await scene.until((seen) => seen.implementation.state === 'pr_opened' && seen.step === null);
    await mergeAsOwner();
    await scene.client.sync(scene.issue);

    expect(await scene.client.handle(scene.issue).result()).toMatchObject({ outcome: 'merged' });
  });
});

describe('an issue whose workflow is gone', () => {
  it('finds its pull request again, and has its head reviewed', async () => {
    scene = await setScene();
    await scene.startWorker();
    await approved();
    await scene.client.send('implement', scene.issue, { by: 'ana' });
    await scene.until((seen) => seen.implementation.state === 'pr_opened' && seen.step === null);
    await scene.client.handle(scene.issue).terminate('lost');

    await scene.client.send('review', scene.issue, { by: 'ana' });
    const seen = await scene.until(({ review, step }) => review.report !== null && step === null);

    expect(seen.implementation).toMatchObject({ state: 'pr_opened', pullRequest: { number: 2 } });
    const { comments } = scene.github.repository(scene.repository).pullRequest(2);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain('Review: no objections');
  });
});

describe('a failing validation command', () => {
  it('fails the implementation with nothing published, and --force tries again', async () => {
    scene = await setScene({ config: { validation: { commands: ['false'] }, implement: { validation_rounds: 1 } } });
    await scene.startWorker();
    await approved();
    await scene.client.send('implement', scene.issue, { by: 'ana' });
    const { implementation } = await scene.until((seen) => seen.implementation.state === 'failed');

    expect(implementation.failure?.name).toMatch(/ValidationFailed|NoChange/);
    const view = scene.github.repository(scene.repository);
    expect(Object.keys(await view.branches())).toEqual(['trunk']);
    expect(view.pullRequests).toEqual([]);

    await setConfig('validation', { commands: ['true'] });
    await scene.client.send('implement', scene.issue, { by: 'ana', force: true });
    await scene.until((seen) => seen.implementation.state === 'pr_opened');
    expect(view.pullRequests).toHaveLength(1);
  });
});

describe('an approval', () => {
  it('is void once the text of the issue has changed', async () => {
    scene = await setScene();
    await scene.startWorker();
    await approved();
    scene.github.seed.editIssue(scene.repository, 1, { body: 'Say "good evening".' });
    await scene.client.send('implement', scene.issue, { by: 'ana' });

    const { plan, implementation } = await scene.until(({ step }) => step === null);

    expect(plan).toMatchObject({ state: 'awaiting_review', stale: true, approvedBy: null });
    expect(implementation.state).toBe('none');
  });

  it('with another digest is refused with the reason, and no event', async () => {
    scene = await setScene();
    await scene.startWorker();
    await planned();
    const handle = scene.client.handle(scene.issue);
    const before = await restingHistory(handle);

    const refusal = handle.executeUpdate(commandUpdate('approvePlan'), {
      args: [{ digest: 'f'.repeat(64), by: 'ana' }],
    });

    await expect(refusal).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    await expect(refusal).rejects.toMatchObject({ cause: { type: 'PlanDigestMismatch' } });
    expect((await handle.fetchHistory()).events?.length).toBe(before);
  });

  it('comes through `temporal workflow signal` as well', async () => {
    scene = await setScene();
    await scene.startWorker();
    const { plan } = await planned();

    await temporal(
      'workflow',
      'signal',
      '--name',
      'approvePlan',
      '--input',
      JSON.stringify({ digest: plan.digest, by: 'ana' }),
    );

    const seen = await scene.until((summary) => summary.plan.state === 'approved');
    expect(seen.plan.approvedBy).toBe('ana');
    const audit = await scene.client.handle(scene.issue).query(auditQuery);
    expect(audit.at(-1)).toMatchObject({ action: 'approvePlan', door: 'signal' });
  });

  it('comes through `temporal workflow update execute`, which says no where it must', async () => {
    scene = await setScene();
    await scene.startWorker();
    const { plan } = await planned();
    const update = (digest: string | null): Promise<{ stdout: string; stderr: string }> =>
      temporal(
        'workflow',
        'update',
        'execute',
        '--name',
        'approvePlan',
        '--input',
        JSON.stringify({ digest, by: 'ana' }),
      );

    await expect(update('f'.repeat(64))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the plan to approve is version 1') as unknown,
    });
    await update(plan.digest);

    expect(await scene.client.handle(scene.issue).query(stateQuery)).toMatchObject({ plan: { state: 'approved' } });
  });

  it('sent as a signal while no worker runs is applied when one comes', async () => {
    scene = await setScene();
    const worker = await scene.startWorker();
    const { plan } = await planned();
    await worker.stop();

    await temporal(
      'workflow',
      'signal',
      '--name',
      'approvePlan',
      '--input',
      JSON.stringify({ digest: plan.digest, by: 'ana' }),
    );
    await scene.startWorker();

    await scene.until((summary) => summary.plan.state === 'approved');
  });
});

describe('a running agent', () => {
  const sleeper: Script = {
    plan: [{ steps: [{ plan: '# Plan' }] }],
    // An interrupted agent goes on with the step after the one that it was in.
    implement: [
      {
        steps: [
          { write: { path: 'half.txt', content: 'half\n' } },
          { sleep: 600_000 },
          { write: { path: 'rest.txt', content: 'rest\n' } },
          { text: 'done' },
        ],
      },
    ],
    review: [{ steps: [{ review: { verdict: 'approve', summary: 'Fine.', findings: [] } }] }],
  };

  async function halfWay(): Promise<void> {
    await approved();
    await scene.client.send('implement', scene.issue, { by: 'ana' });
    const name = scene.repository.toLowerCase();
    const file = join(scene.directory, 'data/repositories/workspaces', name, 'issue-1/tree/half.txt');
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  it('is paused with its work saved, and goes on in the same session', async () => {
    scene = await setScene({ script: sleeper });
    await scene.startWorker();
    await halfWay();
    await scene.client.send('pause', scene.issue, { by: 'ana', reason: 'lunch' });
    const paused = await scene.until(
      ({ costUsd, paused: flag, sessionId }) => flag && sessionId !== null && costUsd >= 0,
    );
    await scene.client.send('resume', scene.issue, { by: 'ana' });
    const done = await scene.until((seen) => seen.implementation.state === 'pr_opened');

    const view = scene.github.repository(scene.repository);
    const files = await view.git(['ls-tree', '--name-only', 'ghw/issue-1']);
    expect(files).toContain('half.txt');
    expect(files).toContain('rest.txt');
    expect(done.sessionId).toBe(paused.sessionId);
  });

  it('is handed over by a worker that is told to stop', async () => {
    scene = await setScene({ script: sleeper });
    const worker = await scene.startWorker();
    await halfWay();
    await worker.stop();
    await scene.startWorker();
    await scene.until((seen) => seen.implementation.state === 'pr_opened');

    const files = await scene.github.repository(scene.repository).git(['ls-tree', '--name-only', 'ghw/issue-1']);
    expect(files).toContain('half.txt');
    expect(files).toContain('rest.txt');
  });

  it('is stopped by Temporal’s own Cancel, which ends the run', async () => {
    scene = await setScene({ script: sleeper });
    await scene.startWorker();
    await halfWay();
    await scene.client.handle(scene.issue).cancel();

    await expect(scene.client.handle(scene.issue).result()).rejects.toMatchObject({
      cause: { name: 'CancelledFailure' },
    });
    expect(scene.github.repository(scene.repository).pullRequests).toEqual([]);
  });
});
