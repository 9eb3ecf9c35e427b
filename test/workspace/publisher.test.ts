import { readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Change } from '../../src/domain/change.ts';
import { createPublisher, type PublisherOptions } from '../../src/workspace/publisher.ts';
import type { Publisher, PushRequest } from '../../src/workspace/workspace.ts';
import { createBench, exportOf, filesBelow, request, userGit, writeFiles, type Bench, type Files } from './support.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench({ 'README.md': 'hello\n', 'src/a.ts': 'one\n' });
});
afterEach(() => bench.cleanUp());

function publisherOf(options: Partial<PublisherOptions> = {}): Publisher {
  return createPublisher({
    root: bench.root,
    artifacts: bench.artifacts,
    token: () => Promise.resolve(null),
    ...options,
  });
}

/** What an agent's tree becomes. */
async function changeOf(make: (tree: string) => Promise<void>, parent: Change | null = null): Promise<Change> {
  const workspaces = bench.workspaces();
  const work = parent && { oid: parent.headOid, bundle: parent.bundle };
  const asked = await request(bench, { key: `made from ${parent?.headOid ?? 'base'}`, parent: work, work });
  const workspace = await workspaces.prepare(parent ? { ...asked, baseOid: parent.baseOid } : asked);
  try {
    await make(workspace.tree);
    const more = parent ? { parentOid: parent.headOid } : {};
    const change = await workspaces.exportChange(workspace, exportOf(parent?.baseOid ?? asked.baseOid, more));
    if (!change) throw new Error('nothing was exported');
    return change;
  } finally {
    await workspace.release();
  }
}

const withFiles = (files: Files) => changeOf((tree) => writeFiles(tree, files));

/** A change that no export of ours would make: commits made by hand in the remote's clone. */
async function forged(make: (clone: string) => Promise<void>, ...bundleArgs: string[]): Promise<Change> {
  const { clone } = bench.origin;
  const baseOid = await userGit(clone, 'rev-parse', 'HEAD');
  await userGit(clone, 'checkout', '--quiet', '-B', 'change');
  await make(clone);
  const headOid = await userGit(clone, 'rev-parse', 'change');
  const treeOid = await userGit(clone, 'rev-parse', 'change^{tree}');
  const file = join(bench.dir, 'forged.bundle');
  await userGit(
    clone,
    'bundle',
    'create',
    '--quiet',
    file,
    ...(bundleArgs.length > 0 ? bundleArgs : ['change', '^main']),
  );
  const bundle = await bench.artifacts.putFile(file);
  return { baseOid, headOid, treeOid, bundle, files: [], filesChanged: 1, additions: 1, deletions: 0 };
}

/** Commits a tree that git itself would not put together, from `mode type oid TAB name` lines. */
async function commitTree(clone: string, ...entries: string[]): Promise<void> {
  const listing = join(bench.dir, 'listing');
  await writeFile(listing, entries.map((entry) => `${entry}\n`).join(''));
  const blob = await userGit(clone, 'hash-object', '-w', listing);
  const sub = join(bench.dir, 'tree.bin');
  await writeFile(sub, Buffer.concat(entries.map((entry) => treeEntry(entry.replace('BLOB', blob)))));
  const tree = await userGit(clone, 'hash-object', '-w', '-t', 'tree', '--literally', sub);
  const head = await userGit(clone, 'commit-tree', tree, '-p', 'HEAD', '-m', 'forged');
  await userGit(clone, 'update-ref', 'refs/heads/change', head);
}

function treeEntry(entry: string): Buffer {
  const [head = '', name = ''] = entry.split('\t');
  const [mode = '', , oid = ''] = head.split(' ');
  return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);
}

const token = 'ghp_' + 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';

