import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { groups } from '../../../src/cli/groups.ts';
import { ghw, temporaryHome } from '../ghw.ts';

let home: Awaited<ReturnType<typeof temporaryHome>>;

beforeAll(async () => {
  home = await temporaryHome();
  const folder = join(home.path, '.config', 'gh-worker');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.yaml'), 'repositories: [{ name: octo/hello }, { name: acme/x }]\n');
  await writeFile(join(home.path, 'broken.yaml'), 'repositories: [\n');
});
afterAll(() => home.remove());

/** What is offered for the last of the words, and what the shell does beside. */
async function completed(...words: string[]): Promise<{ values: readonly string[]; directive: string }> {
  const { code, stdout, stderr } = await ghw(['__complete', '--', ...words], home.path);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  return { values: lines.slice(0, -1).map((line) => line.split('\t')[0] ?? ''), directive: lines.at(-1) ?? '' };
}

describe('completion', () => {
  it('offers every command, except the one that is not for people', async () => {
    const { values } = await completed('');

    expect(values).toEqual(Object.keys(groups).filter((name) => name !== '__complete'));
  });

  it('offers the commands of a group, and of a short form its words', async () => {
    expect((await completed('plans', 'app')).values).toEqual(['approve']);
    expect((await completed('plan', 'oc')).values).toEqual(['octo/hello']);
  });

  it('offers the commands and the words of a group that is a command as well', async () => {
    expect((await completed('work', 'tri')).values).toEqual(['trigger']);
    expect((await completed('work', 'oc')).values).toEqual(['octo/hello']);
    expect((await completed('work', 'octo/hello', '--plan-agent', 's')).values).toEqual(['scripted']);
  });

  it('offers options with what they are for', async () => {
    const { stdout } = await ghw(['__complete', '--', 'plans', 'approve', '--di'], home.path);

    expect(stdout).toBe('--digest\tthe plan that was read; any other is refused\n:none\n');
  });

  it('offers the values of an option, behind a blank and behind =', async () => {
    expect((await completed('issues', 'plan', '--agent', '')).values).toEqual([
      'claude-code',
      'codex',
      'gemini',
      'opencode',
      'scripted',
    ]);
    expect((await completed('issues', 'plan', '--agent=s')).values).toEqual(['--agent=scripted']);
    expect((await completed('completion', '')).values).toEqual(['bash', 'zsh', 'fish']);
  });

  it('leaves files to the shell, and free text to the person', async () => {
    expect(await completed('--config', 'x')).toEqual({ values: [], directive: ':files' });
    expect(await completed('plans', 'approve', '--note', '')).toEqual({ values: [], directive: ':none' });
  });

  it('takes what follows -- as words, and a value for no word', async () => {
    expect((await completed('issues', 'plan', '--', '--ag')).values).toEqual([]);
    expect((await completed('issues', 'plan', '--agent', 'scripted', 'ac')).values).toEqual(['acme/x']);
  });

  it('offers the repositories of the configuration that the line names', async () => {
    expect((await completed('repositories', 'remove', '')).values).toEqual(['octo/hello', 'acme/x']);
    expect((await completed('--config', join(home.path, 'none.yaml'), 'repositories', 'remove', '')).values).toEqual(
      [],
    );
  });

  it.each([[['nothing', '']], [['issues', 'nothing', '']], [['--config', 'BROKEN', 'issues', 'plan', '']], [[]]])(
    'offers nothing, without a word of error, for %j',
    async (words) => {
      const given = words.map((word) => word.replace('BROKEN', join(home.path, 'broken.yaml')));

      expect((await completed(...given)).directive).toBe(':none');
    },
  );
});
