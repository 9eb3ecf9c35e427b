import { randomUUID } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { agentTaskQueue } from '../../src/workflows/protocol.ts';
import { aReport, aRepository, aSync, HEAD_OID, PLAN_DIGEST, PLAN_TEXT } from '../domain/builders.ts';
import { testEnvironment } from '../setup/environment.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { failure, fakeActivities, type FakeActivities } from '../workflows/support.ts';
import { untilStopped } from '../client/until-stopped.ts';
import { main, spawnGhw, temporaryHome, type Ended } from './ghw.ts';

let server: TemporalForTest;
let home: Awaited<ReturnType<typeof temporaryHome>>;
let taskQueue: string;
let repository: string;

beforeAll(async () => {
  server = await connectToTemporal();
});
afterAll(() => server.close());

beforeEach(async () => {
  home = await temporaryHome();
  taskQueue = `cli-${randomUUID()}`;
  repository = `octo/hello-${randomUUID().slice(0, 8)}`;
  const config = join(home.path, '.config', 'gh-worker', 'config.yaml');
  await mkdir(dirname(config), { recursive: true });
  const { temporalAddress, namespace } = testEnvironment();
  await writeFile(
    config,
    `temporal: { address: '${temporalAddress}', namespace: ${namespace}, task_queue: ${taskQueue} }\n` +
      `repositories: [{ name: ${repository} }]\n`,
  );
});
afterEach(() => home.remove());

/** Runs the compiled command to its end. */
async function ghw(...args: string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await spawnGhw(args, home.path);
  return { code: exitCode ?? -1, stdout: String(stdout), stderr: String(stderr) };
}

/** Waits until a list shows this: it is as old as Temporal's index of workflows. */
async function listed(row: RegExp, ...filter: string[]): Promise<void> {
  let seen = '';
  while (!row.test(seen)) seen = (await ghw('issues', 'list', ...filter)).stdout;
}

/** Runs `test` while workers with fake activities take the queue's work. */
async function withWorker<T>(test: () => Promise<T>, over: Partial<FakeActivities> = {}): Promise<T> {
  const { calls: _calls, ...activities } = fakeActivities({
    syncIssue: () => Promise.resolve(aSync({ repository: aRepository({ nameWithOwner: repository }) })),
    ...over,
  });
  const [workflows, agents] = await Promise.all([
    server.createWorker({ taskQueue, activities }),
    server.createWorker({
      taskQueue: agentTaskQueue('feature', taskQueue),
      activities,
      workflowBundle: undefined,
      maxHeartbeatThrottleInterval: '200ms',
    }),
  ]);
  return workflows.runUntil(() => agents.runUntil(test));
}

