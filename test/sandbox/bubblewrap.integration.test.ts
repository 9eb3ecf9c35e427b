import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, lstat, mkdir, readFile, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { makeScratch, processesWith, shell, spawnConfined, until, type Scratch } from './support.ts';

let sandbox: Sandbox;
let scratch: Scratch;

beforeAll(async () => {
  sandbox = await createSandbox({ kind: 'auto' });
});

beforeEach(async () => {
  scratch = await makeScratch();
  await sandbox.prepare(scratch.cage);
});

afterEach(async () => {
  await scratch.remove();
});

async function git(...args: string[]): Promise<void> {
  const identity = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  await execa('git', ['-c', 'safe.directory=*', ...args], {
    cwd: scratch.cage.tree,
    env: { ...identity, PATH: '/usr/local/bin:/usr/bin:/bin' },
    extendEnv: false,
  });
}

/** A repository whose git directory lies outside the tree, with one commit and one change since. */
async function makeRepository(): Promise<string> {
  const gitDir = join(scratch.root, 'git');
  await writeFile(join(scratch.cage.tree, 'readme.md'), 'before\n');
  await git('init', '-q');
  await git('add', '.');
  await git('commit', '-q', '-m', 'first commit');
  await rename(join(scratch.cage.tree, '.git'), gitDir);
  await writeFile(join(scratch.cage.tree, 'readme.md'), 'after\n');
  return gitDir;
}

