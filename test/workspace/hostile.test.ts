import { access, chmod, link, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import type { Change } from '../../src/domain/change.ts';
import type { PrepareRequest, Workspace, Workspaces } from '../../src/workspace/workspace.ts';
import { createBench, exportOf, filesBelow, issue, request, userGit, writeFiles, type Bench } from './support.ts';

let bench: Bench;
let workspaces: Workspaces;
let asked: PrepareRequest;
beforeEach(async () => {
  bench = await createBench({ 'README.md': 'hello\n', 'src/a.ts': 'one\n', '.gitignore': 'ignored/\n' });
  workspaces = bench.workspaces();
  asked = await request(bench);
});
afterEach(() => bench.cleanUp());

async function exportAfter(act: (workspace: Workspace) => Promise<unknown>): Promise<Change | null> {
  const workspace = await workspaces.prepare(asked);
  try {
    await act(workspace);
    return await workspaces.exportChange(workspace, exportOf(asked.baseOid));
  } finally {
    await workspace.release();
  }
}

/** A program that leaves a trace, for everything that git might be talked into running. */
async function trap(): Promise<{ command: string; sprung: () => Promise<boolean> }> {
  const trace = join(bench.dir, 'sprung');
  const command = join(bench.dir, 'trap.sh');
  await writeFile(command, `#!/bin/sh\ntouch '${trace}'\ncat\n`, { mode: 0o755 });
  return {
    command,
    sprung: () =>
      access(trace).then(
        () => true,
        () => false,
      ),
  };
}

describe('a tree with a git directory in it', () => {
  it.each<[string, (tree: string) => Promise<unknown>]>([
    ['.git', (tree) => userGit(tree, 'init', '--quiet')],
    ['.git', (tree) => writeFile(join(tree, '.git'), 'gitdir: /elsewhere\n')],
    ['.git', (tree) => symlink('/etc', join(tree, '.git'))],
    ['src/deep/.git', (tree) => writeFiles(tree, { 'src/deep/.git/config': '' })],
    ['src/.git', (tree) => writeFile(join(tree, 'src/.git'), '')],
    ['ignored/x/.git', (tree) => writeFiles(tree, { 'ignored/x/.git/HEAD': 'ref: x' })],
    ['src/.GIT', (tree) => writeFiles(tree, { 'src/.GIT/config': '' })],
    ['src/git~1', (tree) => writeFiles(tree, { 'src/git~1/config': '' })],
    ['src/.g\\u{200c}it', (tree) => writeFiles(tree, { 'src/.g\u200cit/config': '' })],
    [
      'closed/.git',
      async (tree) => {
        await writeFiles(tree, { 'closed/.git/config': '' });
        await chmod(join(tree, 'closed'), 0);
      },
    ],
  ])('is refused, naming %s, and put right by the next work', async (path, plant) => {
    await expect(exportAfter(({ tree }) => plant(tree))).rejects.toMatchObject({
      name: 'ChangeRefused',
      retryable: false,
      message: expect.stringContaining(path),
    });
    const next = await workspaces.prepare({ ...asked, key: 'next' });
    expect(await workspaces.exportChange(next, exportOf(asked.baseOid))).toBeNull();
    expect(Object.keys(await filesBelow(next.tree)).filter((name) => name !== 'ignored/x')).toEqual([
      '.gitignore',
      'README.md',
      'src/a.ts',
    ]);
    await next.release();
  });

  it('is not the one with the empty file that a sandbox leaves at the top', async () => {
    const change = await exportAfter(async ({ tree }) => {
      await writeFile(join(tree, '.git'), '');
      await writeFiles(tree, { 'new.txt': 'x' });
    });
    expect(change?.files.map((file) => file.path)).toEqual(['new.txt']);
  });
});

describe('git that reads the agent’s tree', () => {
  it('runs no filter, no diff driver, no hook and no monitor that was planted', async () => {
    const { command, sprung } = await trap();
    const drivers = `[filter "evil"]\n\tclean = ${command}\n\tsmudge = ${command}\n\tprocess = ${command}\n\trequired = true\n[diff "evil"]\n\ttextconv = ${command}\n\tcommand = ${command}\n[core]\n\tfsmonitor = ${command}\n\thooksPath = ${bench.dir}/hooks\n\tsshCommand = ${command}\n[uploadpack]\n\tpackObjectsHook = ${command}\n`;
    await writeFiles(bench.dir, { 'hooks/post-checkout': `#!/bin/sh\nexec ${command}\n` });
    await chmod(join(bench.dir, 'hooks/post-checkout'), 0o755);
    const change = await exportAfter(async ({ tree, gitDir }) => {
      await writeFiles(tree, { '.gitattributes': '* filter=evil diff=evil\n', 'src/a.ts': 'two\n' });
      await writeFiles(tree, { '.gitconfig': drivers });
      await writeFile(join(gitDir, 'config'), `${await readFile(join(gitDir, 'config'), 'utf8')}${drivers}`);
      await mkdir(join(gitDir, 'hooks'), { recursive: true });
      await link(command, join(gitDir, 'hooks', 'post-index-change'));
    });
    expect(change?.files.map((file) => file.path)).toEqual(['.gitattributes', '.gitconfig', 'src/a.ts']);
    const again = await workspaces.prepare({ ...asked, key: 'next' });
    await workspaces.diff(again, asked.baseOid, change?.headOid ?? '', 10_000);
    await again.release();
    expect(await sprung()).toBe(false);
  });

  it('takes a symbolic link for what it is, and does not read through it', async () => {
    await writeFile(join(bench.dir, 'outside.txt'), 'private');
    const change = await exportAfter(async ({ tree }) => {
      await symlink(join(bench.dir, 'outside.txt'), join(tree, 'link.txt'));
      await symlink(bench.dir, join(tree, 'dir'));
      await rm(join(tree, 'src'), { recursive: true });
      await symlink(bench.dir, join(tree, 'src'));
    });
    expect(change?.files.map(({ path, status }) => [path, status])).toEqual([
      ['dir', 'added'],
      ['link.txt', 'added'],
      ['src', 'added'],
      ['src/a.ts', 'deleted'],
    ]);
    const diff = await workspaces.prepare({ ...asked, key: 'next' }).then(async (workspace) => {
      const text = await workspaces.diff(workspace, asked.baseOid, change?.headOid ?? '', 100_000);
      await workspace.release();
      return text;
    });
    expect(diff).not.toContain('private');
  });

  it('writes nothing through a link that took the place of a directory', async () => {
    const outside = join(bench.dir, 'outside');
    await mkdir(outside);
    await exportAfter(async ({ tree }) => {
      await rm(join(tree, 'src'), { recursive: true });
      await symlink(outside, join(tree, 'src'));
    });
    const next = await workspaces.prepare({ ...asked, key: 'next' });
    expect(await filesBelow(outside)).toEqual({});
    expect(await readFile(join(next.tree, 'src/a.ts'), 'utf8')).toBe('one\n');
    await next.release();
  });

  it('leaves pipes and sockets aside, and gets over closed and read-only directories', async () => {
    const change = await exportAfter(async ({ tree }) => {
      await execa('mkfifo', [join(tree, 'pipe')]);
      await writeFiles(tree, { 'closed/in.txt': 'x', 'ignored/cache/mod.go': 'y' });
      await chmod(join(tree, 'closed'), 0);
      await chmod(join(tree, 'ignored/cache'), 0o555);
    });
    expect(change?.files.map((file) => file.path)).toEqual(['closed/in.txt']);
    await workspaces.remove(issue);
    await expect(access(join(bench.root, 'workspaces/acme/app/issue-7'))).rejects.toThrow();
  });

  it('keeps to the tree’s .gitignore and to no other', async () => {
    const change = await exportAfter(async ({ tree, gitDir }) => {
      await mkdir(join(gitDir, 'info'), { recursive: true });
      await writeFile(join(gitDir, 'info', 'exclude'), '*.ts\n');
      await writeFiles(tree, { 'ignored/no.txt': 'x', 'src/yes.ts': 'y' });
    });
    expect(change?.files.map((file) => file.path)).toEqual(['src/yes.ts']);
  });
});

describe('exportChange', () => {
  it('gives the same commit and the same bundle for the same tree, on every host', async () => {
    const make = ({ tree }: Workspace) => writeFiles(tree, { 'src/a.ts': 'two\n', 'b/c.txt': 'x'.repeat(5000) });
    const here = await exportAfter(make);
    workspaces = bench.workspaces({ root: join(bench.dir, 'other-host') });
    const there = await exportAfter(make);
    expect(there).toEqual(here);
    expect(here).toMatchObject({ filesChanged: 2, additions: 2, deletions: 1, baseOid: asked.baseOid });
  });

  it('writes the commit as it was told to', async () => {
    const workspace = await workspaces.prepare(asked);
    await writeFiles(workspace.tree, { 'src/a.ts': 'two\n' });
    const author = { name: 'Ghw <Bot>\n', email: 'bot@example.com' };
    const message = 'Fix "error": ünï\n\n# not a comment\n--option\n';
    const change = await workspaces.exportChange(workspace, exportOf(asked.baseOid, { author, message }));
    const shown = await userGit(
      bench.dir,
      `--git-dir=${workspace.gitDir}`,
      'show',
      '-s',
      '--format=%an|%ae|%aI|%cI|%P|%B',
      change?.headOid ?? '',
    );
    expect(shown.trimEnd()).toBe(
      `Ghw Bot|bot@example.com|2026-01-02T03:04:05+00:00|2026-01-02T03:04:05+00:00|${asked.baseOid}|${message.trimEnd()}`,
    );
    await workspace.release();
  });

  it('tells nothing to export from a change taken back', async () => {
    expect(await exportAfter(({ tree }) => writeFiles(tree, { 'src/a.ts': 'two\n' }))).not.toBeNull();
    expect(await exportAfter(({ tree }) => writeFiles(tree, { 'src/a.ts': 'one\n' }))).toBeNull();
  });

  it('tells renames, deletions, modes and binary files apart', async () => {
    const change = await exportAfter(async ({ tree }) => {
      await rm(join(tree, 'README.md'));
      await writeFiles(tree, { 'READ.md': 'hello\n', bin: new Uint8Array([0, 1, 2]) });
      await chmod(join(tree, 'src/a.ts'), 0o755);
    });
    expect(change?.files).toEqual([
      { path: 'READ.md', status: 'renamed', additions: 0, deletions: 0 },
      { path: 'bin', status: 'added', additions: 0, deletions: 0 },
      { path: 'src/a.ts', status: 'modified', additions: 0, deletions: 0 },
    ]);
  });
});

describe('diff and readFile', () => {
  it('cuts a long diff at a line, and says so', async () => {
    const workspace = await workspaces.prepare(asked);
    await writeFiles(workspace.tree, { 'long.txt': 'ünï\n'.repeat(5000) });
    const change = await workspaces.exportChange(workspace, exportOf(asked.baseOid));
    const diff = await workspaces.diff(workspace, asked.baseOid, change?.headOid ?? '', 1000);
    expect(Buffer.byteLength(diff)).toBeLessThan(1100);
    expect(diff.endsWith('[The diff goes on; it was cut here, at 1000 bytes.]\n')).toBe(true);
    expect(diff).not.toContain('\ufffd');
    await workspace.release();
  });

  it('reads a file of a commit, and not of the tree', async () => {
    const workspace = await workspaces.prepare(asked);
    await writeFiles(workspace.tree, { 'src/a.ts': 'two\n', 'new.txt': 'x' });
    const read = (path: string) => workspaces.readFile(workspace, asked.baseOid, path);
    expect([await read('src/a.ts'), await read('new.txt'), await read('src'), await read('../x')]).toEqual([
      'one\n',
      null,
      null,
      null,
    ]);
    await workspace.release();
  });
});
