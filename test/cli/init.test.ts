import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type InitOptions, init } from '../../src/cli/actions/init.ts';
import { CommandContext } from '../../src/cli/context.ts';
import type { Asker } from '../../src/cli/init/asker.ts';
import { Interrupted } from '../../src/cli/interrupt.ts';
import { loadConfig } from '../../src/config/load.ts';
import { startLocalGitHub, type LocalGitHub } from '../peers/github/local-github.ts';
import { ghw as runGhw, temporaryHome } from './ghw.ts';

const TOKEN = 'token-of-wanda';
let hub: LocalGitHub;
let home: Awaited<ReturnType<typeof temporaryHome>>;
let config: string;

beforeAll(async () => {
  hub = await startLocalGitHub();
  hub.seed.addToken({ token: TOKEN, login: 'wanda' });
  const files = { 'README.md': '#\n' };
  const permissions = { wanda: 'WRITE' } as const;
  await hub.seed.addRepository({ owner: 'Octo', name: 'hello', files, permissions });
  await hub.seed.addRepository({ owner: 'Octo', name: 'world', files, permissions });
  await hub.seed.addRepository({ owner: 'Octo', name: 'readable', files, permissions: { wanda: 'READ' } });
});
afterAll(() => hub.stop());
beforeEach(async () => {
  home = await temporaryHome();
  config = join(home.path, '.config', 'gh-worker', 'config.yaml');
});
afterEach(() => home.remove());

/** An answer to the question that contains these words; a function makes one of what is offered. */
type Script = readonly (readonly [question: string, answer: unknown])[];

/** Answers in this order, and remembers what was asked and said. An error is thrown, as Ctrl-C is. */
function scripted(script: Script): { readonly asker: Asker; readonly seen: string[] } {
  const left = [...script];
  const seen: string[] = [];
  const answer = (question: string): never => {
    seen.push(question);
    const [expected, given] = left.shift() ?? ['nothing more', undefined];
    if (!question.includes(expected)) throw new Error(`Asked ${question} instead of ${expected}`);
    if (given instanceof Error) throw given;
    return given as never;
  };
  const asker: Asker = {
    confirmed: (question) => Promise.resolve().then(() => answer(question)),
    chosen: (question) => Promise.resolve().then(() => answer(question)),
    chosenMany: (question, choices) => {
      seen.push(...choices.map(({ value }) => value));
      return Promise.resolve().then(() => answer(question));
    },
    written: async (question, options) => {
      const given: string = await Promise.resolve().then(() => answer(question));
      options?.check?.(given);
      return given;
    },
    secret: (question) => Promise.resolve().then(() => answer(question)),
    say: (said) => void seen.push(said),
  };
  return { asker, seen };
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seen: readonly string[];
}

/** The wizard with a person who answers so. */
async function wizard(script: Script, options: Partial<InitOptions> = {}, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const { asker, seen } = scripted(script);
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const outputs = Promise.all([text(stdout), text(stderr)]);
  const context = new CommandContext(
    { stdin, stdout, stderr, env: { HOME: home.path, PATH: process.env.PATH, ...env } },
    {},
  );
  try {
    await init(context, { verify: true, check: false, apiUrl: hub.url, ...options }, asker);
  } finally {
    await context.close();
    stdout.end();
    stderr.end();
  }
  const [out, error] = await outputs;
  return { code: context.exitCode, stdout: out, stderr: error, seen };
}

async function written() {
  return (await loadConfig({ path: config, env: { HOME: home.path } })).config;
}

const scriptedAgent = [
  ['Which agent', 'scripted'],
  ['Keep everything', true],
  ['Write this', true],
] as const;

