import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkAgents, checkModelKey } from '../../../src/cli/checks/agents.ts';
import type { Check } from '../../../src/cli/checks/check.ts';
import { checkClock, checkGitHub } from '../../../src/cli/checks/github.ts';
import { checkDisk, checkGit, checkNode } from '../../../src/cli/checks/machine.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import { startLocalGitHub, type LocalGitHub } from '../../peers/github/local-github.ts';

const TOKEN = 'test-token';
let hub: LocalGitHub;
let home: string;

beforeAll(async () => {
  hub = await startLocalGitHub();
  hub.seed.addToken({ token: TOKEN, login: 'ghw-bot' });
});
afterAll(() => hub.stop());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghw-checks-'));
});
afterEach(() => rm(home, { recursive: true }));

async function configOf(yaml: string): Promise<Config> {
  const path = join(home, 'config.yaml');
  await writeFile(path, `data_path: ${join(home, 'data')}\ngithub: { api_url: '${hub.url}' }\n${yaml}`);
  return (await loadConfig({ path, env: { HOME: home } })).config;
}

function github(config: Config, token = TOKEN): Promise<readonly Check[]> {
  return checkGitHub(config, { GITHUB_TOKEN: token, HOME: home });
}

describe('GitHub', () => {
  it('says whose the token is, and what it may do in each repository', async () => {
    const add = (name: string, more: object = {}) =>
      hub.seed.addRepository({
        owner: 'octo',
        name,
        files: { 'README.md': '#\n' },
        permissions: { 'ghw-bot': 'WRITE' },
        ...more,
      });
    const { id } = await add('good');
    await add('unverified');
    await add('old');
    hub.seed.setRepository('octo/old', { isArchived: true });
    await add('silent');
    hub.seed.setRepository('octo/silent', { hasIssues: false });
    await add('readable', { permissions: { 'ghw-bot': 'READ' } });
    await add('empty', { files: undefined });
    const names = ['unverified', 'old', 'silent', 'readable', 'empty', 'missing'].map(
      (name) => `{ name: octo/${name} }`,
    );
    const config = await configOf(`repositories: [{ name: octo/good, id: ${id} }, ${names.join(', ')}]\n`);

    const checks = await github(config);

    expect(checks.map(({ name, status, message }) => [name, status, message])).toEqual([
      ['GitHub', 'ok', `ghw-bot at ${hub.url}, token from GITHUB_TOKEN`],
      ['clock', 'ok', 'agrees with GitHub’s'],
      ['repository octo/good', 'ok', 'write, default branch main'],
      ['repository octo/unverified', 'warn', expect.stringContaining('its id is not stored')],
      ['repository octo/old', 'fail', 'is archived'],
      ['repository octo/silent', 'fail', 'has issues turned off'],
      ['repository octo/readable', 'fail', 'the token may only read; work needs write'],
      ['repository octo/empty', 'fail', 'has no commits to build on'],
      ['repository octo/missing', 'fail', expect.stringContaining('octo/missing')],
    ]);
    for (const { status, mend } of checks) expect(mend === undefined).toBe(status === 'ok');
  });

  it('says once what is wrong with the token, not for every repository', async () => {
    const config = await configOf('repositories: [{ name: octo/good }]\n');

    await expect(github(config, 'wrong')).rejects.toMatchObject({ name: 'GitHubUnauthorized' });
  });
});

describe('the clock', () => {
  let server: Server;
  let skewMs = 0;
  beforeAll(async () => {
    server = createServer((_, response) => {
      response.setHeader('date', new Date(Date.now() + skewMs).toUTCString()).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  it.each([
    [0, 'ok'],
    [10 * 60_000, 'warn'],
    [-10 * 60_000, 'warn'],
  ])('that GitHub’s is %d ms ahead of is %s', async (ahead, status) => {
    skewMs = ahead;
    const config = await configOf('');
    const api_url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

    expect(await checkClock({ ...config, github: { ...config.github, api_url } })).toMatchObject([{ status }]);
  });

  it('is not judged where nobody tells the time', async () => {
    const config = await configOf('');

    expect(await checkClock({ ...config, github: { ...config.github, api_url: 'http://127.0.0.1:1' } })).toEqual([]);
  });
});

describe('the disk', () => {
  it('is fine where the folders are still to be made, and makes none', async () => {
    const config = await configOf('');
    const before = await readdir(home);

    const checks = await checkDisk(config);

    expect(checks.map(({ name }) => name)).toEqual(['data_path', 'repository_path', 'issues_path']);
    expect(checks.every(({ message }) => message.endsWith('GiB free'))).toBe(true);
    expect(await readdir(home)).toEqual(before);
  });

  it('is at fault where a file is in the way', async () => {
    const config = await configOf(`issues_path: ${join(home, 'file')}/below\n`);
    await writeFile(join(home, 'file'), '');

    const checks = await checkDisk(config);

    expect(checks.find(({ name }) => name === 'issues_path')).toMatchObject({
      status: 'fail',
      mend: expect.stringContaining('ghw config set issues_path'),
    });
  });
});

describe('this machine', () => {
  it('has the Node and the git that tests run with', async () => {
    expect(await checkNode()).toMatchObject([{ name: 'Node', status: 'ok' }]);
    expect(await checkGit()).toMatchObject([{ name: 'git', status: 'ok' }]);
  });
});

describe('agents', () => {
  it('are looked at where they are used, and never installed', async () => {
    const config = await configOf('agent: { default: scripted }\n');
    await mkdir(join(home, 'cache'));

    const checks = await checkAgents(config, { HOME: home });

    expect(checks).toMatchObject([
      ...['claude-code', 'codex', 'gemini', 'opencode'].map((agent) => ({
        name: `agent ${agent}`,
        status: 'ok',
        message: 'not used',
      })),
      { name: 'agent scripted', status: 'ok' },
    ]);
  });

  it('need a key only where they use one', async () => {
    const scripted = await configOf('agent: { default: scripted }\n');
    const claude = await configOf('');
    const named = await configOf('agents: { claude-code: { api_key_env: MODEL_KEY } }\n');

    expect(checkModelKey(scripted, {})).toMatchObject([{ status: 'ok' }]);
    expect(checkModelKey(claude, {})).toMatchObject([{ status: 'fail' }]);
    expect(checkModelKey(named, {})).toMatchObject([{ status: 'fail', message: expect.stringContaining('not set') }]);
    expect(checkModelKey(named, { MODEL_KEY: 'x' })).toMatchObject([{ status: 'warn' }]);
  });
});