describe('what a process in bubblewrap can do', () => {
  it('works in the tree and its home, as a user who is not root', async () => {
    const { cage } = scratch;

    const { stdout } = await shell(
      sandbox,
      cage,
      'pwd; echo $HOME; id -u; id -un; echo x > file; echo y > ~/file; node -p 1+1',
    );

    expect(stdout.split('\n')).toEqual(['/workspace', '/home/agent', '1000', 'agent', '2']);
    expect(await readFile(join(cage.tree, 'file'), 'utf8')).toBe('x\n');
    expect(await readFile(join(cage.home, 'file'), 'utf8')).toBe('y\n');
  });

  it('sees nothing of the host that is not listed', async () => {
    await writeFile(join(scratch.root, 'secret'), 'not for agents');

    const { stdout } = await shell(
      sandbox,
      scratch.cage,
      `ls -a / /home /tmp /root /etc; cat ${join(scratch.root, 'secret')}; true`,
    );

    expect(stdout).not.toContain('not for agents');
    const top = stdout.slice(0, stdout.indexOf('\n\n')).split('\n').slice(1);
    const allowed = [
      '.',
      '..',
      'bin',
      'dev',
      'etc',
      'home',
      'lib',
      'lib32',
      'lib64',
      'libx32',
      'proc',
      'sbin',
      'tmp',
      'usr',
      'var',
      'workspace',
    ];
    expect(top.filter((name) => !allowed.includes(name) && !process.execPath.startsWith(`/${name}/`))).toEqual([]);
    expect(stdout).not.toMatch(/shadow|hostname|private/);
  });

  it('sees only its own processes', async () => {
    const { stdout } = await shell(sandbox, scratch.cage, 'ls -d /proc/[0-9]* | wc -l');

    expect(Number(stdout)).toBeLessThanOrEqual(5);
  });

  it('has the environment it is given, plus HOME, PATH and TMPDIR, and nothing of ours', async () => {
    process.env.GHW_TEST_HOST_VARIABLE = 'inherited';
    const cage = { ...scratch.cage, env: { ANSWER: '42' } };

    const { stdout } = await shell(sandbox, cage, 'env');

    delete process.env.GHW_TEST_HOST_VARIABLE;
    const names = stdout.split('\n').map((line) => line.split('=')[0] ?? '');
    expect(names.sort()).toEqual(['ANSWER', 'HOME', 'PATH', 'PWD', 'TMPDIR']);
  });

  it('does not find the environment on the command line, where every user of the host could read it', () => {
    const command = sandbox.confine('/bin/true', [], { ...scratch.cage, env: { KEY: 'very-secret' } });

    expect(command.args.join(' ')).not.toContain('very-secret');
    expect(command.env.KEY).toBe('very-secret');
  });

  it('cannot write to a read-only tree, the listed paths, the system or the root', async () => {
    const shown = join(scratch.root, 'shown');
    await mkdir(shown);
    await writeFile(join(shown, 'tool'), 'tool');
    const cage = { ...scratch.cage, treeWritable: false, readOnlyPaths: [shown] };

    const script = `cat ${shown}/tool; for f in /workspace/x ${shown}/x /usr/x /etc/x /x; do : > $f && echo wrote $f; done; true`;
    const { stdout } = await shell(sandbox, cage, script);

    expect(stdout).toBe('tool');
    expect(await readdir(scratch.cage.tree)).toEqual([]);
  });

  it('has no network, unless it is to have the host’s', async () => {
    const interfaces = 'tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "';
    const host = await execa('/bin/sh', ['-c', interfaces]);

    const closed = await shell(sandbox, scratch.cage, interfaces);
    const open = await shell(sandbox, { ...scratch.cage, network: 'host' }, interfaces);

    expect([closed.stdout, open.stdout]).toEqual(['lo', host.stdout]);
  });

  it('reaches the sockets of the host that it was given doors to, and their ports alone', async () => {
    const server = createServer((socket) => socket.end('hello from the host'));
    const socket = join(scratch.root, 'door.sock');
    await new Promise<void>((done) => server.listen(socket, done));
    await chmod(socket, 0o666);
    const cage = { ...scratch.cage, doors: [{ port: 8787, socket }] };
    const ask = `node -e "require('net').connect(Number(process.argv[1]), '127.0.0.1').on('error', (e) => console.log(e.code)).pipe(process.stdout)"`;

    const { stdout } = await shell(sandbox, cage, `${ask} 8787; echo; ${ask} 8788`);
    server.close();

    expect(stdout.split('\n')).toEqual(['hello from the host', 'ECONNREFUSED']);
  });

  it('ends as the command ends, also behind a door', async () => {
    const cage = { ...scratch.cage, doors: [{ port: 8787, socket: join(scratch.root, 'none.sock') }] };
    await writeFile(join(scratch.root, 'none.sock'), '');

    const codes = await Promise.all(
      ['exit 3', 'kill -9 $$'].map(async (script) => (await shell(sandbox, cage, script)).exitCode),
    );

    expect(codes).toEqual([3, 137]);
  });

  it('is a user of the host that owns nothing but its tree and home', async () => {
    const child = spawnConfined(sandbox.confine('/bin/sh', ['-c', 'echo ready; sleep 1000'], scratch.cage));
    if (child.stdout) await once(child.stdout, 'data');

    const init = sandbox.lastProcess(child.pid ?? 0);
    const status = await readFile(`/proc/${String(init?.pid)}/status`, 'utf8');
    sandbox.end(child.pid ?? 0, 'now');

    const own = process.getuid?.() ?? 0;
    const expected = own === 0 ? 61_000 : own;
    expect(/^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)$/m.exec(status)?.slice(1).map(Number)).toEqual(
      Array.from({ length: 4 }, () => expected),
    );
  });

  it('makes no user namespaces of its own', async () => {
    const { stdout } = await shell(sandbox, scratch.cage, 'unshare --user --map-root-user id -u || echo refused');

    expect(stdout).toBe('refused');
  });
});

