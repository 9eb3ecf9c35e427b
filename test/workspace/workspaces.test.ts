import { access, chmod, lstat, mkdir, readFile, readlink, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { createBench, exportOf, filesBelow, issue, request, userGit, writeFiles, type Bench } from './support.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench({ 'README.md': 'hello\n', 'src/a.ts': 'one\n', '.gitignore': 'node_modules/\n*.log\n' });
});
afterEach(() => bench.cleanUp());

async function using<T>(workspace: Workspace, act: (workspace: Workspace) => Promise<T>): Promise<T> {
  try {
    return await act(workspace);
  } finally {
    await workspace.release();
  }
}

describe('prepare', () => {
  it('brings the tree of the base, with the git directory outside of it', async () => {
    const workspace = await bench.workspaces().prepare(await request(bench));
    await using(workspace, async ({ tree, gitDir, homes, warm }) => {
      expect(warm).toBe(false);
      expect(await filesBelow(tree)).toEqual({
        'README.md': 'hello\n',
        'src/a.ts': 'one\n',
        '.gitignore': 'node_modules/\n*.log\n',
      });
      expect(tree.startsWith(join(bench.root, 'workspaces', 'acme', 'app', 'issue-7'))).toBe(true);
      expect(gitDir.startsWith(tree)).toBe(false);
      await expect(access(join(gitDir, 'objects', 'info', 'alternates'))).rejects.toThrow();
      for (const home of Object.values(homes)) expect((await lstat(home)).mode & 0o777).toBe(0o700);
    });
  });

  it('keeps the tree of the same key, and resets that of another, ignored files excepted', async () => {
    const workspaces = bench.workspaces();
    await using(await workspaces.prepare(await request(bench)), ({ tree }) =>
      writeFiles(tree, { 'src/a.ts': 'two\n', 'new.ts': 'x', 'node_modules/dep/index.js': 'y', 'sub/deep/b': 'z' }),
    );

    const again = await workspaces.prepare(await request(bench));
    await using(again, async ({ tree, warm }) => {
      expect(warm).toBe(true);
      expect(await filesBelow(tree)).toMatchObject({ 'src/a.ts': 'two\n', 'new.ts': 'x', 'sub/deep/b': 'z' });
    });

    const other = await workspaces.prepare(await request(bench, { key: 'second' }));
    await using(other, async ({ tree, warm }) => {
      expect(warm).toBe(false);
      expect(await filesBelow(tree)).toEqual({
        'README.md': 'hello\n',
        'src/a.ts': 'one\n',
        '.gitignore': 'node_modules/\n*.log\n',
        'node_modules/dep/index.js': 'y',
      });
      await expect(access(join(tree, 'sub'))).rejects.toThrow();
    });
  });

  it('follows the default branch, and finds a commit that a forced push took away from it', async () => {
    const workspaces = bench.workspaces();
    const first = await request(bench);
    await using(await workspaces.prepare(first), () => Promise.resolve());
    const baseOid = await bench.origin.commit({ 'src/a.ts': 'newer\n' });
    await using(await workspaces.prepare(await request(bench, { key: 'second' })), async ({ tree }) => {
      expect(await readFile(join(tree, 'src/a.ts'), 'utf8')).toBe('newer\n');
    });

    await userGit(bench.origin.clone, 'reset', '--quiet', '--hard', 'HEAD^');
    await bench.origin.commit({ 'src/a.ts': 'rewritten\n' });
    const fresh = bench.workspaces({ root: join(bench.dir, 'other-host') });
    await using(await fresh.prepare({ ...first, key: 'third', baseOid }), async ({ tree }) => {
      expect(await readFile(join(tree, 'src/a.ts'), 'utf8')).toBe('newer\n');
    });
  });

  it('does not ask the remote for what it has', async () => {
    const workspaces = bench.workspaces();
    const first = await request(bench);
    await using(await workspaces.prepare(first), () => Promise.resolve());
    const gone = { ...first.remote, url: join(bench.dir, 'nowhere.git') };
    const again = await workspaces.prepare({ ...first, remote: gone, key: 'second', issue: { ...issue, number: 8 } });
    await using(again, async ({ tree }) => expect(await filesBelow(tree)).toHaveProperty(['README.md']));
  });

  it('carries the work to another host, seen as a change against its parent', async () => {
    const here = bench.workspaces();
    const first = await request(bench);
    const change = await using(await here.prepare(first), async (workspace) => {
      await writeFiles(workspace.tree, { 'src/a.ts': 'two\n', 'src/new.ts': 'new\n' });
      return await here.exportChange(workspace, exportOf(first.baseOid));
    });
    if (!change) throw new Error('nothing was exported');
    const work = { oid: change.headOid, bundle: change.bundle };

    const there = bench.workspaces({ root: join(bench.dir, 'other-host') });
    await using(await there.prepare({ ...first, work }), async ({ tree, gitDir }) => {
      expect(await filesBelow(tree)).toMatchObject({ 'src/a.ts': 'two\n', 'src/new.ts': 'new\n' });
      const shown = await userGit(tree, `--git-dir=${gitDir}`, '--work-tree=.', 'diff', '--name-status');
      expect(shown.split('\n')).toEqual(['M\tsrc/a.ts', 'A\tsrc/new.ts']);
    });
    await using(await there.prepare({ ...first, key: 'rework', parent: work, work }), async ({ tree, gitDir }) => {
      expect(await userGit(tree, `--git-dir=${gitDir}`, '--work-tree=.', 'status', '--porcelain')).toBe('');
      expect(await userGit(tree, `--git-dir=${gitDir}`, 'rev-parse', 'HEAD')).toBe(change.headOid);
    });
  });

  it('says which bundle is gone', async () => {
    const bundle = { sha256: 'a'.repeat(64), bytes: 3 };
    const asked = request(bench, { work: { oid: 'b'.repeat(40), bundle } });
    await expect(bench.workspaces().prepare(await asked)).rejects.toMatchObject({ name: 'ArtifactMissing' });
  });

  it('serves one caller at a time', async () => {
    const workspaces = [bench.workspaces(), bench.workspaces()] as const;
    const asked = await request(bench);
    const first = await workspaces[0].prepare(asked);
    let second = false;
    const waiting = workspaces[1].prepare(asked).then(async (workspace) => {
      second = true;
      await workspace.release();
    });
    await writeFiles(first.tree, { 'during.txt': 'x' });
    expect(second).toBe(false);
    await first.release();
    await waiting;
    expect(second).toBe(true);
  });

  it('stops waiting when told to', async () => {
    const workspaces = bench.workspaces();
    const first = await workspaces.prepare(await request(bench));
    const stop = new AbortController();
    const waiting = workspaces.prepare({ ...(await request(bench)), signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await first.release();
  });

  it('prepares several issues of one repository at once, fetching it whole', async () => {
    const [one, other] = [bench.workspaces(), bench.workspaces()];
    const asked = await request(bench);
    const prepared = await Promise.all(
      [1, 2, 3, 4].map((number) => (number % 2 === 0 ? one : other).prepare({ ...asked, issue: { ...issue, number } })),
    );
    for (const workspace of prepared) {
      expect(await filesBelow(workspace.tree)).toHaveProperty(['README.md']);
      await workspace.release();
    }
  });

  it.each([
    ['a repository that leaves the root', { issue: { repository: '../x', number: 1 } }],
    ['an issue number that is none', { issue: { repository: 'a/b', number: -1 } }],
    ['an option instead of a commit', { baseOid: '--output=/x' }],
    ['an address with a password', { remote: { repository: 'a/b', url: 'https://u:p@example.com/a/b' } }],
    ['a program as a remote', { remote: { repository: 'a/b', url: 'ext::sh -c id' } }],
    ['an option instead of an address', { remote: { repository: 'a/b', url: '--upload-pack=id' } }],
  ])('refuses %s', async (_what, more) => {
    await expect(bench.workspaces().prepare(await request(bench, more))).rejects.toMatchObject({
      name: 'InvalidInput',
    });
  });

  it('explains a remote that is not there', async () => {
    const remote = { repository: 'a/b', url: join(bench.dir, 'nowhere.git') };
    await expect(bench.workspaces().prepare(await request(bench, { remote }))).rejects.toMatchObject({
      name: 'WorkspaceFailed',
      retryable: true,
    });
  });
});

describe('a tree with odd contents', () => {
  it('keeps modes, links, line ends and names through export and reset', async () => {
    const names = ['with space', 'ünï—码.txt', 'new\nline', 'quote"\\back', '-dash', 'tab\there'];
    const workspaces = bench.workspaces();
    const first = await request(bench);
    const change = await using(await workspaces.prepare(first), async (workspace) => {
      const { tree } = workspace;
      await writeFiles(tree, Object.fromEntries(names.map((name) => [name, name])));
      await writeFiles(tree, { 'crlf.txt': 'a\r\nb\r\n', 'run.sh': '#!/bin/sh\n', zero: new Uint8Array(100_000) });
      await chmod(join(tree, 'run.sh'), 0o755);
      await symlink('src/a.ts', join(tree, 'link'));
      await mkdir(join(tree, 'empty'));
      return await workspaces.exportChange(workspace, exportOf(first.baseOid));
    });
    if (!change) throw new Error('nothing was exported');
    expect(change.files.map((file) => file.path).sort()).toEqual(
      [...names, 'crlf.txt', 'link', 'run.sh', 'zero'].sort(),
    );

    const there = bench.workspaces({ root: join(bench.dir, 'other-host') });
    const work = { oid: change.headOid, bundle: change.bundle };
    await using(await there.prepare({ ...first, work }), async ({ tree }) => {
      for (const name of names) expect(await readFile(join(tree, name), 'utf8')).toBe(name);
      expect(await readFile(join(tree, 'crlf.txt'), 'utf8')).toBe('a\r\nb\r\n');
      expect((await lstat(join(tree, 'run.sh'))).mode & 0o111).not.toBe(0);
      expect(await readlink(join(tree, 'link'))).toBe('src/a.ts');
    });
  });

  it('runs no filter that .gitattributes names, so LFS files stay pointers', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 3\n';
    await bench.origin.commit({ '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'a.bin': pointer });
    const workspaces = bench.workspaces();
    const asked = await request(bench);
    await using(await workspaces.prepare(asked), async (workspace) => {
      expect(await readFile(join(workspace.tree, 'a.bin'), 'utf8')).toBe(pointer);
      expect(await workspaces.exportChange(workspace, exportOf(asked.baseOid))).toBeNull();
    });
  });

  it('leaves a submodule of the base as it is', async () => {
    const { clone } = bench.origin;
    const oid = await userGit(clone, 'rev-parse', 'HEAD');
    await userGit(clone, 'update-index', '--add', '--cacheinfo', `160000,${oid},vendored`);
    await userGit(clone, 'commit', '--quiet', '--message', 'submodule');
    await userGit(clone, 'push', '--quiet', 'origin', 'HEAD:main');
    const workspaces = bench.workspaces();
    const asked = await request(bench);
    await using(await workspaces.prepare(asked), async (workspace) => {
      await writeFiles(workspace.tree, { 'vendored/inside.txt': 'x', 'b.txt': 'b' });
      const change = await workspaces.exportChange(workspace, exportOf(asked.baseOid));
      expect(change?.files.map((file) => file.path)).toEqual(['b.txt']);
    });
  });
});

describe('after a crash', () => {
  it('repairs a reset that was killed half-way', async () => {
    const workspaces = bench.workspaces();
    const asked = await request(bench);
    const prepared = await workspaces.prepare(asked);
    const { dir, tree, gitDir } = prepared;
    await prepared.release();
    await writeFile(join(dir, 'workspace.json'), '{"version":1,');
    await writeFile(join(gitDir, 'index.lock'), '');
    await writeFile(join(gitDir, 'HEAD.lock'), '');
    // A file that git believes to be written, and is not whole: same size, same time.
    const { mtime, size } = await lstat(join(tree, 'README.md'));
    await writeFile(join(tree, 'README.md'), 'x'.repeat(size));
    await utimes(join(tree, 'README.md'), mtime, mtime);

    await using(await workspaces.prepare(asked), async (workspace) => {
      expect(workspace.warm).toBe(false);
      expect(await readFile(join(workspace.tree, 'README.md'), 'utf8')).toBe('hello\n');
    });
  });

  it('makes a damaged mirror and a damaged git directory anew', async () => {
    const workspaces = bench.workspaces();
    const asked = await request(bench);
    await (await workspaces.prepare(asked)).release();
    const mirror = join(bench.root, 'mirrors', 'acme', 'app.git');
    const objects = await filesBelow(join(mirror, 'objects', 'pack'));
    const pack = Object.keys(objects).find((name) => name.endsWith('.pack')) ?? '';
    await chmod(join(mirror, 'objects', 'pack', pack), 0o600);
    await writeFile(join(mirror, 'objects', 'pack', pack), 'broken');

    await using(
      await workspaces.prepare({ ...asked, key: 'second', issue: { ...issue, number: 9 } }),
      async (workspace) => {
        expect(await readFile(join(workspace.tree, 'README.md'), 'utf8')).toBe('hello\n');
      },
    );
    await using(await workspaces.prepare({ ...asked, key: 'second' }), async (workspace) => {
      expect(await readFile(join(workspace.tree, 'README.md'), 'utf8')).toBe('hello\n');
    });
  });

  it('keeps the agent’s tree when only the git directory is lost', async () => {
    const workspaces = bench.workspaces();
    const asked = await request(bench);
    await using(await workspaces.prepare(asked), async ({ tree, gitDir }) => {
      await writeFiles(tree, { 'work.txt': 'precious' });
      await writeFile(join(gitDir, 'HEAD'), 'nonsense');
    });
    await using(await workspaces.prepare(asked), async (workspace) => {
      expect(workspace.warm).toBe(true);
      const change = await workspaces.exportChange(workspace, exportOf(asked.baseOid));
      expect(change?.files.map((file) => file.path)).toEqual(['work.txt']);
    });
  });

  it('fetches although a killed fetch left its locks and half a pack', async () => {
    const workspaces = bench.workspaces();
    await (await workspaces.prepare(await request(bench))).release();
    const mirror = join(bench.root, 'mirrors', 'acme', 'app.git');
    await writeFiles(mirror, {
      'packed-refs.lock': '',
      'refs/ghw/head.lock': '',
      'objects/pack/tmp_pack_abc': 'half',
    });
    await bench.origin.commit({ 'later.txt': 'x' });
    await using(await workspaces.prepare(await request(bench, { key: 'second' })), async ({ tree }) => {
      expect(await filesBelow(tree)).toHaveProperty(['later.txt']);
      await expect(access(join(mirror, 'objects/pack/tmp_pack_abc'))).rejects.toThrow();
    });
  });
});