describe('the compiled command', () => {
  it('shows help without running what speaks to Temporal, and the program’s own without reading it', async () => {
    const logger = join(import.meta.dirname, 'log-modules.mjs');
    for (const args of [['--help'], ['issues', 'plan', '--help'], ['up', '--help']]) {
      const { stderr, exitCode } = await execa(process.execPath, ['--import', logger, main, ...args]);
      expect(exitCode).toBe(0);
      const loaded = stderr.split('\n');
      expect(loaded).toContain('module fs');
      // Nothing of ours needs these but the clients of Temporal and of PostgreSQL.
      for (const name of ['http2', 'tls', 'crypto']) expect(loaded).not.toContain(`module ${name}`);
    }
    // Half of it is commander; schemas, YAML or Temporal would go beyond it.
    expect((await stat(join(dirname(main), 'bundles', 'help.cjs'))).size).toBeLessThan(100_000);
  });

  it('ends by itself, without a stack trace, when its reader has seen enough', async () => {
    const { exitCode, stderr } = await execa('sh', ['-c', '"$0" "$1" config list | head -1', process.execPath, main]);

    expect({ exitCode, stderr: stderr.replace(/^# .*$/m, '') }).toEqual({ exitCode: 0, stderr: '' });
  });
});

describe('an issue, command by command', () => {
  it('goes from plan to pull request', async () => {
    await withWorker(async () => {
      const issue = `${repository}#42`;

      const planned = await ghw('issues', 'plan', repository, '42');
      expect(planned).toMatchObject({ code: 0 });
      expect(planned.stdout).toContain(`${issue}: plan waiting for local review`);
      expect(planned.stdout).toContain(`next: ghw plans review ${issue}`);

      const shown = await ghw('plans', 'review', issue);
      expect(shown.stdout).toContain(PLAN_TEXT);
      expect(shown.stdout).toContain(`digest ${PLAN_DIGEST}`);
      expect(shown.stderr).toContain(`next: ghw plans approve ${issue} --digest ${PLAN_DIGEST.slice(0, 12)}`);

      const refused = await ghw('plans', 'approve', issue, '--digest', 'f'.repeat(12));
      expect(refused).toMatchObject({ code: 3, stdout: '' });
      expect(refused.stderr).toContain(`error: ${issue}: the approval names plan ffffffffffff`);

      const early = await ghw('issues', 'implement', issue, '--json');
      expect(early.code).toBe(3);
      expect(JSON.parse(early.stderr)).toMatchObject({ error: 'NotApplicable' });
      expect(JSON.parse(early.stdout)).toEqual([expect.objectContaining({ repository, error: 'NotApplicable' })]);

      const approved = await ghw('plans', 'approve', issue, '--by', 'ana', '--note', 'go on');
      expect(approved.code).toBe(0);
      expect(approved.stderr).toContain(`Approved as ana: the plan with digest ${PLAN_DIGEST.slice(0, 12)}.`);

      const implemented = await ghw('issues', 'implement', issue, '--no-pr', '--no-push', '--json');
      expect(JSON.parse(implemented.stdout)).toEqual([
        expect.objectContaining({ via: 'update', result: 'waiting_for_person' }),
      ]);

      const looked = await ghw('implementations', 'review', issue);
      expect(looked.code).toBe(0);
      expect(looked.stderr).toContain(`--yes --head ${HEAD_OID}`);

      const other = await ghw('implementations', 'review', issue, '--yes', '--head', 'd'.repeat(40));
      expect(other.code).toBe(3);
      expect(other.stderr).toContain('error:');

      const opened = await ghw('implementations', 'review', issue, '--yes', '--head', HEAD_OID);
      expect(opened.code).toBe(0);
      expect(opened.stdout).toContain('pull request: https://example.test/octo/hello/pull/7');

      const row = new RegExp(`${issue} +approved +PR opened +#7 +person`);
      await listed(row, '--implementation', 'PR opened');
    });
  });

  it('takes several issues; one that fails costs the others nothing, and decides the exit code', async () => {
    const syncIssue: FakeActivities['syncIssue'] = ({ issue: { number } }) =>
      number === 404
        ? Promise.reject(failure('GitHubNotFound', 'no such issue'))
        : Promise.resolve(aSync({ repository: aRepository({ nameWithOwner: repository }) }));
    await withWorker(
      async () => {
        const { code, stdout, stderr } = await ghw('issues', 'plan', repository, '1', '404', '2');

        expect(code).toBe(4);
        expect(stdout).toContain(`${repository}#1: plan waiting for local review`);
        expect(stdout).toContain(`${repository}#2: plan waiting for local review`);
        expect(stderr).toContain(`error: ${repository}#404 does not exist on GitHub`);
      },
      { syncIssue },
    );
  });

  it('has exit code 1 when a phase fails, and says how to try again', async () => {
    await withWorker(
      async () => {
        await ghw('issues', 'plan', `${repository}#42`);
        await ghw('plans', 'approve', `${repository}#42`);
        const { code, stderr } = await ghw('issues', 'implement', '42');

        expect(code).toBe(1);
        expect(stderr).toMatch(/^error: .*still fails after/m);
        expect(stderr).toContain(`hint: Try again: ghw issues implement ${repository}#42 --force`);
        expect((await ghw('implementations', 'review', '42')).stdout).toContain('validation: failed');
      },
      { validateChange: ({ change }) => Promise.resolve(aReport(false, change.headOid)) },
    );
  });

  it('reads a plan from a file, has it edited, rejected and revised', async () => {
    await withWorker(async () => {
      const issue = `${repository}#42`;
      const file = join(home.path, 'plan.md');
      await writeFile(file, '# Mine\n');
      await ghw('issues', 'plan', issue);

      expect(await ghw('plans', 'edit', issue, '--file', file)).toMatchObject({ code: 0 });
      expect((await ghw('plans', 'review', issue)).stdout).toContain('# Mine');
      expect(await ghw('plans', 'edit', issue, '--file', file)).toMatchObject({ code: 3 });
      expect(await ghw('plans', 'edit', issue)).toMatchObject({ code: 2 });
      await writeFile(file, 'x'.repeat(61_000));
      const long = await ghw('plans', 'edit', issue, '--file', file, '--json');
      expect(long.code).toBe(3);
      expect(JSON.parse(long.stderr)).toMatchObject({ error: 'PlanTooLong' });
      expect(await ghw('plans', 'revise', issue, '--feedback', 'Shorter.')).toMatchObject({ code: 0 });
      expect((await ghw('plans', 'review', issue)).stdout).toContain('Revised.');
      expect(await ghw('plans', 'reject', issue, '--reason', 'not now')).toMatchObject({ code: 0 });
      expect(await ghw('plans', 'unapprove', issue)).toMatchObject({ code: 3 });
    });
  });
});

describe('without a worker', () => {
  it('leaves an approval in Temporal and says so; what needs an answer fails at once', async () => {
    const issue = `${repository}#42`;
    await withWorker(() => ghw('issues', 'plan', issue));
    // The worker that has just gone counts as present for a while; another queue has never had one.
    const { stdout } = await ghw('config', 'get', 'temporal.task_queue');
    expect(stdout).toBe(taskQueue);

    const approved = await ghw('plans', 'approve', issue, '--digest', PLAN_DIGEST);
    expect(approved.code).toBe(0);
    expect(approved.stdout).toContain('waits in Temporal');

    await ghw('config', 'set', 'temporal.task_queue', `${taskQueue}-other`);
    const unnamed = await ghw('plans', 'approve', issue);
    expect(unnamed).toMatchObject({ code: 6, stdout: '' });
    expect(unnamed.stderr).toContain('--digest');
    expect(await ghw('plans', 'review', issue)).toMatchObject({ code: 6 });
    expect(await ghw('issues', 'sync')).toMatchObject({ code: 6 });
    expect((await ghw('issues', 'list')).code).toBe(0);

    await ghw('config', 'set', 'temporal.task_queue', taskQueue);
    await withWorker(async () => {
      expect((await ghw('issues', 'follow', issue)).stdout).toContain('plan approved');
    });
  });
});

describe('Ctrl-C', () => {
  it('ends the command and leaves the work; a second one cancels it', async () => {
    await withWorker(
      async () => {
        const issue = `${repository}#42`;
        const first = spawnGhw(['issues', 'plan', issue], home.path);
        await told(first, 'being generated');
        first.kill('SIGINT');
        const { exitCode, stderr } = await first;
        expect(exitCode).toBe(130);
        expect(String(stderr)).toContain(`Follow it: ghw issues follow ${issue}`);
        expect(String(stderr)).not.toMatch(/^\s+at /m);

        const second = spawnGhw(['issues', 'follow', issue], home.path);
        await told(second, 'being generated');
        second.kill('SIGINT');
        await told(second, 'once more');
        second.kill('SIGINT');
        const ended = await second;
        expect(ended.exitCode).toBe(130);
        expect(String(ended.stderr)).toContain(`${issue}: cancelled; its work is kept.`);
        await listed(/"planState": "none"/, '--plan', 'none', '--json');
      },
      { runAgent: untilStopped },
    );
  });
});

/** Waits until a process has said something on standard error. */
async function told(process: ReturnType<typeof spawnGhw>, text: string): Promise<void> {
  let seen = '';
  await new Promise<void>((resolve, reject) => {
    process.stderr.on('data', (chunk) => {
      seen += String(chunk);
      if (seen.includes(text)) resolve();
    });
    process.stderr.on('end', () => {
      reject(new Error(`It ended without saying ${JSON.stringify(text)}: ${seen}`));
    });
  });
}
