import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

    expect(error).toMatchObject({ name: 'InvalidConfiguration', hint: `ghw init --config ${path}` });
  });
});

describe('values', () => {
  it('has a default for every key, also for an empty file and empty sections', async () => {
    const empty = await load('');
    const sections = await load('plan:\nimplement:\nagents:\nrepositories:\n');

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

  it('substitutes environment variables, with defaults, and keeps the kind of the value', async () => {
    const text = [
      'temporal: { namespace: "${NAMESPACE:-default}" }',
      'agent:',
      '  max_turns: ${TURNS}',
      'plan:',
      '  model: ${MODEL:-opus}',
      'implement:',
      '  validation_rounds: ${ROUNDS:-3}',
      '  commit_author_name: "$${literal}"',
    ].join('\n');

    const config = await load(text, { TURNS: '7', MODEL: '' });

    expect(config.temporal.namespace).toBe('default');
    expect(config.agent.max_turns).toBe(7);
    expect(config.plan.model).toBe('opus');
    expect(config.implement.validation_rounds).toBe(3);
    expect(config.implement.commit_author_name).toBe('${literal}');
  });

  it('never reads a variable’s value as YAML or as another variable', async () => {
    const config = await load('implement: { commit_author_name: "${NAME}" }', { NAME: 'a: [${HOME}]' });

    expect(config.implement.commit_author_name).toBe('a: [${HOME}]');
  });
});

describe('what is wrong', () => {
  it('is told with file, line, key and the command that mends it', async () => {
    const error = await refusal('# mine\nimplement:\n  draft: true\n  publish: pr\n');

    expect(error.message).toBe(`${path}:4: implement.publish must be one of none, branch, pull_request, not "pr".`);
    expect(error.hint).toBe('ghw config set implement.publish pull_request');
  });

  it('is told of all keys at once', async () => {
    const error = await refusal('agent:\n  max_turns: 0\n  timeout: soon\ntemporal:\n  address: nowhere\n');

    expect(error.message.split('\n')).toEqual([
      `${path}:2: agent.max_turns must be at least 1, not 0.`,
      `${path}:3: agent.timeout must be a duration such as 30s, 10m, 1h30m or 2d12h, not "soon".`,
      `${path}:5: temporal.address must be host:port, not "nowhere".`,
    ]);
  });

  it('is an unknown key, with the nearest known one', async () => {
    const error = await refusal('implement:\n  validation_round: 2\n');

    expect(error.message).toBe(
      `${path}:2: implement.validation_round is not a key; did you mean implement.validation_rounds?`,
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
      `agents:\n  claude-code: { api_key_env: ${key}, base_url: 'https://ana:hunter2@model.test' }\n`,
    );

    expect(error.message).toContain('must be the name of an environment variable, not its value');
    expect(error.message).toContain('must hold no user name or password');
    expect(error.message).not.toContain('a1B2');
    expect(error.message).not.toContain('hunter2');
  });

  it('is a variable that is not set', async () => {
    const error = await refusal('repositories:\n  - name: octo/hello\n    plan: { model: "${NOT_SET}" }\n');

    expect(error.message).toBe(
      `${path}:3: repositories[0].plan.model names the environment variable NOT_SET, which is not set.`,
    );
  });

  it('is broken YAML, with its line', async () => {
    const error = await refusal('plan: {}\nsync: [unclosed\n');

    expect(error.message).toContain(`${path}:`);
    expect(error.hint).toContain('ghw config set');
  });

  it('is a file that holds no keys, or the same key twice', async () => {
    expect((await refusal('- a\n- b\n')).message).toContain(`${path}:1: must be keys with values`);
    expect((await refusal('plan: {}\nplan: {}\n')).message).toContain(`${path}:2: `);
  });

  it('is a repository name that GitHub could not have given', async () => {
    const error = await refusal('repositories:\n  - name: ../x\n');

    expect(error.message).toBe(`${path}:2: repositories[0].name must be owner/repo, not "../x".`);
  });

  it('is the same repository twice, in any spelling', async () => {
    const error = await refusal('repositories:\n  - name: octo/hello\n  - name: Octo/Hello\n');

    expect(error.message).toContain(`${path}:3: repositories[1].name`);
  });
});
