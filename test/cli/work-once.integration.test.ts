import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CycleEnd } from '../../src/client/work-cycle/follow-cycle.ts';
import type { Status } from '../../src/cli/status/status.ts';
import { addIssues, addRepository, breakRepository, changeConfig, phaseOf, withLedger } from '../e2e/work-support.ts';
import { IDENTITY, setScene, type Scene } from '../e2e/support.ts';
import { type Ended, ghw } from './ghw.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

function work(...args: string[]): Promise<Ended> {
  return ghw(['work', ...args, '--config', scene.configPath], scene.directory, scene.env);
}

/** One cycle, as a script sees it. */
async function once(...args: string[]): Promise<NonNullable<CycleEnd['state']> & Pick<Ended, 'code'>> {
  const { code, stderr, stdout } = await work('--once', '--json', ...args);
  if (stdout === '') throw new Error(stderr);
  const { state } = JSON.parse(stdout) as CycleEnd;
  if (state === null) throw new Error(stdout);
  return { ...state, code };
}

/** `owner/repo#n` of the issues that a dry run would plan. */
async function planned(...args: string[]): Promise<string[]> {
  const state = await once('--dry-run', ...args);
  return phaseOf(state, 'plan')
    .issues.map(({ number, repository }) => `${repository}#${String(number)}`)
    .sort();
}

const banners = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('==='));

