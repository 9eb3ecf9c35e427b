import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import {
  clientOf,
  git,
  openPullRequest,
  repositoryName,
  startWorld,
  temporaryDirectory,
  tokens,
  type GitResult,
  type World,
} from './support/world.ts';

interface Clone {
  readonly path: string;
  git(...args: string[]): Promise<GitResult>;
  commit(branch: string, files: Record<string, string | Buffer>): Promise<string>;
}

async function cloneWith(world: World, token: string): Promise<Clone> {
  const directory = await temporaryDirectory();
  const cloned = await git(
    directory,
    ['clone', '--quiet', world.github.repository(repositoryName).cloneUrl, 'work'],
    token,
  );
  expect(cloned).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  const path = join(directory, 'work');
  const run = (...args: string[]) => git(path, args, token);
  return {
    path,
    git: run,
    commit: async (branch, files) => {
      await run('switch', '--quiet', '-C', branch);
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), content);
      }
      await run('add', '--all');
      await run('commit', '--quiet', '-m', `Work on ${branch}`);
      return (await run('rev-parse', 'HEAD')).stdout;
    },
  };
}

const show =
  'query ($id: ID!) { node(id: $id) { ... on PullRequest { state headRefOid updatedAt commits(first: 5) { totalCount } } } }';

describe('a push', () => {
  it('by a writer arrives, and the pull request follows it', async () => {
    const world = await startWorld();
    const clone = await cloneWith(world, tokens.writer);
    const first = await clone.commit('topic', { 'a.txt': 'a\n' });
    expect(await clone.git('push', '--quiet', 'origin', 'topic')).toMatchObject({ exitCode: 0 });
    const { id, headRefOid } = await openPullRequest(world, { headRefName: 'topic' });
    const opened = world.github.repository(repositoryName).pullRequest(1);
    world.github.clock.advance(5000);

    const second = await clone.commit('topic', { 'b.txt': 'b\n' });
    await clone.git('push', '--quiet', 'origin', 'topic');

    expect(headRefOid).toBe(first);
    expect(await clientOf(world.github, tokens.reader)(show, { id })).toMatchObject({
      node: { headRefOid: second, commits: { totalCount: 2 } },
    });
    expect(world.github.repository(repositoryName).pullRequest(1).updatedAt > opened.updatedAt).toBe(true);
  });

  it('of twelve megabytes that do not compress arrives whole', async () => {
    const world = await startWorld();
    const clone = await cloneWith(world, tokens.writer);
    const oid = await clone.commit('big', { 'big.bin': randomBytes(12 * 1024 * 1024) });

    const pushed = await clone.git('push', '--quiet', 'origin', 'big');

    expect(pushed).toMatchObject({ exitCode: 0 });
    expect(await world.github.repository(repositoryName).branches()).toMatchObject({ big: oid });
    expect((await cloneWith(world, tokens.reader)).path).toBeTruthy();
  });

  it('of what does not build on the branch is refused, and forced leaves its event', async () => {
    const world = await startWorld();
    const clone = await cloneWith(world, tokens.writer);
    await clone.commit('topic', { 'a.txt': 'a\n' });
    await clone.git('push', '--quiet', 'origin', 'topic');
    const { id } = await openPullRequest(world, { headRefName: 'topic' });
    await clone.git('switch', '--quiet', 'main');
    await clone.commit('topic', { 'b.txt': 'b\n' });

    const refused = await clone.git('push', 'origin', 'topic');
    const forced = await clone.git('push', '--force', 'origin', 'topic');

    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('non-fast-forward');
    expect(forced.exitCode).toBe(0);
    const timeline = await clientOf(world.github, tokens.writer)(
      'query ($id: ID!) { node(id: $id) { ... on PullRequest { timelineItems(first: 5) { nodes { __typename } } } } }',
      { id },
    );
    expect(timeline).toEqual({ node: { timelineItems: { nodes: [{ __typename: 'HeadRefForcePushedEvent' }] } } });
  });

  it('that brings the base to the head merges the pull request', async () => {
    const world = await startWorld();
    world.github.seed.addIssue(repositoryName, { title: 'One' });
    const clone = await cloneWith(world, tokens.writer);
    await clone.commit('topic', { 'a.txt': 'a\n' });
    await clone.git('push', '--quiet', 'origin', 'topic');
    const { id } = await openPullRequest(world, { headRefName: 'topic', body: 'Fixes #1' });

    await clone.git('push', '--quiet', 'origin', 'topic:main');

    expect(await clientOf(world.github, tokens.writer)(show, { id })).toMatchObject({
      node: { state: 'MERGED', commits: { totalCount: 1 } },
    });
    expect(world.github.repository(repositoryName).issue(1).state).toBe('CLOSED');
  });

  it('that deletes the branch closes the pull request, whose commits stay', async () => {
    const world = await startWorld();
    const clone = await cloneWith(world, tokens.writer);
    const head = await clone.commit('topic', { 'a.txt': 'a\n' });
    await clone.git('push', '--quiet', 'origin', 'topic');
    const { id } = await openPullRequest(world, { headRefName: 'topic' });

    await clone.git('push', '--quiet', 'origin', ':topic');

    expect(await clientOf(world.github, tokens.writer)(show, { id })).toMatchObject({
      node: { state: 'CLOSED', headRefOid: head, commits: { totalCount: 1 } },
    });
    const fetched = await clone.git('fetch', '--quiet', 'origin', 'refs/pull/1/head');
    expect(fetched.exitCode).toBe(0);
  });

  it('to refs/pull is refused', async () => {
    const clone = await cloneWith(await startWorld(), tokens.writer);
    await clone.commit('topic', { 'a.txt': 'a\n' });

    const pushed = await clone.git('push', 'origin', 'topic:refs/pull/1/head');

    expect(pushed.exitCode).toBe(1);
    expect(pushed.stderr).toContain('deny updating a hidden ref');
  });

  it('to an empty repository makes its default branch', async () => {
    const world = await startWorld();
    await world.github.seed.addRepository({ owner: 'acme', name: 'empty' });
    const clone = await cloneWith(world, tokens.owner);
    const { cloneUrl } = world.github.repository('acme/empty');

    await clone.git('push', '--quiet', cloneUrl, 'main:refs/heads/trunk');

    const answer = await clientOf(
      world.github,
      tokens.owner,
    )('{ repository(owner: "acme", name: "empty") { isEmpty defaultBranchRef { name } } }');
    expect(answer).toEqual({ repository: { isEmpty: false, defaultBranchRef: { name: 'trunk' } } });
  });
});