describe('inspect', () => {
  it('has nothing against an ordinary change, and leaves nothing behind', async () => {
    const change = await withFiles({ 'src/a.ts': 'two\n', 'docs/new.md': 'text\n' });
    expect(await publisherOf().inspect(bench.origin.remote, change)).toEqual([]);
    expect(await readdir(join(bench.root, 'scratch'))).toEqual([]);
  });

  it('works on a host that never saw the repository', async () => {
    const change = await withFiles({ 'src/a.ts': 'two\n' });
    const elsewhere = publisherOf({ root: join(bench.dir, 'other-host') });
    expect(await elsewhere.inspect(bench.origin.remote, change)).toEqual([]);
  });

  it('asks a person about a thousand files', async () => {
    const change = await withFiles(
      Object.fromEntries(
        Array.from({ length: 1000 }, (_, index) => [`many/${index.toString()}.txt`, index.toString()]),
      ),
    );
    expect(change.filesChanged).toBe(1000);
    expect(change.files).toHaveLength(200);
    expect(await publisherOf().inspect(bench.origin.remote, change)).toEqual([
      expect.objectContaining({ severity: 'needs_person', kind: 'too_many_files' }),
    ]);
  });

  it('asks a person about large files and large changes', async () => {
    const change = await withFiles({ 'a.bin': Buffer.alloc(1500), 'b.bin': Buffer.alloc(700) });
    const publisher = publisherOf({ limits: { maxFileBytes: 1000, maxAddedBytes: 2000 } });
    expect((await publisher.inspect(bench.origin.remote, change)).map(({ kind, message }) => [kind, message])).toEqual([
      ['too_large', expect.stringContaining('a.bin')],
      ['too_large', expect.stringContaining('The change adds')],
    ]);
  });

  it('asks a person about protected files, in any case and at any depth', async () => {
    const paths = [
      '.GitHub/Workflows/deep/ci.yml',
      '.claude/settings.json',
      '.github/actions/x/action.yml',
      '.github/workflows/ci.yml',
      'AGENTS.md',
      'docs/CODEOWNERS',
      'packages/a/.mcp.json',
      'sub/CLAUDE.md',
    ];
    const change = await withFiles({
      ...Object.fromEntries(paths.map((path) => [path, 'x\n'])),
      'docs/agents.txt': 'x',
    });
    const concerns = await publisherOf().inspect(bench.origin.remote, change);
    const protectedFiles = concerns.filter(({ kind }) => kind === 'protected_file');
    expect(protectedFiles.map(({ message }) => message)).toEqual(paths.map((path) => `${path} is a protected file.`));
    expect(protectedFiles.every(({ severity }) => severity === 'needs_person')).toBe(true);
  });

  it('notices that a protected file is moved away', async () => {
    await bench.origin.commit({ '.github/workflows/ci.yml': 'on: push\njobs: {}\n# long enough to be a rename\n' });
    const change = await changeOf((tree) => rename(join(tree, '.github/workflows/ci.yml'), join(tree, 'ci.yml')));
    expect(change.files).toEqual([expect.objectContaining({ path: 'ci.yml', status: 'renamed' })]);
    expect(await publisherOf().inspect(bench.origin.remote, change)).toEqual([
      expect.objectContaining({ kind: 'protected_file' }),
    ]);
  });

  it('finds secrets in added lines and does not repeat them', async () => {
    const change = await withFiles({
      'src/a.ts': `one\nconst token = '${token}';\n`,
      'with space.env': `x\ny\nPASSWORD=correct-horse-battery\n`,
      'data.bin': Buffer.concat([Buffer.alloc(50), Buffer.from(`\n${token}\n`), Buffer.alloc(50)]),
    });
    const publisher = publisherOf({ knownSecrets: () => Promise.resolve(['correct-horse-battery']) });
    const concerns = await publisher.inspect(bench.origin.remote, change);
    expect(concerns.map(({ kind, severity }) => [kind, severity])).toEqual(Array(3).fill(['secret', 'needs_person']));
    expect(concerns.map(({ message }) => message.split(' holds')[0])).toEqual([
      'data.bin:2',
      'src/a.ts:2',
      'with space.env:3',
    ]);
    expect(JSON.stringify(concerns)).not.toContain(token);
    expect(JSON.stringify(concerns)).not.toContain('correct-horse');
  });

  it('finds a secret that the next commit takes back', async () => {
    const first = await withFiles({ 'src/a.ts': `${token}\n` });
    const second = await changeOf((tree) => writeFiles(tree, { 'src/a.ts': 'clean\n' }), first);
    expect(await publisherOf().inspect(bench.origin.remote, second)).toEqual([
      expect.objectContaining({ kind: 'secret' }),
    ]);
  });

  it('does not mind a secret that was there before', async () => {
    await bench.origin.commit({ 'old.txt': `${token}\nrest\n` });
    const change = await withFiles({ 'old.txt': `${token}\nchanged\n` });
    expect(await publisherOf().inspect(bench.origin.remote, change)).toEqual([]);
  });

  it.each([
    ['/etc/passwd', 'absolute'],
    ['../../outside', 'outside'],
    ['sub/../../outside', 'up again'],
    ['.git/config', 'git directory'],
  ])('refuses a symbolic link to %s', async (target, why) => {
    const change = await changeOf((tree) => symlink(target, join(tree, 'link')));
    expect(await publisherOf().inspect(bench.origin.remote, change)).toEqual([
      { severity: 'refused', kind: 'unsafe_symlink', message: expect.stringContaining(why) },
    ]);
  });

  it('has nothing against a symbolic link inside the repository', async () => {
    const change = await changeOf((tree) => symlink('../README.md', join(tree, 'src', 'link')));
    expect(await publisherOf().inspect(bench.origin.remote, change)).toEqual([]);
  });

  it('refuses names that only case tells apart, and control characters', async () => {
    const change = await withFiles({ 'readme.MD': 'x', 'SRC/b.ts': 'y', 'bad\u001b[31mname': 'z' });
    const concerns = await publisherOf().inspect(bench.origin.remote, change);
    expect(concerns.map(({ kind, severity }) => `${severity} ${kind}`)).toEqual(Array(3).fill('refused unsafe_path'));
    expect(JSON.stringify(concerns)).toContain('readme.MD');
    expect(concerns.some(({ message }) => message.includes('\u001b'))).toBe(false);
  });

  it('refuses a submodule', async () => {
    const change = await forged(async (clone) => {
      const oid = await userGit(clone, 'rev-parse', 'HEAD');
      await userGit(clone, 'update-index', '--add', '--cacheinfo', `160000,${oid},vendored`);
      await userGit(clone, 'commit', '--quiet', '--message', 'submodule');
    });
    expect(await publisherOf().inspect(bench.origin.remote, change)).toEqual([
      expect.objectContaining({ severity: 'refused', kind: 'submodule' }),
    ]);
  });
});

