import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { agentUses } from '../../src/config/agent-names.ts';
import { setValue } from '../../src/config/edit.ts';
import { createNamedAgent, deleteNamedAgent, updateNamedAgent } from '../../src/config/edit-agents.ts';
import { loadConfig } from '../../src/config/load.ts';
import { resolvePolicy } from '../../src/config/policy.ts';
import { readTemplates } from '../../src/config/read-templates.ts';
import { validateConfig } from '../../src/config/validate.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ghw-agents-'));
  path = join(directory, 'config.yaml');
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const options = () => ({ env: { GHW_CONFIG: path, HOME: directory } });

describe('agents with names of their own', () => {
  it('are added, changed and taken away, and comments stay', async () => {
    await writeFile(path, '# mine\nissues_path: ./issues\n');

    await createNamedAgent('fast', { kind: 'claude-code', model: 'haiku', max_turns: 20 }, options());
    await createNamedAgent('cheap', { kind: 'codex' }, options());
    await updateNamedAgent('fast', { model: 'sonnet', max_turns: null }, options());
    const { config } = await loadConfig(options());
    await deleteNamedAgent('fast', options());
    await deleteNamedAgent('cheap', options());

    expect(config.named_agents).toEqual([
      { name: 'fast', kind: 'claude-code', model: 'sonnet' },
      { name: 'cheap', kind: 'codex' },
    ]);
    expect(await readFile(path, 'utf8')).toBe('# mine\nissues_path: ./issues\n');
  });

  it.each([
    ['a name that is taken', () => createNamedAgent('codex', { kind: 'gemini' }, options()), 'already'],
    ['a kind that there is not', () => createNamedAgent('x', { kind: 'abacus' }, options()), 'kind'],
    [
      'a setting of another kind',
      () => createNamedAgent('x', { kind: 'codex', script: 'a.yaml' }, options()),
      'script is for the kind scripted only',
    ],
    ['a number that is none', () => createNamedAgent('x', { kind: 'codex', max_turns: NaN }, options()), 'max_turns'],
    ['an agent that is not there', () => updateNamedAgent('x', { model: 'y' }, options()), 'There is no agent "x"'],
    ['one of ours', () => deleteNamedAgent('gemini', options()), 'There is no agent "gemini"'],
  ])('are refused for %s, and the file stays', async (_what, act, words) => {
    await writeFile(path, 'issues_path: ./issues\n');

    await expect(act()).rejects.toThrow(words);

    expect(await readFile(path, 'utf8')).toBe('issues_path: ./issues\n');
  });

  it('are refused twice under one name in a file that a person wrote', async () => {
    await writeFile(path, 'named_agents:\n  - { name: a, kind: codex }\n  - { name: a, kind: gemini }\n');

    const { problems } = await validateConfig(options());

    expect(problems.map(({ key, what }) => [key.join('.'), what])).toEqual([
      ['named_agents.1.name', expect.stringContaining('is there twice')],
    ]);
  });
});

describe('choices in the configuration', () => {
  const text = `
agent: { default: codex, fallback: [gemini], model: general }
named_agents:
  - { name: fast, kind: claude-code, model: haiku, timeout: 5m }
choices:
  - { label: docs, agent: fast, phases: [plan, implement], budget_usd: 1 }
review: { agent: fast }
repositories:
  - name: octo/hello
    choices:
      - { label: docs, agent: opencode }
`;

  it('become the policy: a repository’s own first, and a named agent’s model before the general one', async () => {
    await writeFile(path, text);
    const { config } = await loadConfig(options());

    const policy = resolvePolicy(config, 'octo/hello');

    expect(policy.choices).toEqual([
      { label: 'docs', phases: ['plan', 'implement', 'review'], agent: 'opencode', model: null, limits: {} },
      { label: 'docs', phases: ['plan', 'implement'], agent: 'fast', model: null, limits: { budgetUsd: 1 } },
    ]);
    expect(policy.plan).toMatchObject({ agent: 'codex', model: 'general' });
    expect(policy.review).toMatchObject({ agent: 'fast', model: 'haiku' });
    expect(policy).toMatchObject({
      fallback: ['gemini'],
      namedAgents: { fast: { model: 'haiku', limits: { wallClockMs: 300_000 } } },
    });
  });

  it('say where an agent is named', async () => {
    await writeFile(path, text);

    expect([...agentUses((await loadConfig(options())).config)]).toEqual([
      ['codex', ['agent.default']],
      ['gemini', ['agent.fallback[0]']],
      ['fast', ['review.agent', 'choices[0].agent']],
      ['opencode', ['repositories.octo/hello.choices[0].agent']],
    ]);
  });
});

