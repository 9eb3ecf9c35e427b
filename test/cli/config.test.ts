import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { run } from '../../src/cli/run.ts';
import { type Ended, ghw as runGhw, temporaryHome } from './ghw.ts';

let home: Awaited<ReturnType<typeof temporaryHome>>;
let path: string;

beforeEach(async () => {
  home = await temporaryHome();
  path = join(home.path, '.config', 'gh-worker', 'config.yaml');
  await mkdir(dirname(path), { recursive: true });
});
afterEach(() => home.remove());

const ghw = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> => runGhw(args, home.path, env);

const example = `sync:
  parallelism: 2
plan: { model: opus }
repositories:
  - name: octo/hello
    plan: { agent: scripted }
`;

describe('ghw config list', () => {
  it('says the value of every key and where it comes from', async () => {
    await writeFile(path, example);

    const { stdout } = await ghw(['config', 'list'], { GHW_AGENT_TIMEOUT: '2h' });

    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows).toEqual(
      expect.arrayContaining([
        ['KEY', 'FROM', 'VALUE'],
        ['sync.parallelism', 'line 2', '2'],
        ['sync.labels', 'default', '[ ghw ]'],
        ['plan.model', 'line 3', 'opus'],
        ['plan.agent', 'default', 'null'],
        ['agent.timeout', 'GHW_AGENT_TIMEOUT', '2h'],
        ['repositories', 'line 4', 'octo/hello'],
        ['repositories.octo/hello.plan.agent', 'line 6', 'scripted'],
      ]),
    );
  });

  it('has the documented shape with --json', async () => {
    await writeFile(path, example);

    const { stdout } = await ghw(['config', 'list', '--json'], { GHW_AGENT_TIMEOUT: '2h' });

    expect(JSON.parse(stdout)).toMatchObject({
      path,
      exists: true,
      values: {
        'sync.parallelism': { value: 2, from: 'file', line: 2 },
        'plan.agent': { value: null, from: 'default' },
        'agent.timeout': { value: '2h', from: 'environment', variable: 'GHW_AGENT_TIMEOUT' },
        'repositories.octo/hello.plan.agent': { value: 'scripted', from: 'file', line: 6 },
      },
    });
  });
});

describe('ghw config get', () => {
  it.each([
    ['plan.model', 'opus'],
    ['plan', 'agent: null\nmodel: opus\nparallelism: 4'],
    ['sync.labels', '- ghw'],
    ['repositories.octo/hello.plan.agent', 'scripted'],
    ['repositories[0].name', 'octo/hello'],
  ])('prints the value of %s that counts', async (key, value) => {
    await writeFile(path, example);

    expect(await ghw(['config', 'get', key])).toEqual({ code: 0, stdout: `${value}\n`, stderr: '' });
  });

  it('falls back, for a repository, to what is set for all', async () => {
    await writeFile(path, example);

    const { stdout } = await ghw(['config', 'get', 'repositories.octo/hello.plan.model', '--json']);

    expect(JSON.parse(stdout)).toEqual({
      key: 'repositories.octo/hello.plan.model',
      value: 'opus',
      from: 'file',
      line: 3,
    });
  });

  it('has exit code 4 for a repository that is not configured', async () => {
    expect(await ghw(['config', 'get', 'repositories.octo/other.plan.model'])).toMatchObject({ code: 4 });
  });

  it('never shows a password, not even one that the file takes from the environment', async () => {
    await writeFile(path, 'database: { url: "postgres://ghw:${PASSWORD}@db.test/ghw?password=${PASSWORD}" }\n');

    for (const args of [
      ['get', 'database.url'],
      ['get', 'database'],
      ['list'],
      ['list', '--json'],
      ['get', 'database.url', '--json'],
    ]) {
      const { code, stdout } = await ghw(['config', ...args], { PASSWORD: 'hunter-2' });
      expect(code).toBe(0);
      expect(stdout).toContain('db.test');
      expect(stdout).not.toContain('hunter-2');
    }
  });
});

