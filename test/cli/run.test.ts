import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { groups } from '../../src/cli/groups.ts';
import { type Ended, ghw as runGhw, temporaryHome } from './ghw.ts';

let home: Awaited<ReturnType<typeof temporaryHome>>;
let config: string;

beforeEach(async () => {
  home = await temporaryHome();
  config = join(home.path, '.config', 'gh-worker', 'config.yaml');
});
afterEach(() => home.remove());

function ghw(...args: string[]): Promise<Ended> {
  return runGhw(args, home.path);
}

async function configured(text: string): Promise<void> {
  await mkdir(dirname(config), { recursive: true });
  await writeFile(config, text);
}

describe('help', () => {
  it('names every group, and goes to standard output', async () => {
    const { code, stdout, stderr } = await ghw('--help');

    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const name of Object.keys(groups)) expect(stdout.includes(`\n  ${name} `)).toBe(name !== '__complete');
  });

  it('is what `ghw` alone shows', async () => {
    expect(await ghw()).toEqual(await ghw('--help'));
  });

  it('is there for every group, and says for every command which words and options it takes', async () => {
    for (const name of ['config', 'repositories', 'issues', 'plans', 'implementations', 'worker']) {
      const { code, stdout } = await ghw(name, '--help');
      expect(code).toBe(0);
      const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]+) \[options\]/gm)].map(([, command]) => command ?? '');
      expect(commands.length).toBeGreaterThan(0);
      for (const command of commands) {
        const help = await ghw(name, command, '--help');
        expect(help).toMatchObject({ code: 0, stderr: '' });
        expect(help.stdout).toContain('--json');
        expect(help.stdout).toContain('--config <file>');
      }
    }
  });

  it('tells the version', async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };

    expect(await ghw('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('what a person got wrong', () => {
  it.each([
    [['isues'], "error: Unknown command 'isues'.\nhint: Did you mean issues?\n"],
    [['issues', 'plan', '--frce', 'octo/hello#1'], "error: Unknown option '--frce'.\nhint: Did you mean --force?\n"],
    [['issues', 'plan'], "error: Missing required argument 'issues'.\nhint: Add --help to see how it is used.\n"],
    [['issues'], 'error: A command is missing.\nhint: Add --help to see the commands.\n'],
    [['issues', 'plan', 'octo/hello', '0'], 'error: An issue number must be a whole number from 1, not "0".\n'],
    [['issues', 'plan', '../x', '1'], 'error: A repository must be owner/repo, such as octo/hello, not "../x".\n'],
    [
      ['issues', 'plan', '--', '--force'],
      'error: A repository must be owner/repo, such as octo/hello, not "--force".\n',
    ],
    [
      ['repositories', 'add', 'a/b\u001B[31m', '--no-verify'],
      'error: A repository must be owner/repo, such as octo/hello, not "a/b\\u001b[31m".\n',
    ],
    [['issues', 'sync', '--all', '--label', 'x'], 'error: --all reads every issue again: it goes with no filter.\n'],
  ])('is told on standard error with exit code 2: %j', async (args, message) => {
    const { code, stdout, stderr } = await ghw(...args);

    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: message });
  });

  it('is one JSON object on standard error with --json', async () => {
    const { code, stdout, stderr } = await ghw('issues', 'plan', 'octo/hello', '0', '--json');

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: 'InvalidInput',
      message: 'An issue number must be a whole number from 1, not "0".',
      hint: null,
    });
  });

  it('has exit code 4 for a repository that is not configured', async () => {
    const { code, stderr } = await ghw('plans', 'approve', 'octo/hello#1');

    expect(code).toBe(4);
    expect(stderr).toBe(
      'error: octo/hello is not among the configured repositories.\nhint: ghw repositories add octo/hello\n',
    );
  });

  it('has exit code 5 for a broken configuration, with file and line', async () => {
    await configured('implement:\n  publish: pr\n');

    const { code, stderr } = await ghw('issues', 'list');

    expect(code).toBe(5);
    expect(stderr).toBe(
      `error: ${config}:2:12: implement.publish must be one of none, branch, pull_request, not "pr".\n` +
        'hint: ghw config set implement.publish pull_request\n',
    );
  });

  it('has exit code 6 when no Temporal is there', async () => {
    await configured('repositories: [{ name: octo/hello }]\n');

    for (const args of [
      ['issues', 'list'],
      ['issues', 'plan', '1'],
      ['plans', 'review', 'octo/hello#1'],
    ]) {
      const { code, stdout, stderr } = await ghw(...args);
      expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
      expect(stderr).toContain('ghw up');
    }
  });

  it('shows no stack trace, and no escape from foreign text', async () => {
    await configured('implement: { publish: "\\e[31mred" }\n');

    const { stderr } = await ghw('issues', 'list');

    expect(stderr).not.toContain('\u001B');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('ghw config', () => {
  it('works on a configuration that nothing else can read', async () => {
    await configured('# mine\nagent:\n  max_turns: many # too many\n');

    expect((await ghw('config', 'get', 'agent.max_turns')).code).toBe(5);
    expect(await ghw('config', 'path')).toEqual({ code: 0, stdout: `${config}\n`, stderr: '' });
    expect((await ghw('config', 'set', 'agent.max_turns', '7')).code).toBe(0);

    expect(await ghw('config', 'get', 'agent.max_turns')).toEqual({ code: 0, stdout: '7\n', stderr: '' });
    expect(await readFile(config, 'utf8')).toBe('# mine\nagent:\n  max_turns: 7 # too many\n');
  });

  it('tells what is still wrong elsewhere', async () => {
    await configured('agent: { max_turns: many }\nsync: { parallelism: 0 }\n');

    const { code, stderr } = await ghw('config', 'set', 'sync.parallelism', '2');

    expect(code).toBe(0);
    expect(stderr).toContain(`${config}:1:21: agent.max_turns must be a number, not "many".`);
  });

  it('refuses a value that does not fit, with exit code 5, and an unknown key with 2', async () => {
    expect(await ghw('config', 'set', 'implement.publish', 'pr')).toMatchObject({ code: 5 });
    expect(await ghw('config', 'set', 'github.token', 'x')).toMatchObject({ code: 2 });
    expect(await ghw('config', 'get', 'implement.publsh')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: The configuration has no key "implement.publsh".\nhint: Did you mean implement.publish?\n',
    });
  });

  it('has a shorthand for the two paths', async () => {
    await ghw('config', 'issues-path', '/srv/issues');

    expect((await ghw('config', 'issues-path')).stdout).toBe('/srv/issues\n');
    expect((await ghw('config', 'get', 'issues_path')).stdout).toBe('/srv/issues\n');
  });

  it('lists every key, as a table and as JSON', async () => {
    const { stdout } = await ghw('config', 'list');
    const json = await ghw('config', 'list', '--json');

    expect(stdout).toMatch(/^implement\.publish +default +pull_request$/m);
    expect(JSON.parse(json.stdout)).toMatchObject({
      exists: false,
      values: { 'implement.publish': { value: 'pull_request', from: 'default' }, repositories: { value: [] } },
    });
  });
});

describe('a path that is given where one is', () => {
  it('starts there, and not at the folder of the file', async () => {
    await ghw('config', 'issues-path', './issues');
    await ghw('config', 'repository-path', '~/copies');

    expect((await ghw('config', 'issues-path')).stdout).toBe(`${process.cwd()}/issues\n`);
    expect((await ghw('config', 'repository-path')).stdout).toBe(`${home.path}/copies\n`);
  });
});

describe('ghw init', () => {
  it('takes paths from where one is, and no agent that there is not', async () => {
    const { code, stderr } = await ghw('init', '--agent', 'claude');
    await ghw('init', '--data-path', 'here');

    expect([code, stderr]).toEqual([2, expect.stringContaining('must be one of claude-code, codex')]);
    expect((await ghw('config', 'issues-path')).stdout).toBe(`${process.cwd()}/here/issues\n`);
  });

  it('writes a configuration that is valid, and says what comes next', async () => {
    const { code, stdout } = await ghw('init', '--issues-path', '~/issues: mine', '--token-file', '~/token');

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Next:\n {2}ghw repositories add owner\/repo\n {2}ghw up/);
    expect((await ghw('config', 'get', 'issues_path')).stdout).toBe(`${home.path}/issues: mine\n`);
    expect((await ghw('config', 'get', 'github.token_file')).stdout).toBe(`${home.path}/token\n`);
  });

  it('never replaces one unasked; with --force it keeps the old one', async () => {
    await configured('plan: [broken\n');

    const refused = await ghw('init');
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(await readFile(config, 'utf8')).toBe('plan: [broken\n');

    expect(await ghw('init', '--force')).toMatchObject({ code: 0 });
    expect(await readFile(`${config}.bak`, 'utf8')).toBe('plan: [broken\n');
    expect((await ghw('config', 'list')).code).toBe(0);
  });

  it('adds the repositories that it is given', async () => {
    await ghw('init', '--repository', 'octo/hello', '--repository', 'octo/world', '--no-verify');

    expect(JSON.parse((await ghw('repositories', 'list', '--json')).stdout)).toMatchObject([
      { name: 'octo/hello' },
      { name: 'octo/world' },
    ]);
  });
});