describe('the wizard', () => {
  it('ends with a configuration that works, and with the next command', async () => {
    const { code, stdout, seen } = await wizard(
      [['Which repositories', ['Octo/hello']], ...scriptedAgent],
      {},
      {
        GITHUB_TOKEN: TOKEN,
      },
    );

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Next:\n {2}ghw up .*\n {2}ghw issues sync/);
    expect(seen).toContainEqual(expect.stringContaining('you are wanda'));
    expect(seen).not.toContain('Octo/readable');
    expect(await written()).toMatchObject({
      agent: { default: 'scripted' },
      github: { api_url: hub.url, token_file: null },
      repositories: [{ name: 'Octo/hello', id: expect.stringMatching(/^R_/) }],
    });
    expect((await stat(config)).mode & 0o777).toBe(0o600);
  });

  it('asks again for repositories that are not there or may only be read', async () => {
    const { seen } = await wizard(
      [
        ['Which repositories', ['Octo/world', 'other']],
        ['Which repositories', 'octo/readable octo/missing octo/hello'],
        ['instead', ''],
        ...scriptedAgent,
      ],
      {},
      { GITHUB_TOKEN: TOKEN },
    );

    expect(seen).toContainEqual(expect.stringContaining('may only read Octo/readable'));
    expect(seen).toContainEqual(expect.stringContaining('octo/missing'));
    expect((await written()).repositories.map(({ name }) => name)).toEqual(['Octo/world', 'Octo/hello']);
  });

  it('takes a typed token that GitHub knows, and keeps it where only its owner reads it', async () => {
    await wizard(
      [
        ['How shall', 'type'],
        ['The token', 'wrong'],
        ['How shall', 'type'],
        ['The token', TOKEN],
        ['Which repositories', []],
        ...scriptedAgent,
      ],
      {},
      { PATH: '' },
    );

    const { token_file: file } = (await written()).github;
    expect(file).toBe(join(dirname(config), 'token'));
    expect(await readFile(file ?? '', 'utf8')).toBe(`${TOKEN}\n`);
    expect((await stat(file ?? '')).mode & 0o777).toBe(0o600);
    expect(await readFile(config, 'utf8')).not.toContain(TOKEN);
  });

  it('goes on without a token, and says what is missing', async () => {
    const { seen } = await wizard(
      [['How shall', 'later'], ['Which repositories', 'octo/hello'], ...scriptedAgent],
      {},
      { PATH: '' },
    );

    expect(seen).toContainEqual(expect.stringContaining('There is no GitHub token'));
    expect((await written()).repositories).toMatchObject([{ name: 'octo/hello' }]);
  });

  it('offers the key that is there, by its variable’s name', async () => {
    await wizard(
      [
        ['Which repositories', []],
        ['Which agent', 'claude-code'],
        ['ANTHROPIC_API_KEY', true],
        ['Keep everything', true],
        ['Write this', true],
      ],
      {},
      { GITHUB_TOKEN: TOKEN, ANTHROPIC_API_KEY: 'sk-very-secret' },
    );

    expect((await written()).agents['claude-code'].api_key_env).toBe('ANTHROPIC_API_KEY');
    expect(await readFile(config, 'utf8')).not.toContain('sk-very-secret');
  });

  it('asks for paths where the default will not do', async () => {
    await wizard(
      [
        ['Which repositories', []],
        ['Which agent', 'scripted'],
        ['Keep everything', false],
        ['work in progress', '~/work'],
        ['files about issues', '~/issues: mine'],
        ['copies', '~/copies'],
        ['Write this', true],
      ],
      {},
      { GITHUB_TOKEN: TOKEN },
    );

    expect(await written()).toMatchObject({
      data_path: join(home.path, 'work'),
      issues_path: join(home.path, 'issues: mine'),
      repository_path: join(home.path, 'copies'),
    });
  });

  it.each([0, 1, 2, 3])('leaves nothing behind after Ctrl-C at question %d', async (at) => {
    const script = [['Which repositories', ['Octo/hello']], ...scriptedAgent] as const;
    const interrupted = script.map(([question, answer], index) => [
      question,
      index === at ? new Interrupted() : answer,
    ]);

    const end = wizard(interrupted as unknown as Script, {}, { GITHUB_TOKEN: TOKEN });

    await expect(end).rejects.toThrow(Interrupted);
    expect(await readdir(home.path)).toEqual([]);
  });

  it('writes nothing that is not wanted in the end', async () => {
    const script: Script = [...scriptedAgent.slice(0, 2), ['Write this', false]];
    const { code, stderr } = await wizard([['Which repositories', []], ...script], {}, { GITHUB_TOKEN: TOKEN });

    expect({ code, stderr }).toEqual({ code: 3, stderr: 'Nothing was written.\n' });
    expect(await readdir(home.path)).toEqual([]);
  });

  it('does not ask what options have said', async () => {
    const given = { repository: ['octo/hello'], agent: 'scripted', issuesPath: '~/issues' };

    await wizard([['Write this', true]], given, { GITHUB_TOKEN: TOKEN });

    expect(await written()).toMatchObject({
      repositories: [{ name: 'Octo/hello' }],
      issues_path: join(home.path, 'issues'),
    });
  });

  it('asks before it replaces a configuration, and keeps the old one', async () => {
    await mkdir(dirname(config), { recursive: true });
    await writeFile(config, '# mine\n');
    const script: Script = [['Which repositories', []], ...scriptedAgent];

    const refused = wizard([['Replace it?', false]], {}, { GITHUB_TOKEN: TOKEN });
    await expect(refused).rejects.toMatchObject({ name: 'NotApplicable' });
    expect(await readFile(config, 'utf8')).toBe('# mine\n');

    await wizard([['Replace it?', true], ...script], {}, { GITHUB_TOKEN: TOKEN });
    expect(await readFile(`${config}.bak`, 'utf8')).toBe('# mine\n');
  });

  it('ends with what the doctor finds, without what `ghw up` starts', async () => {
    const { code, stderr } = await wizard(
      [['Which repositories', ['Octo/hello']], ...scriptedAgent],
      { check: true },
      { GITHUB_TOKEN: TOKEN, GHW_CACHE_DIR: process.env.GHW_CACHE_DIR },
    );

    expect(stderr).toMatch(/\d+ checks are fine/);
    expect(stderr).not.toMatch(/Temporal|ledger/);
    expect(code).toBe(stderr.includes('FAIL') ? 1 : 0);
  });
});

