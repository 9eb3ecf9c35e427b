import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addRepository } from '../../src/config/edit-repositories.ts';
import { setValue, unsetValue } from '../../src/config/edit.ts';
import { loadConfig } from '../../src/config/load.ts';
import { splitKey } from '../../src/config/parse-key.ts';
import { validateConfig } from '../../src/config/validate.ts';

let home: string;
let path: string;
let env: Record<string, string>;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghw-repair-'));
  path = join(home, 'config.yaml');
  env = { HOME: home, GHW_CONFIG: path };
});
afterEach(() => rm(home, { recursive: true }));

async function set(key: string, ...texts: string[]) {
  return setValue(splitKey(key) ?? [], texts, { env });
}

/** Does what a mend says: `ghw config set a.b 'c d'`, `ghw config unset a && ghw config set b c`, `unset GHW_X`. */
async function follow(mend: string): Promise<void> {
  for (const command of mend
    .replace(/^Set \w+, or: /, '')
    .replace(/ \(or correct it: .*\)$/, '')
    .split(' && ')) {
    const [, ...words] = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
    const [, verb, key = '', ...values] = words;
    if (command.startsWith('unset ')) delete env[words[0]?.replace(',', '') ?? ''];
    else if (verb === 'set') await set(key, ...values);
    else if (verb === 'unset') await unsetValue(splitKey(key) ?? [], { env });
    else throw new Error(`No command that a script could follow: ${mend}`);
  }
}

describe('following what `ghw config validate` says, one command at a time,', () => {
  it.each<[string, Record<string, string>, object]>([
    ['agent: { max_turns: 0, timeout: soon, budget_usd: -1 }', {}, { agent: { max_turns: 1, timeout: '1h' } }],
    ['agent: { max_turns: 5000 }', {}, { agent: { max_turns: 1000 } }],
    ['agent: { max_turns: "12" }', {}, { agent: { max_turns: 12 } }],
    ['implement: { publish: pull-request, draft: yes }', {}, { implement: { publish: 'pull_request', draft: true } }],
    ['plan: { model: 4.5, agent: "Not A Name" }', {}, { plan: { model: '4.5', agent: null } }],
    ['plan: fast\nsync: [1]', {}, { plan: { model: null } }],
    ['sync: { labels: [ghw, "", 7] }', {}, { sync: { labels: ['ghw', '7'] } }],
    ['sync: { labels: ghw }', {}, { sync: { labels: ['ghw'] } }],
    ['workers: { types: [docs, tests] }', {}, { workers: { types: ['docs', 'test'] } }],
    [
      'workers: { types: [nothing-like-it] }',
      {},
      { workers: { types: ['feature', 'bugfix', 'test', 'docs', 'refactor', 'review'] } },
    ],
    ['implement: { validation_round: 3 }', {}, { implement: { validation_rounds: 3 } }],
    ['github: { token: abc }\nnonsense: { a: 1 }', {}, { plan: { model: null } }],
    [
      'implement: { commit_message: "{nonsense}" }',
      {},
      { implement: { commit_message: '{title}\n\nCloses #{number}' } },
    ],
    ['agents: { claude-code: { base_url: "ftp://x", api_key_env: "not a name" } }', {}, { plan: {} }],
    ['agent:\n  max_turns: ${NOT_SET}\n  timeout: ${NOT_SET}x', {}, { agent: { max_turns: 100, timeout: '1h' } }],
    ['workers: { types: "${NOT_SET:-nothing}" }', {}, { workers: { max_concurrent_tasks: 1 } }],
    ['plan: { model: "${NOT SET}" }', {}, { plan: { model: null } }],
    ['database: { url: "postgres://a:secret@db.test/x" }', {}, { database: { url: null } }],
    ['repositories: [{ name: o/a }, { name: O/A }, { name: o/b, plan: { model: [] } }]', {}, { plan: {} }],
    ['repositories: [{ name: o/a, priority: hihg, publish: none }, nonsense]', {}, { plan: {} }],
    ['repositories: [{ plan: {} }, { name: "../x" }]', {}, { repositories: [] }],
    ['"a.b": 1\n7: 8', {}, { plan: {} }],
    ['', { GHW_AGENT_MAX_TURNS: 'many', GHW_SYNC_LABELS: '[1, 2]' }, { agent: { max_turns: 100 } }],
  ])('makes %j valid', async (text, variables, expected) => {
    await writeFile(path, text);
    Object.assign(env, variables);

    let rounds = 0;
    for (;;) {
      const [problem] = (await validateConfig({ env })).problems;
      if (problem === undefined) break;
      await follow(problem.mend);
      rounds++;
      expect(rounds).toBeLessThan(10);
    }

    expect(rounds).toBeGreaterThan(0);
    expect((await loadConfig({ env })).config).toMatchObject(expected);
  });
});