describe('git in bubblewrap', () => {
  it('reads the history and the difference, and writes nothing', async () => {
    const cage = { ...scratch.cage, gitDir: await makeRepository() };
    const head = await readFile(join(cage.gitDir, 'logs', 'HEAD'), 'utf8');

    const { stdout } = await shell(
      sandbox,
      cage,
      'git log --format=%s; git diff --stat; git status --short; for c in "commit -qam x" "config a.b c" "branch x"; do git -c user.name=A -c user.email=a@b $c && echo wrote; done; true',
    );

    expect(stdout).toMatch(/^first commit\n readme\.md \| 2 \+-/);
    expect(stdout).not.toContain('wrote');
    expect(await readFile(join(cage.gitDir, 'logs', 'HEAD'), 'utf8')).toBe(head);
  });

  it('works in a read-only tree too', async () => {
    const cage = { ...scratch.cage, treeWritable: false, gitDir: await makeRepository() };

    const { stdout } = await shell(sandbox, cage, 'git diff --shortstat');

    expect(stdout).toContain('1 file changed');
  });

  it('keeps its .git file from being replaced, and leaves none after tidying', async () => {
    const cage = { ...scratch.cage, gitDir: await makeRepository() };

    const { stdout } = await shell(sandbox, cage, 'rm -rf .git; mv .git x; echo evil > .git; cat .git');
    sandbox.tidy(cage);

    expect(stdout).toBe('gitdir: /workspace.git');
    expect(await readdir(cage.tree)).toEqual(['readme.md']);
  });

  it('hides a .git that the tree holds when no git directory is given', async () => {
    await mkdir(join(scratch.cage.tree, '.git'));
    await writeFile(join(scratch.cage.tree, '.git', 'config'), 'mine');

    const { stdout } = await shell(sandbox, scratch.cage, 'ls .git');

    expect(stdout).toBe('');
  });

  it('refuses a tree whose .git is a directory or a link', async () => {
    const cage = { ...scratch.cage, gitDir: await makeRepository() };
    await symlink('/etc', join(cage.tree, '.git'));

    expect(() => sandbox.confine('/bin/true', [], cage)).toThrow(/neither a file nor a directory/);
    sandbox.tidy(cage);
    expect((await lstat(join(cage.tree, '.git'))).isSymbolicLink()).toBe(true);
  });
});

describe('the end of a bubblewrap', () => {
  /** Two processes that ignore SIGTERM, one in a session of its own, as shell tools of agents are. */
  function stubborn(mark: string): string {
    return `trap '' TERM; setsid sh -c "trap '' TERM; sleep 1000; : ${mark}" & sleep 1000; : ${mark}`;
  }

  it('leaves nothing running when bwrap is killed', async () => {
    const mark = randomUUID();
    const child = spawnConfined(sandbox.confine('/bin/sh', ['-c', stubborn(mark)], scratch.cage));
    await until(async () => (await processesWith(mark)).length >= 3);

    sandbox.end(child.pid ?? 0, 'now');

    await until(async () => (await processesWith(mark)).length === 0);
    expect(await processesWith(mark)).toEqual([]);
  });

  it('leaves nothing running when the process that started it is killed', async () => {
    const mark = randomUUID();
    const command = sandbox.confine('/bin/sh', ['-c', stubborn(mark)], scratch.cage);
    const program = `require('node:child_process').spawn(${JSON.stringify(command.file)}, ${JSON.stringify(command.args)}, { env: {}, stdio: 'ignore' })`;
    const parent = spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
    await until(async () => (await processesWith(`: ${mark}`)).length >= 4);

    parent.kill('SIGKILL');

    await until(async () => (await processesWith(mark)).length === 0);
    expect(await processesWith(mark)).toEqual([]);
  });

  it('lets the command inside hear of it when ended gently', async () => {
    const script = `trap 'echo saved > saved; exit 7' TERM; echo ready; while :; do sleep 0.05; done`;
    const child = spawnConfined(sandbox.confine('/bin/sh', ['-c', script], scratch.cage));
    if (child.stdout) await once(child.stdout, 'data');

    sandbox.end(child.pid ?? 0, 'gently');

    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(7);
    expect(await readFile(join(scratch.cage.tree, 'saved'), 'utf8')).toBe('saved\n');
  });
});

describe('createSandbox', () => {
  it.each([
    ['is missing', '/nonexistent/bwrap'],
    ['does not work here', '/bin/false'],
  ])('refuses to run agents unconfined when bubblewrap %s', async (_case, bubblewrapPath) => {
    const attempt = createSandbox({ kind: 'auto', bubblewrapPath });

    await expect(attempt).rejects.toMatchObject({
      name: 'SandboxUnavailable',
      hint: expect.stringContaining('sandbox.kind: none') as unknown,
    });
  });
});