describe('ghw config set and unset', () => {
  it('say what counts instead, where the environment has the last word', async () => {
    const { code, stdout, stderr } = await ghw(['config', 'set', 'sync.parallelism', '5'], {
      GHW_SYNC_PARALLELISM: '8',
    });

    expect({ code, stdout }).toEqual({ code: 0, stdout: `Set sync.parallelism in ${path}.\n` });
    expect(stderr).toBe('GHW_SYNC_PARALLELISM is set, and counts instead of the file: unset GHW_SYNC_PARALLELISM\n');
  });

  it('work while a variable is wrong', async () => {
    expect((await ghw(['config', 'set', 'sync.parallelism', '5'], { GHW_AGENT_TIMEOUT: 'soon' })).code).toBe(0);
    expect((await ghw(['config', 'unset', 'sync.parallelism'], { GHW_AGENT_TIMEOUT: 'soon' })).code).toBe(0);
  });

  it('take out a key, also one that is not known; what is neither known nor there is an error', async () => {
    await writeFile(path, 'plan: { model: opus }\nnonsense: 1\n');

    expect(await ghw(['config', 'unset', 'nonsense'])).toMatchObject({
      code: 0,
      stdout: `Took nonsense out of ${path}.\n`,
    });
    expect(await ghw(['config', 'unset', 'plan.agent'])).toMatchObject({
      code: 0,
      stdout: `plan.agent was not in ${path}.\n`,
    });
    expect(await ghw(['config', 'unset', 'nonsense'])).toMatchObject({ code: 2 });
    expect(await readFile(path, 'utf8')).toBe('plan: { model: opus }\n');
  });

  it('refuse several values for a key that takes one', async () => {
    expect(await ghw(['config', 'set', 'implement.commit_author_name', 'Ana', 'B'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: implement.commit_author_name takes one value, not 2.\n' +
        "hint: Quote it: ghw config set implement.commit_author_name 'Ana B'\n",
    });
  });
});

describe('ghw config validate', () => {
  it('lists everything that is wrong, where, and what mends it, with exit code 5', async () => {
    await writeFile(path, 'agent: { max_turns: 0 }\nimplement:\n  publsh: none\nplan:\n  model: ${NOT_SET}\n');

    expect(await ghw(['config', 'validate'], { GHW_SYNC_PARALLELISM: 'many' })).toEqual({
      code: 5,
      stderr: '',
      stdout: [
        `${path}:1:21: agent.max_turns must be at least 1, not 0.`,
        '  ghw config set agent.max_turns 1',
        `${path}:3:3: implement.publsh is not a key; did you mean implement.publish?`,
        '  ghw config unset implement.publsh && ghw config set implement.publish none',
        `${path}:5:10: plan.model names the environment variable NOT_SET, which is not set.`,
        "  Set NOT_SET, or: ghw config set plan.model '${NOT_SET:-null}'",
        'GHW_SYNC_PARALLELISM: sync.parallelism must be a number, not "many".',
        '  unset GHW_SYNC_PARALLELISM',
        '4 problems in the configuration.',
        '',
      ].join('\n'),
    });
  });

  it('has the documented shape with --json', async () => {
    await writeFile(path, 'agent: { max_turns: 0 }\n');

    const { code, stdout } = await ghw(['config', 'validate', '--json'], { GHW_NONSENSE: '1' });

    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toEqual({
      path,
      exists: true,
      valid: false,
      problems: [
        {
          place: `${path}:1:21`,
          key: 'agent.max_turns',
          line: 1,
          column: 21,
          variable: null,
          message: 'agent.max_turns must be at least 1, not 0.',
          mend: 'ghw config set agent.max_turns 1',
        },
      ],
      warnings: [{ message: 'GHW_NONSENSE overrides no key of the configuration.', mend: 'unset GHW_NONSENSE' }],
    });
  });

  it('is content with a file that is right, and with none', async () => {
    await writeFile(path, example, { mode: 0o600 });
    expect(await ghw(['config', 'validate'])).toEqual({ code: 0, stdout: `${path} is valid.\n`, stderr: '' });

    await rm(path);
    expect(await ghw(['config', 'validate'])).toEqual({
      code: 0,
      stdout: `${path} does not exist: everything is as it is by default.\n`,
      stderr: '',
    });
    expect(await ghw(['config', 'validate', '--config', path])).toMatchObject({ code: 5 });
  });

  it('warns of a token that others may read, of a file that others may write, and of a secret in it', async () => {
    const token = join(home.path, 'token');
    await writeFile(token, 'x', { mode: 0o644 });
    await writeFile(path, `# ghp_${'a1B2'.repeat(9)}\ngithub: { token_file: ${token} }\n`);
    await chmod(path, 0o666);

    const { code, stdout } = await ghw(['config', 'validate']);

    expect(code).toBe(0);
    expect(stdout).toContain(`warning: ${token} holds a token, and others may read it: its mode is 0644.`);
    expect(stdout).toContain(`  chmod 600 ${token}`);
    expect(stdout).toContain(`warning: ${path} may be written by others`);
    expect(stdout).toContain(`${path}:1: this looks like a GitHub token`);
    expect(stdout).not.toContain('a1B2');
  });
});

describe('ghw config schema', () => {
  it('prints what is shipped', async () => {
    const { code, stdout } = await ghw(['config', 'schema']);

    expect(code).toBe(0);
    const shipped = await readFile(join(import.meta.dirname, '..', '..', 'schema', 'config.schema.json'), 'utf8');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(shipped));
  });
});