describe('`ghw config set` on a file that cannot be read whole', () => {
  it.each([
    ['an unclosed bracket', 'sync: { parallelism: 3 }\nplan: [unclosed\n', 3],
    ['a tab', 'sync:\n\tparallelism: 3\n', 3],
    ['two sections of one name', 'sync: { parallelism: 2 }\nplan: { agent: scripted }\nsync: { parallelism: 3 }\n', 3],
    ['a key that is there twice', 'sync:\n  parallelism: 2\n  parallelism: 3\n', 3],
    ['two documents', 'sync: { parallelism: 3 }\n---\nplan: {}\n', 3],
    ['an alias of nothing', 'sync: { parallelism: 3 }\nreview: *nothing\n', 3],
    ['a list', '- a\n- b\n', 4],
    ['a word', 'hello', 4],
    ['bytes of another encoding', Buffer.from('# Ren\xe9\nsync: { parallelism: 3 }\n', 'latin1'), 3],
    ['UTF-16', Buffer.from('\ufeffsync: { parallelism: 3 }\n', 'utf16le'), 4],
    ['noise', Buffer.from([0xff, 0xfe, 0, 1, 2, 0x3a, 0x20, 0x80, 10, 0x7b]), 4],
  ])('keeps what can be read, and a copy: %s', async (_, content, parallelism) => {
    await writeFile(path, content);

    const { backup, remaining } = await set('plan.model', 'small');

    expect(remaining).toEqual([]);
    expect((await loadConfig({ env })).config).toMatchObject({ plan: { model: 'small' }, sync: { parallelism } });
    expect(await readFile(String(backup))).toEqual(Buffer.from(content));
  });

  it('has nothing to keep of an empty one', async () => {
    await writeFile(path, '');

    expect((await set('plan.model', 'small')).backup).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('plan:\n  model: small\n');
  });

  it('finds a repository whose list is there twice', async () => {
    await writeFile(path, 'repositories: [{ name: o/a }]\nrepositories: [{ name: o/b }, { name: o/c }]\n');

    await set('repositories.o/c.priority', 'high');
    await addRepository({ name: 'o/d' }, { env });

    expect((await loadConfig({ env })).config.repositories).toMatchObject([
      { name: 'o/b', priority: 'normal' },
      { name: 'o/c', priority: 'high' },
      { name: 'o/d' },
    ]);
  });

  it('keeps a value that is named elsewhere when its first place is taken out', async () => {
    await writeFile(path, 'plan: { model: &m opus }\nreview: { model: *m }\nagent: { model: *m }\n');

    await unsetValue(['plan', 'model'], { env });

    expect(await readFile(path, 'utf8')).toBe('review: { model: &m opus }\nagent: { model: *m }\n');
  });

  it('writes what loads again and has the value, whatever the file was before', async () => {
    const text = await readFile(join(import.meta.dirname, '..', '..', 'examples', 'config.yaml'), 'utf8');
    const bits = [
      '\t',
      '{',
      '}',
      '[',
      ']',
      ': ',
      '\n',
      '  ',
      '"',
      "'",
      '*a',
      '&a ',
      '!!x ',
      '#',
      '- ',
      '${',
      '|',
      '\0',
      '? ',
      '---\n',
    ];
    for (let seed = 1; seed <= 300; seed++) {
      // The same for each seed, so that a failure can be repeated.
      const random = (below: number, salt: number): number => ((seed * 2_654_435_761 + salt * 40_503) >>> 7) % below;
      const [at, to] = [random(text.length, 1), random(text.length, 2)];
      const broken =
        text.slice(0, at) + (bits[random(bits.length, 3)] ?? '') + text.slice(random(2, 4) === 0 ? at : to);
      await writeFile(path, broken);

      await set('plan.agent', 'scripted');

      const { problems } = await validateConfig({ env });
      expect({ seed, unreadable: problems.filter(({ key }) => key.length === 0) }).toEqual({ seed, unreadable: [] });
      expect(await readFile(path, 'utf8')).toContain('agent: scripted');
    }
  });
});

describe('what stands in the place of the file', () => {
  it('is not touched if it is a directory', async () => {
    await mkdir(join(path, 'deep'), { recursive: true });

    await expect(set('plan.model', 'x')).rejects.toMatchObject({
      message: `${path} cannot be written: it is a directory.`,
      hint: `mv ${path} ${path}.old`,
    });
    expect(await readdir(path)).toEqual(['deep']);
  });

  it('is not replaced if it is a device', async () => {
    env.GHW_CONFIG = '/dev/null';

    await expect(set('plan.model', 'x')).rejects.toMatchObject({
      message: '/dev/null cannot be written: it is no ordinary file.',
    });
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    expect((await loadConfig({ env })).config.plan.model).toBeNull();
  });

  it('may be a link to nowhere: what it leads to is made, and the link stays', async () => {
    const target = join(home, 'dotfiles', 'ghw.yaml');
    await symlink(target, path);

    await set('plan.model', 'x');

    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(target, 'utf8')).toBe('plan:\n  model: x\n');
    expect((await stat(target)).mode & 0o777).toBe(0o600);
  });

  it('keeps its mode', async () => {
    await writeFile(path, 'plan: {}\n');
    await chmod(path, 0o640);

    await set('plan.model', 'x');

    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it('is named with --config in the commands that mend it, quoted where it must be', async () => {
    const odd = join(home, "it's here.yaml");
    await writeFile(odd, 'plan: { model: "" }\n');

    const { problems } = await validateConfig({ path: odd, env: { HOME: home } });

    expect(problems[0]?.mend).toBe(`ghw --config '${home}/it'\\''s here.yaml' config unset plan.model`);
  });
});
