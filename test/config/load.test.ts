import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import type { Environment } from '../../src/config/location.ts';
import type { Config } from '../../src/config/schema.ts';
import { GhwError } from '../../src/domain/errors.ts';

let home: string;
let path: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghw-config-'));
  path = join(home, 'config.yaml');
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

async function load(text: string, env: Environment = {}): Promise<Config> {
  await writeFile(path, text);
  return (await loadConfig({ path, env: { HOME: home, ...env } })).config;
}

async function refusal(text: string, env: Environment = {}): Promise<GhwError> {
  const error = await load(text, env).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GhwError);
  expect((error as GhwError).name).toBe('InvalidConfiguration');
  return error as GhwError;
}

describe('where the file is', () => {
  it('is the XDG place by default, and need not exist', async () => {
    const loaded = await loadConfig({ env: { HOME: home } });

    expect(loaded).toMatchObject({ path: join(home, '.config/gh-worker/config.yaml'), exists: false });
    expect(loaded.config.data_path).toBe(join(home, '.local/share/gh-worker'));
  });

  it('follows XDG_CONFIG_HOME, and ignores it when relative, as the specification says', async () => {
    const absolute = await loadConfig({ env: { HOME: home, XDG_CONFIG_HOME: join(home, 'xdg') } });
    const relative = await loadConfig({ env: { HOME: home, XDG_CONFIG_HOME: 'xdg' } });

    expect(absolute.path).toBe(join(home, 'xdg/gh-worker/config.yaml'));
    expect(relative.path).toBe(join(home, '.config/gh-worker/config.yaml'));
  });

  it('is GHW_CONFIG where set, and --config before that', async () => {
    const other = join(home, 'other.yaml');
    await writeFile(path, 'temporal: { namespace: from-variable }');
    await writeFile(other, 'temporal: { namespace: from-option }');
    const env = { HOME: home, GHW_CONFIG: path };

    expect((await loadConfig({ env })).config.temporal.namespace).toBe('from-variable');
    expect((await loadConfig({ env, path: other })).config.temporal.namespace).toBe('from-option');
  });

  it('must exist if a person named it', async () => {
    const error: unknown = await loadConfig({ path, env: { HOME: home } }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'InvalidConfiguration', hint: `ghw --config ${path} init` });
  });
});

describe('values', () => {
  it('has a default for every key, also for an empty file and empty sections', async () => {
    const empty = await load('');
    const sections = await load('plan:\nimplement:\nagents:\n  claude-code:\nrepositories:\n');

    expect(sections).toEqual(empty);
    expect(empty.agent.default).toBe('claude-code');
    expect(empty.implement).toMatchObject({ publish: 'pull_request', draft: true });
    expect(empty.agents['claude-code'].api_key_env).toBeNull();
  });

  it('takes paths from the home directory and from the folder of the file', async () => {
    const config = await load('issues_path: ~/issues\nrepository_path: mirrors\ngithub: { token_file: token }');

    expect(config.issues_path).toBe(join(home, 'issues'));
    expect(config.repository_path).toBe(join(home, 'mirrors'));
    expect(config.github.token_file).toBe(join(home, 'token'));
  });

  it.each([
    ['temporal: { namespace: "${NAMESPACE:-default}" }', 'temporal.namespace', 'default'],
    ['temporal: { namespace: "${EMPTY:-default}" }', 'temporal.namespace', 'default'],
    ['agent:\n  max_turns: ${TURNS}', 'agent.max_turns', 7],
    ['agent: { max_turns: "${TURNS}" }', 'agent.max_turns', 7],
    ['agent:\n  max_turns: ${NOT_SET:-1${TURNS}}', 'agent.max_turns', 17],
    ['implement:\n  draft: ${OFF}', 'implement.draft', false],
    ['plan:\n  model: ${VERSION}', 'plan.model', '4.5'],
    ['plan:\n  model: ${NOT_SET:-null}', 'plan.model', null],
    ['plan:\n  model: ${EMPTY}', 'plan.model', null],
    ['sync:\n  labels: ${LABELS}', 'sync.labels', ['bug', 'good first issue']],
    ['sync:\n  labels:\n    - ${TURNS}\n    - ${LABELS}', 'sync.labels', ['7', 'bug, good first issue']],
    ['validation: { commands: "${NOT_SET:-[]}" }', 'validation.commands', []],
    ['implement: { commit_author_name: "$${literal} ${TURNS}" }', 'implement.commit_author_name', '${literal} 7'],
    ['implement: { commit_author_name: "US$ 5 {x} $TURNS" }', 'implement.commit_author_name', 'US$ 5 {x} $TURNS'],
    ['implement: { commit_author_name: "${TURNS:-${NOT_SET}}" }', 'implement.commit_author_name', '7'],
  ])('substitutes environment variables, and becomes what the key wants: %j', async (text, key, value) => {
    const config = await load(text, {
      TURNS: '7',
      OFF: 'false',
      EMPTY: '',
      VERSION: '4.5',
      LABELS: 'bug, good first issue',
    });

    expect(config).toHaveProperty(key.split('.'), value);
  });

  it('never reads a variable’s value as YAML or as another variable', async () => {
    const config = await load('implement: { commit_author_name: "${NAME}" }', { NAME: 'a: [${HOME}]' });

    expect(config.implement.commit_author_name).toBe('a: [${HOME}]');
  });
});

