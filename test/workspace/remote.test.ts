import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts';
import type { Change } from '../../src/domain/change.ts';
import { createPublisher } from '../../src/workspace/publisher.ts';
import { remoteGit } from '../../src/workspace/remote.ts';
import { createWorkspaces } from '../../src/workspace/workspaces.ts';
import { startLocalGitHub, type LocalGitHub } from '../peers/github/local-github.ts';
import { exportOf, filesBelow, userGit, writeFiles, type Files } from './support.ts';

const mayPush = 'ghp_workertoken000000000000000000000001';
const mayRead = 'ghp_readertoken000000000000000000000002';
const stranger = 'ghp_strangertoken0000000000000000000003';

let github: LocalGitHub;
let baseOid: string;
beforeAll(async () => {
  github = await startLocalGitHub();
  github.seed.addToken({ token: mayPush, login: 'ghw-bot', permissions: { contents: 'write' } });
  github.seed.addToken({ token: mayRead, login: 'reader' });
  github.seed.addToken({ token: stranger, login: 'stranger' });
  await github.seed.addRepository({
    owner: 'acme',
    name: 'app',
    private: true,
    permissions: { 'ghw-bot': 'WRITE', reader: 'READ' },
  });
  baseOid = await github.seed.addCommit('acme/app', 'main', { message: 'First', files: { 'README.md': 'hello\n' } });
});
afterAll(() => github.stop());

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ghw-remote-'));
});
afterEach(async () => {
  github.clearFaults();
  github.setLatency(0);
  await rm(dir, { recursive: true, force: true });
});

function hostWith(token: string | null) {
  const options = {
    root: join(dir, 'data'),
    artifacts: createDirectoryStore(join(dir, 'artifacts')),
    token: () => Promise.resolve(token),
  };
  return { workspaces: createWorkspaces(options), publisher: createPublisher(options) };
}

const remote = () => ({ repository: 'acme/app', url: `${github.gitUrl}/acme/app.git` });

const requestOf = (number: number) => ({
  issue: { repository: 'acme/app', number },
  remote: remote(),
  key: 'first',
  baseOid,
  parent: null,
  work: null,
});

async function changeOf(files: Files, number = 1): Promise<Change> {
  const { workspaces } = hostWith(mayPush);
  const workspace = await workspaces.prepare(requestOf(number));
  try {
    await writeFiles(workspace.tree, files);
    const change = await workspaces.exportChange(workspace, exportOf(baseOid));
    if (!change) throw new Error('nothing was exported');
    return change;
  } finally {
    await workspace.release();
  }
}

describe('a remote that wants a token', () => {
  it('is fetched and pushed to, and the token stays nowhere', async () => {
    const change = await changeOf({ 'a.txt': 'a\n' });
    const pushed = await hostWith(mayPush).publisher.push({
      remote: remote(),
      change,
      branch: 'ghw/issue-1',
      expectedOid: null,
    });
    expect(pushed).toEqual({ headOid: change.headOid, pushed: true });
    const written = JSON.stringify(await filesBelow(join(dir, 'data')));
    expect(written).not.toContain(mayPush);
    expect(written).not.toContain(Buffer.from(`x-access-token:${mayPush}`).toString('base64').slice(0, 40));
    expect(await readdir(join(dir, 'data', 'scratch'))).toEqual([]);
  });

  it('never shows the token in the arguments or the environment of a process', async () => {
    github.setLatency(300);
    let over = false;
    const seen: string[] = [];
    const looking = (async () => {
      while (!over) {
        for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
          const read = (name: string) => readFile(join('/proc', pid, name), 'latin1').catch(() => '');
          const command = await read('cmdline');
          if (command.includes('git') && command.includes('acme/app')) seen.push(command, await read('environ'));
        }
      }
    })();
    const workspace = await hostWith(mayPush).workspaces.prepare(requestOf(2));
    await workspace.release();
    over = true;
    await looking;
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.join('\n')).toContain('GIT_ASKPASS');
    expect(seen.join('\n')).not.toContain(mayPush);
  });

  it.each([
    ['no token', null, 'GitHubUnauthorized'],
    ['a token that is none', 'ghp_nobodys', 'GitHubUnauthorized'],
    ['a token that may not see it', stranger, 'GitHubNotFound'],
  ])('tells what is wrong with %s', async (_what, token, name) => {
    const refusal = { name, retryable: false, message: expect.not.stringContaining(token ?? '\0') };
    await expect(hostWith(token).workspaces.prepare(requestOf(3))).rejects.toMatchObject(refusal);
  });

  it('tells that a token may not push', async () => {
    const change = await changeOf({ 'a.txt': 'b\n' });
    const push = { remote: remote(), change, branch: 'ghw/issue-3', expectedOid: null };
    await expect(hostWith(mayRead).publisher.push(push)).rejects.toMatchObject({ name: 'GitHubForbidden' });
  });

  it.each([
    [503, 'GitHubUnavailable', undefined],
    [429, 'GitHubRateLimited', 7000],
  ])('goes by the status %d', async (status, name, retryAfterMs) => {
    const told = retryAfterMs === undefined ? {} : { headers: { 'retry-after': '7' } };
    github.fault({ match: '/acme/app.git', times: Infinity, status, ...told });
    const refusal = { name, retryable: true, retryAfterMs };
    await expect(hostWith(mayPush).workspaces.prepare(requestOf(4))).rejects.toMatchObject(refusal);
  });

  it('tries again later when nobody listens', async () => {
    const gone = { ...requestOf(5), remote: { repository: 'acme/app', url: 'http://127.0.0.1:9/acme/app.git' } };
    await expect(hostWith(mayPush).workspaces.prepare(gone)).rejects.toMatchObject({
      name: 'WorkspaceFailed',
      retryable: true,
    });
  });
});