describe('a bundle that is not what the change says', () => {
  const refusal = { name: 'ChangeRefused', retryable: false };

  it.each([
    ['goes up', '100644 blob BLOB\t..'],
    ['is a git directory', '40000 tree TREE\t.git'],
    ['has a slash', '100644 blob BLOB\ta/b'],
  ])('is refused if a path %s', async (_what, entry) => {
    const change = await forged(async (clone) => {
      const tree = await userGit(clone, 'rev-parse', 'HEAD^{tree}');
      await commitTree(clone, entry.replace('TREE', tree));
    });
    await expect(publisherOf().inspect(bench.origin.remote, change)).rejects.toMatchObject(refusal);
  });

  it('is refused with further references', async () => {
    const change = await forged(
      async (clone) => {
        await userGit(clone, 'commit', '--quiet', '--allow-empty', '--message', 'x');
        await userGit(clone, 'update-ref', 'refs/heads/extra', 'HEAD');
      },
      'change',
      'extra',
      '^main',
    );
    await expect(publisherOf().push(pushOf(change))).rejects.toMatchObject(refusal);
    expect(await bench.origin.head('ghw/issue-7')).toBeNull();
  });

  it('is refused with another head, another tree or another base', async () => {
    const change = await withFiles({ 'src/a.ts': 'two\n' });
    const { remote } = bench.origin;
    const other = await bench.origin.commit({ 'x.txt': 'x' });
    for (const wrong of [{ headOid: 'a'.repeat(40) }, { treeOid: 'a'.repeat(40) }, { baseOid: other }]) {
      await expect(publisherOf().inspect(remote, { ...change, ...wrong })).rejects.toMatchObject(refusal);
    }
  });

  it('is refused if it is no bundle, or is cut off', async () => {
    const change = await withFiles({ 'src/a.ts': 'two\n' });
    const whole = await bench.artifacts.get(change.bundle);
    for (const bytes of ['no bundle', '# v2 git bundle\n', whole?.subarray(0, whole.length - 25) ?? '']) {
      const bundle = await bench.artifacts.put(bytes);
      await expect(publisherOf().inspect(bench.origin.remote, { ...change, bundle })).rejects.toMatchObject(refusal);
    }
  });

  it('is told to be missing if the store lost it', async () => {
    const change = { ...(await withFiles({ 'src/a.ts': 'two\n' })), bundle: { sha256: 'c'.repeat(64), bytes: 1 } };
    await expect(publisherOf().inspect(bench.origin.remote, change)).rejects.toMatchObject({ name: 'ArtifactMissing' });
  });
});

function pushOf(change: Change, more: Partial<PushRequest> = {}): PushRequest {
  return { remote: bench.origin.remote, change, branch: 'ghw/issue-7', expectedOid: null, ...more };
}

