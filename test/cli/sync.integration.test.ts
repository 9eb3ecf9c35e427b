import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setScene, type Scene } from '../e2e/support.ts';
import { ghw, type Ended } from './ghw.ts';

let scene: Scene;
let name: string;

beforeEach(async () => {
  scene = await setScene();
  name = scene.repository;
});
afterEach(() => scene.close());

function run(...args: string[]): Promise<Ended> {
  return ghw([...args, '--config', scene.configPath], scene.directory, scene.env);
}

describe('ghw issues sync', () => {
  it('tells what is new, repository by repository', async () => {
    scene.github.seed.addIssue(name, { title: 'Another' });
    await scene.startWorker();

    const first = await run('issues', 'sync');
    scene.github.seed.closeIssue(name, 1);
    scene.github.seed.deleteIssue(name, 2);
    scene.github.seed.addIssue(name, { title: 'New' });
    const second = await run('issues', 'sync', name);

    expect(first).toMatchObject({ code: 0, stdout: `${name}: 2 new\nNext: ghw issues list\n` });
    expect(second).toMatchObject({ code: 0, stdout: `${name}: 1 new, 1 closed, 1 gone\nNext: ghw issues list\n` });
  });

  it('tells how far it is on standard error', async () => {
    scene.github.setLatency(1_500);
    await scene.startWorker();

    const { stderr } = await run('issues', 'sync');

    expect(stderr).toContain('[....................] 0/1 repositories');
  });

  it('reads what a filter takes, and says that it did', async () => {
    scene.github.seed.addIssue(name, { title: 'Another', labels: ['bug'] });
    await scene.startWorker();

    const filtered = await run('issues', 'sync', '--label', 'bug', '--since', '7d');
    const full = await run('issues', 'sync');

    expect(filtered.stdout).toContain(`${name}: 1 read by the filter, 1 new\n`);
    expect(full.stdout).toContain(`${name}: 1 new\n`);
  });

  it('answers with JSON', async () => {
    await scene.startWorker();

    const { code, stdout, stderr } = await run('issues', 'sync', '--json');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual([
      {
        repository: name,
        renamedFrom: null,
        archived: false,
        outcome: 'complete',
        issues: { read: 1, added: 1, changed: 0, closed: 0, reopened: 0, gone: 0 },
        failure: null,
      },
    ]);
  });

  it('names a repository that failed, with the reason, and reads the others', async () => {
    await run('repositories', 'add', '--no-verify', 'octo/nowhere');
    await scene.startWorker();

    const { code, stdout, stderr } = await run('issues', 'sync');

    expect(code).toBe(4);
    expect(stdout).toContain(`${name}: 1 new\nocto/nowhere: failed\n`);
    expect(stderr).toMatch(/^octo\/nowhere: GitHub could not read the repository octo\/nowhere: .*not found/m);
  });

  it('reads named issues as they are, and begins their life', async () => {
    await scene.startWorker();

    const { code, stdout } = await run('issues', 'sync', `${name}#1`);

    expect(code).toBe(0);
    expect(stdout).toContain(`${name}#1`);
    expect(await scene.summary()).toMatchObject({ outcome: null });
  });

  it.each([
    [['--all', '--label', 'bug'], '--all reads every issue again'],
    [['1', '--label', 'bug'], 'Issues that are named are read as they are'],
    [['--since', 'soon'], '"soon" is not a duration.'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await run('issues', 'sync', ...args);

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as unknown });
  });

  it('says so when nobody is there to read', async () => {
    const { code, stderr } = await run('issues', 'sync');

    expect(code).toBe(6);
    expect(stderr).toContain('No worker is there to read issues from GitHub.');
  });
});