describe('a variable that overrides no key', () => {
  it('is warned about by every command that reads the configuration, and stops none', async () => {
    const { code, stderr } = await ghw(['config', 'get', 'plan.model'], { GHW_PLAN_MODLE: 'x' });

    expect(code).toBe(0);
    expect(stderr).toBe(
      'warning: GHW_PLAN_MODLE overrides no key of the configuration. Did you mean GHW_PLAN_MODEL?\n',
    );
  });
});

describe('ghw config edit', () => {
  /** Runs it on a terminal, with an editor that runs this script with the path of its file as $1. */
  async function edit(script: string): Promise<Ended> {
    const editor = join(home.path, 'editor');
    await writeFile(editor, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const stream = () => Object.assign(new PassThrough(), { isTTY: true });
    const [stdin, stdout, stderr] = [stream(), stream(), stream()];
    const outputs = Promise.all([text(stdout), text(stderr)]);
    const env = { HOME: home.path, PATH: process.env.PATH, EDITOR: editor };
    const code = await run(['config', 'edit'], { stdin, stdout, stderr, env });
    stdout.end();
    stderr.end();
    const [out, error] = await outputs;
    return { code, stdout: out, stderr: error };
  }

  it('wants a terminal', async () => {
    expect(await ghw(['config', 'edit'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no terminal to edit in.'),
    });
  });

  it('writes what is right, to the letter', async () => {
    await writeFile(path, 'plan:   { model: opus }\n');

    expect(await edit('echo "#  mine" >> "$1"')).toEqual({ code: 0, stdout: `Wrote ${path}.\n`, stderr: '' });
    expect(await readFile(path, 'utf8')).toBe('plan:   { model: opus }\n#  mine\n');
  });

  it('begins a file that is not there, unless nothing is written', async () => {
    expect(await edit('true')).toEqual({ code: 0, stdout: '', stderr: 'Nothing was changed.\n' });
    await expect(readFile(path)).rejects.toThrow();

    await edit('echo "plan: { model: x }" >> "$1"');

    expect(await readFile(path, 'utf8')).toMatch(/^# The configuration of gh-worker.*\nplan: \{ model: x \}\n$/);
  });

  it('mends a file that cannot be read, and keeps what it was', async () => {
    await writeFile(path, 'plan: [unclosed\n');

    expect((await edit('echo "plan: { model: x }" > "$1"')).code).toBe(0);

    expect(await readFile(path, 'utf8')).toBe('plan: { model: x }\n');
    expect(await readFile(`${path}.bak`, 'utf8')).toBe('plan: [unclosed\n');
  });

  it('writes nothing over what somebody else has written meanwhile, and keeps both', async () => {
    await writeFile(path, 'plan: { model: opus }\n');

    const { code, stderr } = await edit(
      `echo "plan: { model: theirs }" > '${path}'; echo "plan: { model: mine }" > "$1"`,
    );

    expect(code).toBe(3);
    expect(await readFile(path, 'utf8')).toBe('plan: { model: theirs }\n');
    const [, kept = ''] = /kept in (.*)\.\n/.exec(stderr) ?? [];
    expect(await readFile(kept, 'utf8')).toBe('plan: { model: mine }\n');
    await rm(dirname(kept), { recursive: true });
  });

  it('changes nothing if the editor fails', async () => {
    await writeFile(path, 'plan: { model: opus }\n');

    expect((await edit('exit 1')).code).toBe(2);
    expect(await readFile(path, 'utf8')).toBe('plan: { model: opus }\n');
  });
});
