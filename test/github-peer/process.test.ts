import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphql } from '@octokit/graphql';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compileLocalGitHub } from './support/compile.ts';
import { afterThisTest, git, temporaryDirectory } from './support/world.ts';

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly graphqlUrl: string;
  readonly pid: number;
}

let compiled: string;
let main: string;

beforeAll(async () => {
  compiled = await mkdtemp(join(tmpdir(), 'github-peer-main-'));
  main = await compileLocalGitHub(join(compiled, 'github'));
  await symlink(join(import.meta.dirname, '..', '..', 'node_modules'), join(compiled, 'node_modules'));
});

afterAll(() => rm(compiled, { recursive: true, force: true }));

async function start(...args: string[]): Promise<Running> {
  const child = spawn(process.execPath, [main, '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  afterThisTest(() => end(child, 'SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, ...(JSON.parse(line) as Omit<Running, 'child'>) };
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  const [code] = (await ended) as [number | null];
  return code;
}

async function seedFile(): Promise<string> {
  const directory = await temporaryDirectory();
  const file = join(directory, 'seed.json');
  const seed = {
    users: [{ login: 'ghw-app', type: 'Bot' }],
    tokens: [{ token: 'demo-token', login: 'demo' }],
    repositories: [
      {
        owner: 'demo',
        name: 'shop',
        files: { 'README.md': '# Shop\n' },
        permissions: { 'ghw-app': 'WRITE' },
        issues: [{ title: 'Sell things', labels: ['ghw'] }],
      },
    ],
  };
  await writeFile(file, JSON.stringify(seed));
  return file;
}

const inShop = (fields: string) => `{ repository(owner: "demo", name: "shop") { ${fields} } }`;

function clientOf({ url }: Running) {
  return graphql.defaults({ baseUrl: url, headers: { authorization: 'token demo-token' } });
}

describe('the local GitHub as a process', () => {
  it('prints its addresses as one line, serves what the seed file says, and ends on SIGTERM', async () => {
    const data = await temporaryDirectory();
    const running = await start('--data', data, '--seed', await seedFile());

    const answer = await clientOf(running)(inShop('issue(number: 1) { title labels(first: 1) { nodes { name } } }'));

    expect(running.graphqlUrl).toBe(`${running.url}/graphql`);
    expect(running.pid).toBe(running.child.pid);
    expect(answer).toEqual({ repository: { issue: { title: 'Sell things', labels: { nodes: [{ name: 'ghw' }] } } } });
    expect(await end(running.child, 'SIGTERM')).toBe(0);
  });

  it('killed in the middle, goes on where its last answer left it', async () => {
    const data = await temporaryDirectory();
    const seed = await seedFile();
    const first = await start('--data', data, '--seed', seed);
    const work = await temporaryDirectory();
    await git(work, ['clone', '--quiet', `${first.url}/demo/shop.git`, '.'], 'demo-token');
    await mkdir(join(work, 'src'));
    await writeFile(join(work, 'src', 'a.txt'), 'a\n');
    await git(work, ['add', '.']);
    await git(work, ['commit', '--quiet', '-m', 'Add a']);
    await git(work, ['push', '--quiet', 'origin', 'HEAD:refs/heads/topic'], 'demo-token');
    const { repository } = await clientOf(first)<{ repository: { id: string; issue: { id: string } } }>(
      inShop('id issue(number: 1) { id }'),
    );
    await clientOf(first)(
      `mutation ($id: ID!, $issue: ID!) {
        createPullRequest(input: { repositoryId: $id, title: "A", headRefName: "topic", baseRefName: "main" }) { clientMutationId }
        addComment(input: { subjectId: $issue, body: "Done" }) { clientMutationId }
      }`,
      { id: repository.id, issue: repository.issue.id },
    );
    await end(first.child, 'SIGKILL');

    const second = await start('--data', data, '--seed', seed);

    const head = (await git(work, ['rev-parse', 'HEAD'])).stdout;
    const state = inShop(
      'id issues { totalCount } issue(number: 1) { comments(first: 5) { nodes { body } } } pullRequest(number: 2) { headRefOid changedFiles url }',
    );
    expect(await clientOf(second)(state)).toEqual({
      repository: {
        id: repository.id,
        issues: { totalCount: 1 },
        issue: { comments: { nodes: [{ body: 'Done' }] } },
        pullRequest: { headRefOid: head, changedFiles: 1, url: `${second.url}/demo/shop/pull/2` },
      },
    });
  });

  it('catches up with refs that moved while it was not there', async () => {
    const data = await temporaryDirectory();
    const seed = await seedFile();
    const first = await start('--data', data, '--seed', seed);
    const { repository } = await clientOf(first)<{
      repository: {
        id: string;
        databaseId: number;
        defaultBranchRef: { target: { oid: string; tree: { oid: string } } };
      };
    }>(inShop('id databaseId defaultBranchRef { target { oid ... on Commit { tree { oid } } } }'));
    const bare = join(data, 'repositories', `${repository.databaseId}.git`);
    const { oid, tree } = repository.defaultBranchRef.target;
    const commit = (await git(bare, ['commit-tree', tree.oid, '-p', oid, '-m', 'Empty'])).stdout;
    await git(bare, ['branch', 'topic', commit]);
    await clientOf(first)(
      'mutation ($id: ID!) { createPullRequest(input: { repositoryId: $id, title: "A", headRefName: "topic", baseRefName: "main" }) { clientMutationId } }',
      { id: repository.id },
    );
    await end(first.child, 'SIGKILL');
    await git(bare, ['branch', '-f', 'main', commit]);

    const second = await start('--data', data);

    expect(await clientOf(second)(inShop('pullRequest(number: 2) { state merged }'))).toEqual({
      repository: { pullRequest: { state: 'MERGED', merged: true } },
    });
  });

  it('says how it is used', async () => {
    const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [exit, output] = await Promise.all([once(child, 'exit'), child.stdout.toArray()]);

    expect(exit).toEqual([2, null]);
    expect(Buffer.concat(output as Buffer[]).toString()).toContain('--data <directory>');
  });
});
