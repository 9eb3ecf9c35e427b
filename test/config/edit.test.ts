import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addRepository, removeRepository } from '../../src/config/edit-repositories.ts';
import { setValue } from '../../src/config/edit.ts';
import { parseKey } from '../../src/config/parse-key.ts';
import { loadConfig } from '../../src/config/load.ts';
import { findRepository } from '../../src/config/policy.ts';
import type { ConfigOptions } from '../../src/config/location.ts';

let home: string;
let path: string;
let options: ConfigOptions;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghw-edit-'));
  path = join(home, 'deep', 'config.yaml');
  options = { env: { HOME: home, GHW_CONFIG: path } };
  await setValue(parseKey('sync.parallelism'), ['4'], options);
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

async function set(key: string, ...texts: string[]): Promise<void> {
  await setValue(parseKey(key), texts, options);
}

describe('setting a key', () => {
  it('makes folder and file, readable by their owner alone', async () => {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, 'deep'))).mode & 0o777).toBe(0o700);
  });

  it('keeps comments, order and everything else', async () => {
    const text = '# mine\nplan:\n  model: large # the best\n  agent: scripted\nsync: { parallelism: 2 }\n';
    await writeFile(path, text);

    await set('plan.model', 'small');

    expect(await readFile(path, 'utf8')).toBe(text.replace('large', 'small'));
  });

  it.each([
    ['implement.draft', ['false'], 'implement.draft', false],
    ['agent.max-turns', ['12'], 'agent.max_turns', 12],
    ['agent.budget_usd', ['null'], 'agent.budget_usd', null],
    ['agent.model', ['4.5'], 'agent.model', '4.5'],
    ['validation.commands', ['npm test'], 'validation.commands', ['npm test']],
    ['validation.commands', ['npm ci', 'npm test'], 'validation.commands', ['npm ci', 'npm test']],
    ['validation.commands', ['[]'], 'validation.commands', []],
    ['validation.commands', ['echo "a: b" # c'], 'validation.commands', ['echo "a: b" # c']],
    ['implement.commit_message', ['#{number}: {title}'], 'implement.commit_message', '#{number}: {title}'],
  ])('reads %s %j as what the key wants', async (key, texts, at, value) => {
    await set(key, ...texts);

    const { config } = await loadConfig(options);
    expect(config).toHaveProperty(at.split('.'), value);
  });

  it('refuses a value that does not fit, and changes nothing', async () => {
    const before = await readFile(path, 'utf8');

    await expect(set('implement.publish', 'pr')).rejects.toMatchObject({
      name: 'InvalidConfiguration',
      message: 'implement.publish must be one of none, branch, pull_request, not "pr".',
    });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('refuses a key that is not there, and names the nearest', () => {
    expect(() => parseKey('implement.publsh')).toThrow(
      expect.objectContaining({ name: 'InvalidInput', hint: 'Did you mean implement.publish?' }),
    );
    expect(() => parseKey('__proto__.polluted')).toThrow('has no key');
    expect(() => parseKey('.plan')).toThrow('has no key');
  });

  it('mends a broken value, also while another one is broken', async () => {
    await writeFile(path, 'agent: { max_turns: many }\nsync: { parallelism: 0 }\n');

    const { remaining } = await setValue(parseKey('agent.max_turns'), ['9'], options);
    expect(remaining.map(({ what }) => what)).toEqual(['must be at least 1, not 0.']);
    await set('sync.parallelism', '1');

    expect((await loadConfig(options)).config).toMatchObject({ agent: { max_turns: 9 }, sync: { parallelism: 1 } });
  });

  it('mends a section that is not one', async () => {
    await writeFile(path, 'plan: fast\nsync: { parallelism: 3 }\n');

    await set('plan.model', 'fast');

    expect((await loadConfig(options)).config).toMatchObject({ plan: { model: 'fast' }, sync: { parallelism: 3 } });
  });

  it('works on broken YAML, keeps what can be read, and a copy of the file', async () => {
    const broken = 'sync: { parallelism: 3 }\nplan: [unclosed\n';
    await writeFile(path, broken);

    const { backup } = await setValue(parseKey('plan.model'), ['small'], options);

    expect((await loadConfig(options)).config).toMatchObject({ plan: { model: 'small' }, sync: { parallelism: 3 } });
    expect(await readFile(String(backup), 'utf8')).toBe(broken);
  });

  it('sets what a repository sets itself, by its name', async () => {
    await addRepository({ name: 'octo/hello.js' }, options);

    await set('repositories[Octo/Hello.js].implement.publish', 'none');

    expect((await loadConfig(options)).config.repositories).toMatchObject([
      { name: 'octo/hello.js', implement: { publish: 'none' } },
    ]);
    await expect(set('repositories[octo/other].plan.model', 'x')).rejects.toMatchObject({
      name: 'RepositoryNotConfigured',
    });
  });
});

describe('the file', () => {
  it('loses nothing when several commands change it at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `octo/${name}`);

    await Promise.all(names.map((name) => addRepository({ name }, options)));

    const { config } = await loadConfig(options);
    expect(config.repositories.map(({ name }) => name).sort()).toEqual(names);
  });

  it('may be a link: what it leads to is changed, and the link stays', async () => {
    const target = join(home, 'dotfiles.yaml');
    await writeFile(target, 'sync: { parallelism: 2 }\n');
    await rm(path);
    await symlink(target, path);

    await set('sync.parallelism', '3');

    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(target, 'utf8')).toBe('sync: { parallelism: 3 }\n');
  });

  it('that cannot be written is an error of the configuration', async () => {
    await writeFile(join(home, 'file'), '');

    await expect(
      setValue(parseKey('plan.model'), ['x'], { env: { HOME: home }, path: join(home, 'file', 'config.yaml') }),
    ).rejects.toMatchObject({ name: 'InvalidConfiguration', message: expect.stringContaining('cannot be written') });
  });
});

describe('repositories', () => {
  it('are added once, whatever their spelling, and follow a rename by their id', async () => {
    const first = await addRepository({ name: 'octo/hello' }, options);
    const again = await addRepository({ name: 'Octo/Hello', id: 'R_1' }, options);
    const renamed = await addRepository({ name: 'octo/goodbye', id: 'R_1' }, options);

    expect([first.added, again.added, renamed.added]).toEqual([true, false, false]);
    const { config } = await loadConfig(options);
    expect(config.repositories).toMatchObject([{ name: 'Octo/Hello', id: 'R_1', renamed_to: 'octo/goodbye' }]);
    expect(findRepository(config, 'Octo/Goodbye')?.name).toBe('Octo/Hello');
  });

  it('are removed by name; one that is not there is told', async () => {
    await addRepository({ name: 'octo/hello' }, options);

    expect(await removeRepository('OCTO/hello', options)).toMatchObject({ removed: true });
    expect(await removeRepository('octo/hello', options)).toMatchObject({ removed: false });
    expect((await loadConfig(options)).config.repositories).toEqual([]);
  });
});
