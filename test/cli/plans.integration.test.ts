import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { run } from '../../src/cli/run.ts';
import { agentTaskQueue } from '../../src/workflows/protocol.ts';
import { aRepository, aSync, PLAN_DIGEST, PLAN_TEXT } from '../domain/builders.ts';
import { testEnvironment } from '../setup/environment.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { fakeActivities } from '../workflows/support.ts';
import { type Ended, temporaryHome } from './ghw.ts';

let server: TemporalForTest;
let home: Awaited<ReturnType<typeof temporaryHome>>;
let taskQueue: string;
let issue: string;

beforeAll(async () => {
  server = await connectToTemporal();
});
afterAll(() => server.close());

beforeEach(async () => {
  home = await temporaryHome();
  taskQueue = `cli-${randomUUID()}`;
  const repository = `octo/hello-${randomUUID().slice(0, 8)}`;
  issue = `${repository}#42`;
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

/** Runs a command here; on a terminal, if `env` names an editor. */
async function ghw(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const isTTY = env.EDITOR !== undefined;
  const stream = (): PassThrough & { readonly isTTY: boolean } => Object.assign(new PassThrough(), { isTTY });
  const [stdin, stdout, stderr] = [stream(), stream(), stream()];
  const outputs = Promise.all([text(stdout), text(stderr)]);
  const code = await run(args, { stdin, stdout, stderr, env: { HOME: home.path, PATH: process.env.PATH, ...env } });
  stdout.end();
  stderr.end();
  const [out, error] = await outputs;
  return { code, stdout: out, stderr: error };
}

/** Runs `test` with a worker and a plan of two versions: an agent's, and one that ana wrote. */
async function withPlan<T>(test: () => Promise<T>): Promise<T> {
  const repository = issue.split('#')[0] ?? '';
  const { calls: _calls, ...activities } = fakeActivities({
    syncIssue: () => Promise.resolve(aSync({ repository: aRepository({ nameWithOwner: repository }) })),
  });
  const [workflows, agents] = await Promise.all([
    server.createWorker({ taskQueue, activities }),
    server.createWorker({ taskQueue: agentTaskQueue('feature', taskQueue), activities, workflowBundle: undefined }),
  ]);
  return workflows.runUntil(() =>
    agents.runUntil(async () => {
      expect(await ghw(['issues', 'plan', issue])).toMatchObject({ code: 0 });
      const file = join(home.path, 'mine.md');
      await writeFile(file, `${PLAN_TEXT} Twice.\n`);
      expect(await ghw(['plans', 'edit', issue, '--by', 'ana', '--file', file])).toMatchObject({ code: 0 });
      return test();
    }),
  );
}

/** An editor that does what the script says with the file `$1`. */
async function editor(script: string): Promise<string> {
  const path = join(home.path, 'editor');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o700);
  return path;
}

describe('the versions of a plan', () => {
  it('are listed, compared and shown', async () => {
    await withPlan(async () => {
      const list = await ghw(['plans', 'list', issue]);
      expect(list).toMatchObject({ code: 0, stderr: '' });
      expect(list.stdout.split('\n').map((line) => line.split(/\s{2,}/).slice(0, 4))).toEqual([
        ['VERSION', 'DIGEST', 'STATE', 'WRITTEN BY'],
        ['1', PLAN_DIGEST.slice(0, 12), 'superseded', 'scripted'],
        ['2', expect.stringMatching(/^[0-9a-f]{12}$/), 'waiting for local review', 'ana'],
        [''],
      ]);

      const diff = await ghw(['plans', 'diff', issue]);
      expect(diff.code).toBe(0);
      expect(diff.stdout).toMatch(/^--- version 1, .*\n\+\+\+ version 2, .* by ana, .*\n@@ .*\n/);
      expect(diff.stdout).toContain('\n-Do it.\n');
      expect(diff.stdout).toContain('\n+Do it. Twice.\n');
      const backwards = await ghw(['plans', 'diff', issue, '--from', '2', '--to', '1', '--json']);
      expect(JSON.parse(backwards.stdout)).toMatchObject({
        number: 42,
        from: { version: 2, author: 'ana' },
        to: { version: 1, digest: PLAN_DIGEST },
        hunks: [{ lines: expect.arrayContaining(['+Do it.']) }],
      });

      expect((await ghw(['plans', 'review', issue, '--plan-version', '1'])).stdout).toContain('an earlier version');
      expect(await ghw(['plans', 'review', issue, '--plan-version', '3'])).toMatchObject({
        code: 3,
        stderr: `error: ${issue} has no plan version 3.\nhint: See which there are: ghw plans list ${issue}\n`,
      });
      expect(await ghw(['plans', 'diff', issue, '--to', '1'])).toMatchObject({ code: 3 });
      expect(await ghw(['plans', 'diff', issue, '--from', '0'])).toMatchObject({ code: 2 });
    });
  });

  it('end in an error that says what to do where nobody knows the issue', async () => {
    for (const command of ['list', 'diff', 'review']) {
      const { code, stderr } = await ghw(['plans', command, issue]);

      expect(code).toBe(6);
      expect(stderr).toMatch(/^error: No worker answers .*\nhint: /);
    }
  });
});

describe('editing a plan', () => {
  it('opens it in the editor and sends what was made of it', async () => {
    await withPlan(async () => {
      const ended = await ghw(['plans', 'edit', issue, '--by', 'ana'], { EDITOR: await editor('echo "# New" > "$1"') });

      expect(ended).toMatchObject({ code: 0 });
      expect(ended.stdout).toContain('plan version 3');
      expect((await ghw(['plans', 'review', issue])).stdout).toContain('# New\n');
    });
  });

  it('sends nothing where nothing was changed', async () => {
    await withPlan(async () => {
      const ended = await ghw(['plans', 'edit', issue], { EDITOR: await editor('exit 0') });

      expect(ended).toMatchObject({ code: 0, stdout: '', stderr: 'The plan is as it was; nothing was sent.\n' });
    });
  });

  it('says that a plan of 61 KB is too long before anything is sent, and keeps it', async () => {
    await withPlan(async () => {
      const script = 'head -c 61000 /dev/zero | tr "\\0" x > "$1"';
      const ended = await ghw(['plans', 'edit', issue], { EDITOR: await editor(script), NO_COLOR: '1' });

      expect(ended.code).toBe(3);
      expect(ended.stderr).toContain('the plan has 61000 bytes; at most 60000 fit into one comment. Nothing was sent.');
      const [, kept = ''] = /--file (\S+)/.exec(ended.stderr) ?? [];
      expect(await readFile(kept, 'utf8')).toHaveLength(61_000);
      await rm(dirname(kept), { recursive: true });
      expect((await ghw(['plans', 'list', issue, '--json'])).stdout).not.toContain('"version": 3');
    });
  });

  it('keeps what was written where the editor fails', async () => {
    await withPlan(async () => {
      const ended = await ghw(['plans', 'edit', issue], {
        EDITOR: await editor('echo precious > "$1"; exit 1'),
        NO_COLOR: '1',
      });

      expect(ended.code).toBe(2);
      const [, kept = ''] = /kept in (\S+?)\.\n/.exec(ended.stderr) ?? [];
      expect(await readFile(kept, 'utf8')).toBe('precious\n');
      await rm(dirname(kept), { recursive: true });
    });
  });

  it('says that there is nothing to edit before an editor opens', async () => {
    await withPlan(async () => {
      await ghw(['plans', 'reject', issue, '--reason', 'no']);

      const ended = await ghw(['plans', 'edit', issue], { EDITOR: '/does/not/exist', NO_COLOR: '1' });

      expect(ended).toMatchObject({ code: 3 });
      expect(ended.stderr).toContain('cannot edit while the plan is "rejected"');
    });
  });
});