describe('rights', () => {
  async function pushAs(token: string | undefined, prepare?: (world: World) => void): Promise<GitResult> {
    const world = await startWorld();
    const clone = await cloneWith(world, tokens.writer);
    await clone.commit('topic', { 'a.txt': 'a\n' });
    prepare?.(world);
    const before = await world.github.repository(repositoryName).branches();
    const pushed = await git(clone.path, ['push', 'origin', 'topic'], token);
    expect(await world.github.repository(repositoryName).branches()).toEqual(before);
    return pushed;
  }

  it('are asked for without a token: 401', async () => {
    const pushed = await pushAs(undefined);

    expect(pushed.exitCode).toBe(128);
    expect(pushed.stderr).toContain('could not read Username');
  });

  it('are refused to a token that is none: 401', async () => {
    const world = await startWorld();
    const directory = await temporaryDirectory();
    const address = world.github.repository(repositoryName).cloneUrl.replace('://', '://x-access-token:wrong@');

    const refused = await git(directory, ['ls-remote', address]);

    expect(refused.exitCode).toBe(128);
    expect(refused.stderr).toContain('remote: Invalid username or token.');
    expect(refused.stderr).toContain('fatal: Authentication failed');
  });

  it('to push are refused to somebody who may only read: 403', async () => {
    const pushed = await pushAs(tokens.reader);

    expect(pushed.stderr).toContain('Permission to acme/widgets.git denied to rita.');
    expect(pushed.stderr).toContain('The requested URL returned error: 403');
  });

  it('to push are refused to a token that may only read: 403', async () => {
    const pushed = await pushAs('narrow', ({ github }) =>
      github.seed.addToken({ token: 'narrow', login: 'wanda', permissions: { contents: 'read' } }),
    );

    expect(pushed.stderr).toContain('Write access to repository not granted.');
    expect(pushed.stderr).toContain('403');
  });

  it('to push are refused for another repository than those of the token', async () => {
    const pushed = await pushAs('elsewhere', ({ github }) =>
      github.seed.addToken({ token: 'elsewhere', login: 'wanda', repositories: ['acme/gadgets'] }),
    );

    expect(pushed.stderr).toContain('Repository not found');
  });

  it('to push are refused by an archived repository', async () => {
    const pushed = await pushAs(tokens.writer, ({ github }) =>
      github.seed.setRepository(repositoryName, { isArchived: true }),
    );

    expect(pushed.stderr).toContain('This repository was archived so it is read-only.');
  });

  it('to change workflows are a matter of their own', async () => {
    const world = await startWorld();
    world.github.seed.addToken({ token: 'no-workflows', login: 'wanda', permissions: { contents: 'write' } });
    const clone = await cloneWith(world, tokens.writer);
    const oid = await clone.commit('topic', { '.github/workflows/ci.yml': 'on: push\n' });

    const refused = await git(clone.path, ['push', 'origin', 'topic'], 'no-workflows');
    const before = await world.github.repository(repositoryName).branches();
    const allowed = await clone.git('push', 'origin', 'topic');

    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(
      'refusing to allow a token to create or update workflow `.github/workflows/ci.yml`',
    );
    expect(before).not.toHaveProperty('topic');
    expect(allowed.exitCode).toBe(0);
    expect(await world.github.repository(repositoryName).branches()).toMatchObject({ topic: oid });
  });

  it('do not hinder pushing beside a workflow that is there already', async () => {
    const world = await startWorld();
    world.github.seed.addToken({ token: 'no-workflows', login: 'wanda', permissions: { contents: 'write' } });
    await world.github.seed.addCommit(repositoryName, 'main', {
      message: 'CI',
      files: { '.github/workflows/ci.yml': 'on: push\n' },
    });
    const clone = await cloneWith(world, tokens.writer);
    await clone.commit('topic', { 'a.txt': 'a\n' });

    expect(await git(clone.path, ['push', '--quiet', 'origin', 'topic'], 'no-workflows')).toMatchObject({
      exitCode: 0,
    });
  });

  it("to read a public repository are everybody's, of a private one its people's", async () => {
    const world = await startWorld();
    await world.github.seed.addRepository({ owner: 'acme', name: 'open', files: { 'a.txt': 'a\n' } });
    const directory = await temporaryDirectory();
    const read = (name: string, token?: string) =>
      git(directory, ['ls-remote', '--heads', `${world.github.gitUrl}/acme/${name}`], token);

    expect(await read('open')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('refs/heads/main') });
    expect(await read('widgets', tokens.reader)).toMatchObject({ exitCode: 0 });
    expect((await read('widgets')).stderr).toContain('could not read Username');
    expect((await read('widgets', tokens.stranger)).stderr).toContain('Repository not found');
  });

  it('take the token as password beside any user name, as an ask-pass helper gives it', async () => {
    const world = await startWorld();
    const directory = await temporaryDirectory();
    const address = new URL(world.github.repository(repositoryName).cloneUrl);
    address.username = 'anything';
    address.password = tokens.reader;

    expect(await git(directory, ['ls-remote', address.href])).toMatchObject({ exitCode: 0 });
  });
});