describe('ghw repositories', () => {
  it('adds and removes; a removal wants a yes', async () => {
    await ghw('repositories', 'add', 'octo/hello', '--no-verify');

    expect(await ghw('repositories', 'remove', 'octo/hello')).toMatchObject({ code: 2 });
    expect(await ghw('repositories', 'remove', 'octo/other', '--yes')).toMatchObject({ code: 4 });
    expect(await ghw('repositories', 'remove', 'Octo/Hello', '--yes')).toMatchObject({ code: 0 });
    expect((await ghw('repositories', 'list')).stdout).toContain('ghw repositories add');
  });

  it('asks GitHub before it adds, and says so when there is no token', async () => {
    const { code, stderr } = await runGhw(['repositories', 'add', 'octo/hello'], home.path, { PATH: '' });

    expect(code).toBe(5);
    expect(stderr).toContain('GITHUB_TOKEN');
  });
});

describe('ghw doctor', () => {
  it('fails with exit code 1, and says for each fault how to mend it', async () => {
    await configured(
      'repositories: [{ name: octo/hello }]\nsandbox: { kind: none }\nagent: { default: scripted }\n' +
        'agents: { claude-code: { api_key_env: MODEL_KEY } }\nplan: { agent: claude-code }\n',
    );

    const { code, stdout } = await runGhw(['doctor', '--json'], home.path, { PATH: '', MODEL_KEY: 'k' });

    const checks = JSON.parse(stdout) as { name: string; status: string; message: string; mend?: string }[];
    const status = Object.fromEntries(checks.map((check) => [check.name, check.status]));
    expect(code).toBe(1);
    expect(status).toMatchObject({
      Node: 'ok',
      configuration: 'ok',
      git: 'ok',
      Temporal: 'warn',
      ledger: 'warn',
      GitHub: 'fail',
      sandbox: 'warn',
      'model key': 'warn',
      data_path: 'ok',
    });
    for (const check of checks) if (check.status === 'fail') expect(check.mend ?? check.message).not.toBe('');
    expect(checks.find(({ name }) => name === 'model key')?.message).toContain('ENTERS THE CAGE');
  });
});