describe('without a terminal', () => {
  it('works by options alone', async () => {
    const { code, stdout, stderr } = await runGhw(
      [
        ...['init', '--json', '--api-url', hub.url, '--repository', 'octo/hello', '--agent', 'claude-code'],
        ...['--api-key-env', 'MODEL_KEY', '--repository-path', '~/copies'],
      ],
      home.path,
      { GITHUB_TOKEN: TOKEN },
    );

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ path: config, repositories: ['Octo/hello'] });
    expect(await written()).toMatchObject({
      agents: { 'claude-code': { api_key_env: 'MODEL_KEY' } },
      repository_path: join(home.path, 'copies'),
      repositories: [{ name: 'Octo/hello', id: expect.stringMatching(/^R_/) }],
    });
  });

  it('says which answers are missing', async () => {
    const { code, stderr } = await runGhw(['init'], home.path, { PATH: '' });

    expect(code).toBe(0);
    expect(stderr).toMatch(
      /Still missing:\n {2}GitHub: .*\n {2}repositories: --repository .*\n {2}a model key: --api-key-env/,
    );
  });

  it('writes nothing if a repository is not there', async () => {
    const args = ['init', '--api-url', hub.url, '--repository', 'octo/hello', '--repository', 'octo/missing'];
    const { code, stderr } = await runGhw(args, home.path, { GITHUB_TOKEN: TOKEN });

    expect(code).toBe(4);
    expect(stderr).toContain('octo/missing');
    expect(await readdir(home.path)).toEqual([]);
  });

  it.each([
    ['--api-key-env', 'sk-a-key-instead'],
    ['--api-url', 'ftp://example.org'],
    ['--agent', '../x'],
    ['--repository', 'octo/../x'],
    ['--issues-path', 'a\u0007b'],
  ])('refuses %s %j', async (option, value) => {
    expect(await runGhw(['init', option, value], home.path)).toMatchObject({ code: 2, stdout: '' });
    expect(await readdir(home.path)).toEqual([]);
  });
});