describe('a push that a test interferes with', () => {
  it('is rejected with the words of the test', async () => {
    const world = await startWorld();
    const seen: unknown[] = [];
    const remove = world.github.onPush((push) => {
      seen.push(push);
      return { reject: 'protected branch hook declined' };
    });
    const clone = await cloneWith(world, tokens.writer);
    const oid = await clone.commit('topic', { 'a.txt': 'a\n' });

    const refused = await clone.git('push', 'origin', 'topic');
    remove();
    const accepted = await clone.git('push', 'origin', 'topic');

    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('remote: protected branch hook declined');
    expect(accepted.exitCode).toBe(0);
    expect(seen).toEqual([
      {
        repository: repositoryName,
        login: 'wanda',
        updates: [{ ref: 'refs/heads/topic', before: '0'.repeat(40), after: oid }],
      },
    ]);
  });

  it('is accepted and its answer lost: the client sees a failure, the branch is there', async () => {
    const world = await startWorld();
    const remove = world.github.onPush(() => ({ dropAfterAccept: true }));
    const clone = await cloneWith(world, tokens.writer);
    const oid = await clone.commit('topic', { 'a.txt': 'a\n' });

    const lost = await clone.git('push', 'origin', 'topic');
    remove();
    const again = await clone.git('push', 'origin', 'topic');

    expect(lost.exitCode).not.toBe(0);
    expect(await world.github.repository(repositoryName).branches()).toMatchObject({ topic: oid });
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Everything up-to-date') });
  });

  it('meets a fault: 502, then works', async () => {
    const world = await startWorld();
    const clone = await cloneWith(world, tokens.writer);
    await clone.commit('topic', { 'a.txt': 'a\n' });
    world.github.fault({ match: 'git-receive-pack', status: 502 });

    expect((await clone.git('push', 'origin', 'topic')).stderr).toContain('502');
    expect(await clone.git('push', 'origin', 'topic')).toMatchObject({ exitCode: 0 });
  });
});

