import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startLocalGitHub, type LocalGitHub } from '../peers/github/local-github.ts';
import { ghw as runGhw, temporaryHome, type Ended } from './ghw.ts';

let github: LocalGitHub;
let home: Awaited<ReturnType<typeof temporaryHome>>;

beforeAll(async () => {
  github = await startLocalGitHub();
  github.seed.addToken({ token: 'wandas-token', login: 'wanda' });
  const files = { 'README.md': '# Hello\n' };
  for (const [name, permission] of Object.entries({ hello: 'WRITE', world: 'READ', gone: 'WRITE' } as const)) {
    await github.seed.addRepository({ owner: 'Octo', name, files, permissions: { wanda: permission } });
  }
});
afterAll(() => github.stop());

beforeEach(async () => {
  home = await temporaryHome();
  const config = join(home.path, '.config', 'gh-worker', 'config.yaml');
  await mkdir(dirname(config), { recursive: true });
  await writeFile(
    config,
    `github: { api_url: ${github.url} }\nsandbox: { kind: none }\nagent: { default: scripted }\n`,
  );
});
afterEach(() => home.remove());

function ghw(...args: string[]): Promise<Ended> {
  return runGhw(args, home.path, { GITHUB_TOKEN: 'wandas-token', PATH: '' });
}

async function listed(): Promise<unknown> {
  return JSON.parse((await ghw('repositories', 'list', '--json')).stdout);
}

describe('adding a repository', () => {
  it('asks GitHub, and keeps its own spelling and its node id', async () => {
    const { code } = await ghw('repositories', 'add', 'octo/HELLO');

    expect(code).toBe(0);
    expect(await listed()).toMatchObject([{ name: 'Octo/hello', id: expect.stringMatching(/^R_/) }]);
  });

  it('has exit code 4 for one that GitHub does not show, and then changes nothing', async () => {
    const { code, stderr } = await ghw('repositories', 'add', 'octo/nothing');

    expect(code).toBe(4);
    expect(stderr).toContain('error: ');
    expect(await listed()).toEqual([]);
  });

  it('says so when the token may not do the work', async () => {
    const { code, stderr } = await ghw('repositories', 'add', 'octo/world');

    expect(code).toBe(0);
    expect(stderr).toContain('The token may only read Octo/world');
  });

  it('has exit code 5 with a token that GitHub does not accept', async () => {
    const { code } = await runGhw(['repositories', 'add', 'octo/hello'], home.path, { GITHUB_TOKEN: 'other' });

    expect(code).toBe(5);
  });

  it('keeps the name that workflows have when GitHub renamed it meanwhile', async () => {
    await ghw('repositories', 'add', 'octo/gone');
    github.seed.renameRepository('Octo/gone', 'went');

    await ghw('repositories', 'add', 'octo/went');

    expect(await listed()).toEqual([expect.objectContaining({ name: 'Octo/gone', renamed_to: 'Octo/went' })]);
  });
});

describe('ghw doctor', () => {
  it('tells the rights in each repository', async () => {
    await ghw('repositories', 'add', 'octo/hello', 'octo/world');

    const checks = JSON.parse((await ghw('doctor', '--json')).stdout) as { name: string; status: string }[];

    expect(checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'GitHub', status: 'ok', message: expect.stringContaining('wanda') }),
        expect.objectContaining({ name: 'repository Octo/hello', status: 'ok' }),
        expect.objectContaining({ name: 'repository Octo/world', status: 'fail', mend: expect.any(String) }),
      ]),
    );
  });
});