describe('what is wrong', () => {
  it('is told with file, line, column, key and the command that mends it', async () => {
    const error = await refusal('# mine\nimplement:\n  draft: true\n  publish: pr\n');

    expect(error.message).toBe(`${path}:4:12: implement.publish must be one of none, branch, pull_request, not "pr".`);
    expect(error.hint).toBe(`ghw --config ${path} config set implement.publish pull_request`);
  });

  it('is told of all keys at once, in the order of the file', async () => {
    const error = await refusal(
      'repositories: [{ name: a }, { name: o/b }, { name: O/b }]\nagent:\n  max_turns: 0\n  timeout: soon\nfoo: 1\n',
    );

    expect(error.message.split('\n')).toEqual([
      `${path}:1:24: repositories[0].name must be owner/repo, not "a".`,
      `${path}:1:52: repositories[2].name is there twice.`,
      `${path}:3:14: agent.max_turns must be at least 1, not 0.`,
      `${path}:4:12: agent.timeout must be a duration such as 30s, 10m, 1h30m or 2d12h, not "soon".`,
      `${path}:5:1: foo is not a key.`,
    ]);
    expect(error.hint).toContain('config validate');
  });

  it('is an unknown key, with the nearest known one', async () => {
    const error = await refusal('implement:\n  validation_round: 2\n');

    expect(error.message).toBe(
      `${path}:2:3: implement.validation_round is not a key; did you mean implement.validation_rounds?`,
    );
    expect(error.hint).toContain('validation_rounds');
  });

  it('is a secret, which has no place here and is never shown', async () => {
    const error = await refusal('github:\n  token: ghp_verysecret\n');

    expect(error.message).toContain('github.token is not a key: the configuration holds no secrets.');
    expect(`${error.message} ${error.hint ?? ''}`).not.toContain('verysecret');
  });

  it('never shows a secret that stands in the wrong place', async () => {
    const key = `sk-ant-api03-${'a1B2'.repeat(20)}`;
    const error = await refusal(
      `agents:\n  claude-code: { api_key_env: ${key}, base_url: 'https://ana:hunter2@model.test' }\n` +
        'database: { url: "postgres://ana:hunter2@db.test/ghw" }\n',
    );

    expect(error.message).toContain('must be the name of an environment variable, not its value');
    expect(error.message).toContain('must hold no user name or password');
    expect(error.message).toContain('database.url holds a password');
    expect(`${error.message} ${error.hint ?? ''}`).not.toMatch(/a1B2|hunter2/);
  });

  it.each([
    ['${NOT_SET}', 'names the environment variable NOT_SET, which is not set.'],
    ['${NOT SET}', 'holds ${NOT SET}, which is neither ${NAME} nor ${NAME:-default}; a literal ${ is written $${.'],
    ['${NOT_SET', 'holds ${NOT_SET, which is neither ${NAME} nor ${NAME:-default}; a literal ${ is written $${.'],
  ])('is a reference that leads nowhere: %s', async (text, what) => {
    const error = await refusal(`repositories:\n  - name: octo/hello\n    plan: { model: '${text}' }\n`);

    expect(error.message).toBe(`${path}:3:20: repositories[0].plan.model ${what}`);
    expect(error.hint).toContain('repositories.octo/hello.plan.model');
  });

  it.each([
    ['sync: [unclosed\nplan: {}\n', 2],
    ['plan:\n\tmodel: x\n', 2],
    ['plan: {}\nplan: {}\n', 2],
    ['- a\n- b\n', 1],
    ['plan: *nothing\n', 1],
    ['plan: {}\n---\nplan: {}\n', 2],
  ])('is broken YAML: %j, line %d', async (text, line) => {
    const error = await refusal(text);

    expect(error.message).toMatch(new RegExp(`^${path}:${String(line)}:\\d+: `));
    expect(error.hint).toBe(`ghw --config ${path} config edit`);
  });

  it.each([
    ['binary', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['UTF-16', Buffer.from('plan: {}\n', 'utf16le')],
    ['Latin-1', Buffer.from('implement: { commit_author_name: Ren\xe9 }\n', 'latin1')],
  ])('is a file that is no UTF-8 text: %s', async (_, bytes) => {
    await writeFile(path, bytes);

    await expect(loadConfig({ env: { HOME: home, GHW_CONFIG: path } })).rejects.toMatchObject({
      message: `${path}: is no UTF-8 text.`,
      hint: 'ghw init --force',
    });
  });

  it('is a directory in the place of the file, links in a circle, or one that leads nowhere', async () => {
    const options = { env: { HOME: home, GHW_CONFIG: path } };

    await mkdir(path);
    await expect(loadConfig(options)).rejects.toMatchObject({
      message: `${path} cannot be read: it is a directory.`,
      hint: `mv ${path} ${path}.old`,
    });
    await rm(path, { recursive: true });

    await symlink(path, path);
    await expect(loadConfig(options)).rejects.toMatchObject({ hint: `rm ${path}` });
    await rm(path);

    await symlink(join(home, 'gone.yaml'), path);
    await expect(loadConfig(options)).rejects.toMatchObject({
      message: `${path}: is a link to ${join(home, 'gone.yaml')}, which is not there.`,
    });
  });

  it('is an exponential pile of aliases, in no time', async () => {
    const levels = 'bcdefghij'.split('').map(
      (name, i) =>
        `${name}: &${name} [${Array(9)
          .fill(`*${'abcdefghi'[i] ?? ''}`)
          .join(', ')}]`,
    );

    expect((await refusal(`a: &a [x]\n${levels.join('\n')}\n`)).message).toContain('alias');
  });

  it('is a key that JavaScript would take for its own', async () => {
    expect((await refusal('__proto__: { polluted: true }\n')).message).toContain('__proto__ is not a key');
    expect((await refusal('agent: { constructor: 1 }\n')).message).toContain('agent.constructor is not a key');
    expect({}).not.toHaveProperty('polluted');
  });
});