describe('a client that goes away in the middle', () => {
  it('of a push leaves the branch as it was and the server as it should be', async () => {
    const world = await startWorld();
    const before = await world.github.repository(repositoryName).branches();
    const { hostname, port } = new URL(world.github.url);
    const command = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/topic\0report-status`;
    const line = (command.length + 4).toString(16).padStart(4, '0') + command;
    const credential = Buffer.from(`x:${tokens.writer}`).toString('base64');

    for (const body of [line.slice(0, 40), `${line}0000PACK`]) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      const head = [
        'POST /acme/widgets.git/git-receive-pack HTTP/1.1',
        'Host: x',
        `Authorization: Basic ${credential}`,
        'Content-Type: application/x-git-receive-pack-request',
        'Content-Length: 5000',
      ];
      await new Promise((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, resolve));
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    }

    const clone = await cloneWith(world, tokens.writer);
    await clone.commit('other', { 'a.txt': 'a\n' });
    expect(await clone.git('push', '--quiet', 'origin', 'other')).toMatchObject({ exitCode: 0 });
    expect(await world.github.repository(repositoryName).branches()).toMatchObject(before);
    expect(await world.github.repository(repositoryName).branches()).not.toHaveProperty('topic');
  });
});

describe('a fetch', () => {
  it('can be shallow, partial, of one commit, and a mirror', async () => {
    const world = await startWorld();
    await world.github.seed.addCommit(repositoryName, 'main', { message: 'Two', files: { 'b.txt': 'b\n' } });
    const { cloneUrl } = world.github.repository(repositoryName);
    const { main = '' } = await world.github.repository(repositoryName).branches();
    const directory = await temporaryDirectory();
    const run = (...args: string[]) => git(directory, args, tokens.reader);

    expect(await run('clone', '--quiet', '--depth=1', cloneUrl, 'shallow')).toMatchObject({ exitCode: 0 });
    expect((await run('-C', 'shallow', 'rev-list', '--count', 'HEAD')).stdout).toBe('1');
    expect(await run('clone', '--quiet', '--filter=blob:none', '--bare', cloneUrl, 'partial')).toMatchObject({
      exitCode: 0,
    });
    expect(await run('clone', '--quiet', '--mirror', cloneUrl, 'mirror')).toMatchObject({ exitCode: 0 });
    expect(await run('init', '--quiet', 'one')).toMatchObject({ exitCode: 0 });
    expect(await run('-C', 'one', 'fetch', '--quiet', '--depth=1', cloneUrl, main)).toMatchObject({ exitCode: 0 });
  });

  it('is logged with its service and its person', async () => {
    const world = await startWorld();
    await cloneWith(world, tokens.reader);

    expect(world.github.requests[0]).toMatchObject({
      kind: 'git',
      method: 'GET',
      path: '/acme/widgets.git/info/refs',
      fields: ['git-upload-pack'],
      login: 'rita',
      status: 200,
    });
  });
});

describe('an imported repository', () => {
  it('has the branch that the original has checked out, and leaves the original untouched', async () => {
    const world = await startWorld();
    const source = await temporaryDirectory();
    await git(source, ['init', '--quiet', '-b', 'develop']);
    await writeFile(join(source, 'a.txt'), 'a\n');
    await git(source, ['add', '.']);
    await git(source, ['commit', '--quiet', '-m', 'First']);
    await writeFile(join(source, 'a.txt'), 'not committed\n');
    const before = (await git(source, ['for-each-ref'])).stdout;

    await world.github.seed.addRepository({ owner: 'acme', name: 'imported', fromGitRepository: source });

    const head = (await git(source, ['rev-parse', 'HEAD'])).stdout;
    expect(await world.github.repository('acme/imported').branches()).toEqual({ develop: head });
    expect((await git(source, ['for-each-ref'])).stdout).toBe(before);
    expect((await git(source, ['status', '--porcelain'])).stdout).toContain(' M a.txt'.trim());
    const answer = await clientOf(
      world.github,
      tokens.owner,
    )(
      '{ repository(owner: "acme", name: "imported") { defaultBranchRef { name } object(expression: "HEAD:a.txt") { ... on Blob { text } } } }',
    );
    expect(answer).toEqual({ repository: { defaultBranchRef: { name: 'develop' }, object: { text: 'a\n' } } });
  });

  it('may be checked out at a commit, shallow, or a linked work tree', async () => {
    const world = await startWorld();
    const directory = await temporaryDirectory();
    const clone = await cloneWith(world, tokens.writer);
    await clone.git('switch', '--quiet', '--detach');
    await clone.git('worktree', 'add', '--quiet', '-b', 'linked', join(directory, 'linked'));
    await git(
      directory,
      ['clone', '--quiet', '--depth=1', world.github.repository(repositoryName).cloneUrl, 'shallow'],
      tokens.reader,
    );
    const add = (name: string, path: string) =>
      world.github.seed.addRepository({ owner: 'acme', name, fromGitRepository: path });

    await add('detached', clone.path);
    await add('linked', join(directory, 'linked'));
    await add('shallow', join(directory, 'shallow'));

    const branches = async (name: string) => Object.keys(await world.github.repository(`acme/${name}`).branches());
    expect(await branches('detached')).toEqual(['main']);
    expect(await branches('linked')).toEqual(['linked']);
    expect(await branches('shallow')).toEqual(['main']);
  });
});