describe('unfinished work', () => {
  const ref = 'refs/ghw/checkpoints/issue-7';
  const saved = async (): Promise<string> =>
    await userGit(bench.origin.bare, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/ghw');

  it('is pushed to a reference that is no branch, in the place of what was there, and removed', async () => {
    const { remote } = bench.origin;
    const first = await withFiles({ 'src/a.ts': 'half\n' });
    const second = await withFiles({ 'src/a.ts': 'other half\n' });

    expect(await publisherOf().pushCheckpoint(remote, ref, first)).toBe(true);
    expect(await publisherOf().pushCheckpoint(remote, ref, second)).toBe(true);
    expect(await saved()).toBe(`${ref} ${second.headOid}`);

    await publisherOf().removeCheckpoint(remote, ref);
    await publisherOf().removeCheckpoint(remote, ref);
    expect(await saved()).toBe('');
    expect(await filesBelow(join(bench.root, 'scratch'))).toEqual({});
  });

  it('stays where a person would have to agree', async () => {
    const change = await withFiles({ 'src/a.ts': `const token = '${token}';\n` });

    expect(await publisherOf().pushCheckpoint(bench.origin.remote, ref, change)).toBe(false);

    expect(await saved()).toBe('');
  });
});

describe('push', () => {
  it('makes the branch, and finds it made when asked again', async () => {
    const change = await withFiles({ 'src/a.ts': 'two\n' });
    const { headOid } = change;
    expect(await publisherOf().push(pushOf(change))).toEqual({ headOid, pushed: true });
    expect(await bench.origin.head('ghw/issue-7')).toBe(headOid);
    expect(await publisherOf().push(pushOf(change))).toEqual({ headOid, pushed: false });
    expect(await userGit(bench.origin.bare, 'for-each-ref', '--format=%(refname)')).toBe(
      'refs/heads/ghw/issue-7\nrefs/heads/main',
    );
  });

  it('moves the branch on from our last head, also to a commit that does not stand on it', async () => {
    const first = await withFiles({ 'src/a.ts': 'two\n' });
    await publisherOf().push(pushOf(first));
    const second = await changeOf((tree) => writeFiles(tree, { 'src/a.ts': 'three\n' }), first);
    await publisherOf().push(pushOf(second, { expectedOid: first.headOid }));
    expect(await bench.origin.head('ghw/issue-7')).toBe(second.headOid);

    await bench.origin.commit({ 'later.txt': 'x' });
    const anew = await withFiles({ 'src/a.ts': 'anew\n' });
    await publisherOf().push(pushOf(anew, { expectedOid: second.headOid }));
    expect(await bench.origin.head('ghw/issue-7')).toBe(anew.headOid);
  });

  it('makes a branch again that was deleted', async () => {
    const first = await withFiles({ 'src/a.ts': 'two\n' });
    const second = await changeOf((tree) => writeFiles(tree, { 'src/a.ts': 'three\n' }), first);
    const { pushed } = await publisherOf().push(pushOf(second, { expectedOid: first.headOid }));
    expect(pushed).toBe(true);
  });

  it('stops at commits of a person, and overwrites nothing', async () => {
    const change = await withFiles({ 'src/a.ts': 'two\n' });
    const theirs = await bench.origin.commit({ 'person.txt': 'mine' }, 'ghw/issue-7');
    for (const expectedOid of [null, 'd'.repeat(40)]) {
      await expect(publisherOf().push(pushOf(change, { expectedOid }))).rejects.toMatchObject({
        name: 'BranchMoved',
        retryable: false,
        hint: expect.any(String),
      });
    }
    expect(await bench.origin.head('ghw/issue-7')).toBe(theirs);
  });

  it('notices a person who is faster between looking and pushing', async () => {
    const change = await withFiles({ 'src/a.ts': 'two\n' });
    const theirs = await userGit(bench.origin.clone, 'rev-parse', 'HEAD');
    const race = join(bench.origin.bare, 'hooks', 'pre-receive');
    await writeFile(race, `#!/bin/sh\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/ghw/issue-7 ${theirs}\n`, {
      mode: 0o755,
    });
    await expect(publisherOf().push(pushOf(change))).rejects.toMatchObject({ name: 'BranchMoved' });
    expect(await bench.origin.head('ghw/issue-7')).toBe(theirs);
  });

  it('tells in the remote’s words why it refused', async () => {
    const change = await withFiles({ 'src/a.ts': 'two\n' });
    const rule = join(bench.origin.bare, 'hooks', 'pre-receive');
    await writeFile(rule, '#!/bin/sh\necho "branch is protected by rule 7"\nexit 1\n', { mode: 0o755 });
    await expect(publisherOf().push(pushOf(change))).rejects.toMatchObject({
      name: 'PushRejected',
      message: expect.stringContaining('branch is protected by rule 7'),
    });
  });

  it.each(['../x', '-x', 'a b', 'a..b', 'x.lock', '', 'HEAD', 'a~1', 'refs/heads/\u0007'])(
    'refuses the branch name %j',
    async (branch) => {
      const change: Change = {
        ...{ baseOid: 'a'.repeat(40), headOid: 'b'.repeat(40), treeOid: 'c'.repeat(40), files: [] },
        ...{ bundle: { sha256: 'd'.repeat(64), bytes: 1 }, filesChanged: 0, additions: 0, deletions: 0 },
      };
      await expect(publisherOf().push(pushOf(change, { branch }))).rejects.toMatchObject({ name: 'InvalidInput' });
    },
  );
});