describe('MUST: execute phases in order, in single-shot mode; log what begins and ends', () => {
  it('SHOULD: clear console output, the values used, and how many repositories and issues there are', async () => {
    await scene.startWorker();
    // Each phase lasts long enough to be seen.
    scene.github.setLatency(500);

    const { code, stderr, stdout } = await work('--once');

    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    expect(banners(stdout)).toEqual([
      '=== Syncing issues ===',
      '=== Generating plans ===',
      '=== Implementing plans ===',
      '=== Reviewing implementations ===',
      '=== Work cycle completed ===',
    ]);
    const issue = `${scene.repository}#1`;
    expect(stdout).toContain(`${scene.repository}: 1 new\n`);
    expect(stdout).toContain(`${issue}: plan written; next: ghw plans review ${issue}\n`);
    expect(stdout).toMatch(/^implement +0 +0 done, 1 skipped \(no approved plan/m);
    expect(stderr).toMatch(/^\[[#.]{20}\] \d\/1 issues$/m);
    expect(stdout).toContain('1 repository; labels ghw; at a time 4 plans, 2 implementations, 2 reviews');
  });

  it('SHOULD: be visible while it runs, to who asks for the status', async () => {
    await scene.startWorker();
    scene.github.setLatency(2_000);
    const status = (...more: string[]): Promise<Ended> =>
      ghw(['status', ...more, '--config', scene.configPath], scene.directory, scene.env);
    const { id } = JSON.parse((await work('--once', '--no-wait', '--json')).stdout) as { id: string };

    const running = async () => (JSON.parse((await status('--json')).stdout) as Status).cycles ?? [];
    let cycles = await running();
    // It reads its configuration first.
    while (cycles[0]?.phase === null) cycles = await running();
    const shown = await status();

    expect(cycles).toEqual([
      {
        id,
        startedAt: expect.any(String) as unknown as string,
        phase: 'sync',
        ended: 0,
        taken: expect.any(Number) as unknown as number,
      },
    ]);
    expect(shown.stdout).toMatch(new RegExp(`^sync +0 of \\d+ +\\d+s +ghw work follow ${id}$`, 'm'));
    expect(shown.stdout).not.toContain('Nothing runs.');
  });

  it('MAY: keep a history and error statistics: in the ledger, and by ghw work history', async () => {
    await scene.startWorker();
    const { startedAt } = await once();

    const history = await work('history');
    const { cycles, statistics } = JSON.parse((await work('history', '--json', '--name', 'once')).stdout) as {
      cycles: { name: string; outcome: string; startedAt: string }[];
      statistics: object;
    };

    expect(history.stdout).toMatch(/^once +1 +\S+ +\d+s +done +1 +0 +work:once:/m);
    expect(history.stdout).toContain('Failures by phase: none');
    expect(cycles).toMatchObject([{ name: 'once', outcome: 'done', startedAt }]);
    expect(statistics).toEqual({ cycles: 1, outcomes: { done: 1 }, byPhase: {}, byRepository: {}, failedInARow: 0 });
    expect((await work('history', '--name', 'other')).stdout).toContain(
      'No cycle has run yet. Run one: ghw work --once',
    );
  });
});

describe('MUST: pass filters to all phases', () => {
  it('MUST: process all repositories when none is named, and only those that are named or match a pattern', async () => {
    await scene.startWorker();
    const other = await addRepository(scene, 'other');
    const urgent = await addRepository(scene, 'urgent', { priority: 'high' });
    const resting = await addRepository(scene, 'resting', { active: false });

    expect(await planned()).toEqual([`${scene.repository}#1`, `${other}#1`, `${urgent}#1`].sort());
    expect(await planned(other)).toEqual([`${other}#1`]);
    expect(await planned('--repo', 'octo/U*', other)).toEqual([`${other}#1`, `${urgent}#1`].sort());
    expect(await planned('--priority', 'high')).toEqual([`${urgent}#1`]);
    expect(await planned(resting)).toEqual([`${resting}#1`]);
    expect(await work('--once', 'Octo/none')).toMatchObject({ code: 4 });
  });

  it('MUST: apply issue numbers and ranges; MAY: labels, assignee, and the time of the last update', async () => {
    await scene.startWorker();
    addIssues(scene, 2, { labels: [] });
    addIssues(scene, 1, { labels: ['ghw', 'wip'] });
    const { number } = scene.github.seed.addIssue(scene.repository, {
      title: 'Mine',
      author: 'ana',
      labels: ['bug'],
      assignees: [IDENTITY],
    });
    const of = (...numbers: number[]): string[] => numbers.map((one) => `${scene.repository}#${String(one)}`);

    expect(await planned()).toEqual(of(1, 4));
    expect(await planned('2-3,4')).toEqual(of(2, 3, 4));
    expect(await planned('--issue', '2', `${scene.repository}`)).toEqual(of(2));
    expect(await planned('--label', '!wip')).toEqual(of(1));
    expect(await planned('--label', 'bug', '--label', 'wip')).toEqual(of(4, number));
    expect(await planned('--all')).toEqual(of(1, 2, 3, 4, number));
    expect(await planned('--all', '--assignee', '@me')).toEqual(of(number));
    expect(await planned('--all', '--since', '2099-01-01T00:00Z').catch((error: Error) => error.message)).toContain(
      'lies in the future',
    );
    expect(await planned('--since', '1d')).toEqual(of(1, 4));
  });
});

describe('MAY: support phase skipping and custom workflows; extensions: dry runs, what a phase does its work with', () => {
  it('runs only the phases that are wanted', async () => {
    await scene.startWorker();

    const only = await work('--once', '--only-phase', 'sync');
    const skipped = await work('--once', '--skip-phase', 'sync', '--skip-phase', 'plan');

    expect(banners(only.stdout)).toEqual(['=== Syncing issues ===', '=== Work cycle completed ===']);
    expect(banners(skipped.stdout)).toEqual([
      '=== Implementing plans ===',
      '=== Reviewing implementations ===',
      '=== Work cycle completed ===',
    ]);
  });

  it('says in a dry run what each phase would do, and does nothing', async () => {
    await scene.startWorker();

    const { code, stdout } = await work('--once', '--dry-run');

    expect(code).toBe(0);
    expect(stdout).toContain(`${scene.repository}#1: would be planned\n`);
    expect(stdout).toContain('A dry run: issues were read, and nothing else was done.');
    await expect(scene.client.state(scene.issue)).rejects.toMatchObject({ name: 'IssueNotTracked' });
    expect(scene.github.repository(scene.repository).issue(1).comments).toEqual([]);
    expect(await withLedger(scene, (ledger) => ledger.cycles.list())).toEqual([]);
  });

  it('has another agent and model in one phase', async () => {
    await changeConfig(scene, (before) => ({ ...before, agent: { default: 'claude-code' } }));
    await scene.startWorker();

    const state = await once('--plan-agent', 'scripted', '--plan-model', 'small');

    expect(phaseOf(state, 'plan')).toMatchObject({ done: 1, failed: 0 });
    const { runs } = await scene.summary();
    expect(runs).toMatchObject([{ phase: 'plan', agent: 'scripted' }]);
  });
});

describe('SHOULD: continue to the next phase even if some operations fail', () => {
  it('and say what failed, with exit code 1 only where --fail-on-error wants it', async () => {
    const broken = await addRepository(scene, 'broken');
    await scene.startWorker();
    breakRepository(scene, broken);

    const { code, stderr, stdout } = await work('--once', '--fail-on-error');

    expect(code).toBe(1);
    expect(banners(stdout)).toHaveLength(5);
    expect(stdout).toContain(`${broken}: failed\n`);
    expect(stderr).toMatch(new RegExp(`^warning: ${broken}: .*502`, 'm'));
    expect(stdout).toContain(`${scene.repository}#1: plan written`);
    expect((await work('history')).stdout).toMatch(new RegExp(`^Failures by repository: ${broken} 1$`, 'm'));
  });
});

describe('MUST: provide error messages to console', () => {
  it('also of what goes with a cycle: a hook that fails costs it nothing', async () => {
    await changeConfig(scene, (before) => ({ ...before, work: { before: ['/no/such/program'] } }));
    await scene.startWorker();

    const { code, stderr, stdout } = await work('--once', '--only-phase', 'sync');

    expect(code).toBe(0);
    expect(stdout).toContain('=== Work cycle completed ===');
    expect(stderr).toContain('warning: cycle: /no/such/program:');
  });
});

describe('MUST: terminate gracefully on configuration errors', () => {
  it('SHOULD: with the command that mends it, before anything is begun', async () => {
    await changeConfig(scene, (before) => ({ ...before, repositories: [] }));

    const { code, stderr, stdout } = await work('--once');

    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toBe('error: No repository is configured.\nhint: ghw repositories add owner/repo\n');
  });

  it('also where only the worker finds out', async () => {
    await scene.startWorker();
    const before = await readFile(scene.configPath, 'utf8');
    const { env } = scene;
    await changeConfig(scene, (config) => ({ ...config, repositories: [] }));

    // The command's own configuration still has the repository; the worker's has not.
    const own = `${scene.configPath}.own.yaml`;
    await writeFile(own, before, { mode: 0o600 });
    const { code, stderr, stdout } = await ghw(['work', '--once', '--config', own], scene.directory, env);

    expect(code).toBe(5);
    expect(banners(stdout)).toEqual([]);
    expect(stderr).toContain('error: No repository is configured. ghw repositories add owner/repo');
  });

  it('and say at once that no worker is there', async () => {
    const { code, stderr, stdout } = await work('--once');

    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toContain('error: No worker is there to run a work cycle');
    expect(stderr).toContain('hint: Start one with `ghw up`');
  });
});

describe('extension: dynamic repository discovery', () => {
  it('adds the repositories of an owner before the cycle, as ghw repositories add does', async () => {
    const owner = `Acme-${scene.repository.slice(-8)}`;
    const add = (name: string, role: 'READ' | 'WRITE', archived = false): Promise<unknown> =>
      scene.github.seed.addRepository({
        owner,
        name,
        files: { 'README.md': '# x\n' },
        permissions: { [IDENTITY]: role },
        archived,
      });
    await Promise.all(Array.from({ length: 3 }, (_, index) => add(`app-${String(index)}`, 'WRITE')));
    await add('foreign', 'READ');
    await add('old', 'WRITE', true);
    scene.github.seed.addIssue(`${owner}/app-1`, { title: 'Do it', author: 'ana', labels: ['ghw'] });
    await scene.startWorker();

    const { code, stderr, stdout } = await work('--once', '--discover', owner, `${owner}/*`);

    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain(
      `${owner}: 4 repositories, 1 left out (no issues, or no right to write).\n${owner}: 3 added.`,
    );
    expect(stdout).toContain(`${owner}/app-1#1: plan written`);
    expect(stdout).not.toContain(`${scene.repository}#1`);
    const again = await work('--once', '--dry-run', '--discover', owner);
    expect(again.stderr).toContain(': 0 added');
    const missing = await work('--once', '--discover', 'nobody-at-all');
    expect(missing.code).toBe(4);
  });
});
