import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ghw, temporaryHome, type Ended } from '../ghw.ts';

let home: Awaited<ReturnType<typeof temporaryHome>>;
let file: string;

beforeEach(async () => {
  home = await temporaryHome();
  const directory = join(home.path, '.config', 'gh-worker');
  await mkdir(directory, { recursive: true });
  file = join(directory, 'config.yaml');
  await writeFile(file, 'repositories:\n  # ours\n  - name: octo/hello\n  - url: https://github.com/octo/world\n');
});
afterEach(() => home.remove());

function run(...args: readonly string[]): Promise<Ended> {
  return ghw(args, home.path);
}

describe('ghw repositories disable and enable', () => {
  it('change one key, and nothing else', async () => {
    const before = await readFile(file, 'utf8');

    const disabled = await run('repositories', 'disable', 'Octo/Hello', 'octo/world', '--json');

    expect(JSON.parse(disabled.stdout)).toEqual([
      { name: 'octo/hello', active: false, changed: true },
      { name: 'octo/world', active: false, changed: true },
    ]);
    expect(await readFile(file, 'utf8')).toContain('  - name: octo/hello\n    active: false\n');
    expect((await run('repositories', 'disable', 'octo/hello')).stdout).toBe('octo/hello: disabled already\n');
    expect((await run('repositories', 'enable', 'octo/hello', 'octo/world')).code).toBe(0);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('name one that is not there', async () => {
    const { code, stderr } = await run('repositories', 'disable', 'octo/other');

    expect(code).toBe(4);
    expect(stderr).toContain('octo/other is not among the configured repositories.');
  });
});

describe('ghw prs and ghw discovery', () => {
  it.each([
    ['an address', ['prs', 'open', 'https://github.com/octo/hello/pull/7/files'], 'octo/hello/pull/7'],
    ['a name with a number', ['prs', 'open', 'Octo/Hello', '7'], 'octo/hello/pull/7'],
    ['both in one', ['prs', 'open', 'octo/world#12'], 'octo/world/pull/12'],
  ])('know a pull request by %s', async (_, args, place) => {
    expect((await run(...args)).stdout).toBe(`https://github.com/${place}\n`);
  });

  it.each([
    [['prs', 'open', '7'], 'The number of a pull request alone names no repository.'],
    [['prs', 'show', 'octo/hello'], 'octo/hello names no single pull request.'],
    [['prs', 'show', 'octo/hello#0'], 'The number of a pull request must be a whole number from 1'],
    [['prs', 'list', '--checks', 'odd'], 'Checks cannot be "odd".'],
    [['prs', 'list', '--limit', 'many'], 'The limit'],
  ])('refuse what makes no sense: %j', async (args, reason) => {
    const { code, stderr } = await run(...args);

    expect(stderr).toContain(reason);
    expect(code).toBe(2);
  });

  it.each([
    [['prs', 'list'], 6],
    [['prs', 'show', 'octo/hello#7'], 6],
    [['prs', 'list', 'octo/other'], 4],
    [['discovery', 'run'], 6],
    [['discovery', 'run', 'octo/other'], 4],
    [['discovery', 'status'], 6],
    [['discovery', 'pause'], 6],
  ])('end with a reason where nobody answers: %j', async (args, exitCode) => {
    const { code, stderr, stdout } = await run(...args, '--json');

    expect(code).toBe(exitCode);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ error: expect.any(String), message: expect.any(String) });
  });
});