describe('a push over HTTP', () => {
  it('counts when its answer is lost', async () => {
    const change = await changeOf({ 'a.txt': 'lost answer\n' });
    const remove = github.onPush(() => ({ dropAfterAccept: true }));
    const { publisher } = hostWith(mayPush);
    const push = { remote: remote(), change, branch: 'ghw/issue-6', expectedOid: null };
    expect(await publisher.push(push)).toEqual({ headOid: change.headOid, pushed: true });
    remove();
    expect(await publisher.push(push)).toEqual({ headOid: change.headOid, pushed: false });
  });

  it('tells why GitHub refused a workflow file', async () => {
    const change = await changeOf({ '.github/workflows/ci.yml': 'on: push\n' });
    const push = { remote: remote(), change, branch: 'ghw/issue-7', expectedOid: null };
    await expect(hostWith(mayPush).publisher.push(push)).rejects.toMatchObject({
      name: 'PushRejected',
      message: expect.stringMatching(/workflow/),
    });
  });
});

describe('a remote that sends git elsewhere', () => {
  it('does not get the token for the other host', async () => {
    const asked: IncomingMessage['headers'][] = [];
    const other = await listen((request) => {
      asked.push(request.headers);
      return { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } };
    });
    const first = await listen((request) => ({
      status: 302,
      headers: { location: `${addressOf(other)}${request.url ?? ''}` },
    }));
    const url = `${addressOf(first)}/acme/app.git`;
    const access = { remote: { repository: 'acme/app', url }, token: () => Promise.resolve(mayPush), scratch: dir };
    await expect(remoteGit(access, 'git-upload-pack', ['ls-remote', '--', url], {})).rejects.toThrow();
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((headers) => headers.authorization !== undefined)).toEqual([]);
    first.close();
    other.close();
  });
});

it('is not led astray by the git configuration of whoever runs the worker', async () => {
  const home = join(dir, 'home');
  await writeFiles(home, { '.gitconfig': '[url "http://127.0.0.1:9/"]\n\tinsteadOf = http://\n' });
  const before = process.env.HOME;
  process.env.HOME = home;
  try {
    expect(await userGit(home, 'config', '--file', '.gitconfig', '--list')).toContain('insteadof');
    await (await hostWith(mayPush).workspaces.prepare(requestOf(8))).release();
  } finally {
    process.env.HOME = before;
  }
});

async function listen(
  answer: (request: IncomingMessage) => { status: number; headers: Record<string, string> },
): Promise<Server> {
  const server = createServer((request, response) => {
    const { status, headers } = answer(request);
    response.writeHead(status, headers).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
}
