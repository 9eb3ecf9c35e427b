import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leafKeys } from '../../src/config/json-schema.ts';
import { loadConfig } from '../../src/config/load.ts';
import { isOwnVariable, variableOf } from '../../src/config/overrides.ts';
import { splitKey } from '../../src/config/parse-key.ts';
import { validateConfig } from '../../src/config/validate.ts';

let home: string;
let path: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghw-overrides-'));
  path = join(home, 'config.yaml');
  await writeFile(path, 'sync:\n  parallelism: 2\nagent: { default: scripted }\n');
});
afterEach(() => rm(home, { recursive: true }));

function load(env: Record<string, string>) {
  return loadConfig({ env: { HOME: home, GHW_CONFIG: path, ...env } });
}

describe('a variable GHW_…', () => {
  it.each([
    ['GHW_SYNC_PARALLELISM', '8', 'sync.parallelism', 8],
    ['GHW_AGENT_DEFAULT', 'claude-code', 'agent.default', 'claude-code'],
    ['GHW_AGENTS_CLAUDE_CODE_API_KEY_ENV', 'MY_KEY', 'agents.claude-code.api_key_env', 'MY_KEY'],
    ['GHW_PLAN_MODEL', '4.5', 'plan.model', '4.5'],
    ['GHW_AGENT_BUDGET_USD', 'null', 'agent.budget_usd', null],
    ['GHW_AGENT_BUDGET_USD', '2.5', 'agent.budget_usd', 2.5],
    ['GHW_IMPLEMENT_DRAFT', 'false', 'implement.draft', false],
    ['GHW_SYNC_LABELS', 'bug, good first issue,', 'sync.labels', ['bug', 'good first issue']],
    ['GHW_SYNC_LABELS', '["a,b", c]', 'sync.labels', ['a,b', 'c']],
    ['GHW_SYNC_LABELS', '- a\n- b', 'sync.labels', ['a', 'b']],
    ['GHW_SYNC_LABELS', '[]', 'sync.labels', []],
    ['GHW_PLAN_MODEL', 'a ${HOME}', undefined, undefined],
  ])('%s=%s takes the place of what the file says', async (variable, text, key, value) => {
    if (key === undefined) {
      // What comes in is not looked at again: this is no model's name.
      await expect(load({ [variable]: text })).rejects.toMatchObject({ name: 'InvalidConfiguration' });
      return;
    }
    const loaded = await load({ [variable]: text });

    expect(loaded.config).toHaveProperty(key.split('.'), value);
    expect(loaded.originOf(splitKey(key) ?? [])).toEqual({ from: 'environment', variable });
  });

  it('may list repositories, by name or with their settings', async () => {
    const names = await load({ GHW_REPOSITORIES: 'octo/hello, octo/world' });
    const settings = await load({ GHW_REPOSITORIES: '[{ name: octo/hello, priority: high }]' });

    expect(names.config.repositories.map(({ name }) => name)).toEqual(['octo/hello', 'octo/world']);
    expect(settings.config.repositories).toMatchObject([{ name: 'octo/hello', priority: 'high' }]);
  });

  it('that is empty counts as not set', async () => {
    expect((await load({ GHW_SYNC_PARALLELISM: '' })).config.sync.parallelism).toBe(2);
  });

  it('tells the file, defaults and environment apart', async () => {
    const { originOf } = await load({ GHW_AGENT_DEFAULT: 'claude-code' });

    expect(originOf(['sync', 'parallelism'])).toEqual({ from: 'file', line: 2 });
    expect(originOf(['sync', 'labels'])).toEqual({ from: 'default' });
    expect(originOf(['agent', 'default'])).toEqual({ from: 'environment', variable: 'GHW_AGENT_DEFAULT' });
  });

  it('that does not fit is an error with its name and the command that mends it', async () => {
    await expect(load({ GHW_SYNC_PARALLELISM: 'many' })).rejects.toMatchObject({
      name: 'InvalidConfiguration',
      message: 'GHW_SYNC_PARALLELISM: sync.parallelism must be a number, not "many".',
      hint: 'unset GHW_SYNC_PARALLELISM',
    });
  });

  it('never shows a secret that is in the wrong place', async () => {
    const error: unknown = await load({
      GHW_AGENTS_CLAUDE_CODE_API_KEY_ENV: 'hunter-2',
      GHW_DATABASE_URL: 'mysql://ana:hunter-2@db.test/x',
    }).catch((thrown: unknown) => thrown);

    expect(String(error)).toContain('api_key_env');
    expect(String(error)).toContain('database.url');
    expect(String(error)).not.toContain('hunter-2');
  });

  it('that is no key of ours is warned about, with the nearest that is', async () => {
    const { warnings } = await load({ GHW_SYNC_PARALELISM: '8', GHW_DEBUG: '1', GHW_TEST_SOMETHING: '1' });

    expect(warnings).toEqual([
      'GHW_SYNC_PARALELISM overrides no key of the configuration. Did you mean GHW_SYNC_PARALLELISM?',
    ]);
  });

  it('hides a broken value of the file, which `ghw config validate` still finds', async () => {
    await writeFile(path, 'sync: { parallelism: many }\n');
    const env = { HOME: home, GHW_CONFIG: path, GHW_SYNC_PARALLELISM: '8' };

    expect((await loadConfig({ env })).config.sync.parallelism).toBe(8);
    expect((await validateConfig({ env })).problems).toHaveLength(1);
  });
});

describe('the names of the variables', () => {
  const names = leafKeys().map(variableOf);

  it('are one for each key, and none that means something else', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter(isOwnVariable)).toEqual([]);
  });

  it('are the only ones that the project knows, besides its own', () => {
    const root = join(import.meta.dirname, '..', '..');
    const files = [
      ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join('src', file)),
      ...readdirSync(join(root, 'docs'))
        .filter((file) => file.endsWith('.md'))
        .map((file) => join('docs', file)),
      ...['Dockerfile', 'docker-compose.yml', 'README.md'],
    ];
    const used = files.flatMap((file) => readFileSync(join(root, file), 'utf8').match(/\bGHW_[A-Z0-9_]+\b/g) ?? []);
    expect(used.length).toBeGreaterThan(20);
    expect([...new Set(used)].filter((name) => !names.includes(name) && !isOwnVariable(name))).toEqual([]);
  });
});