describe('an agent that there is not', () => {
  const named = `agent: { default: claude-cod, fallback: [codex, mine] }
review: { agent: mine }
choices: [{ label: docs, agent: other }]
repositories: [{ name: octo/hello, plan: { agent: other } }]
`;

  it('is told of wherever it is named, with the command that mends it', async () => {
    await writeFile(path, named);

    const { problems } = await validateConfig(options());

    expect(problems.map(({ key, position, mend }) => [key.join('.'), position?.line, mend])).toEqual([
      ['agent.default', 1, 'ghw config set agent.default claude-code'],
      ['agent.fallback.1', 1, "ghw config unset 'agent.fallback[1]'"],
      ['review.agent', 2, 'ghw config unset review.agent'],
      ['choices.0.agent', 3, "ghw config unset 'choices[0].agent'"],
      ['repositories.0.plan.agent', 4, 'ghw config unset repositories.octo/hello.plan.agent'],
    ]);
    expect(problems[0]?.what).toBe(
      'names the agent "claude-cod", and there is none of that name: there are claude-code, codex, gemini, opencode, scripted.',
    );
  });

  it('is not set, and is no more in the way once it has got its name', async () => {
    const set = () => setValue(['review', 'agent'], ['mine'], options());

    await expect(set()).rejects.toMatchObject({
      name: 'InvalidConfiguration',
      message: expect.stringMatching(/^review\.agent names the agent "mine"/),
      hint: expect.stringContaining('Nothing was changed. Choose one of those'),
    });
    await createNamedAgent('mine', { kind: 'codex' }, options());
    await set();

    expect((await loadConfig(options())).config.review.agent).toBe('mine');
  });

  it('is the variable’s fault where a variable names it', async () => {
    await writeFile(path, 'agent: { default: codex }\n');
    const { env } = options();

    await expect(loadConfig({ env: { ...env, GHW_AGENT_DEFAULT: 'mine' } })).rejects.toMatchObject({
      message: expect.stringMatching(/^GHW_AGENT_DEFAULT: agent\.default names the agent "mine"/),
      hint: 'unset GHW_AGENT_DEFAULT',
    });
  });
});

describe('templates in the configuration', () => {
  it('are files beside it, and those of a repository come first', async () => {
    await writeFile(
      path,
      'templates: { plan: ./plan.md }\nrepositories: [{ name: o/r, templates: { plan: own.md } }]\n',
    );
    await writeFile(join(directory, 'plan.md'), 'Plan {issue}\n');

    const { config } = await loadConfig(options());

    expect(config.templates.plan).toBe(join(directory, 'plan.md'));
    expect(config.repositories[0]?.templates?.plan).toBe(join(directory, 'own.md'));
    expect(await readTemplates(config.templates)).toEqual({ plan: 'Plan {issue}\n' });
  });

  it('are checked with it: a placeholder that is none, a file that is missing', async () => {
    await writeFile(path, 'templates:\n  plan: ./plan.md\n  review: ./gone.md\n');
    await writeFile(join(directory, 'plan.md'), 'Plan\n{isue}\n');

    const { problems } = await validateConfig(options());

    expect(problems.map(({ key, position, what }) => [key.join('.'), position?.line, what])).toEqual([
      ['templates.plan', 2, expect.stringContaining('line 2: there is no {isue} here; there are {repository}')],
      ['templates.review', 3, expect.stringContaining('cannot be read (ENOENT)')],
    ]);
    await expect(readTemplates({ plan: join(directory, 'plan.md') })).rejects.toThrow('there is no {isue} here');
  });
});
