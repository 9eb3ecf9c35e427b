import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startLocalGitHub, type LocalGitHub } from '../peers/github/local-github.ts';
import { startLedger } from '../activities/ledger-support.ts';
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

  it('takes those of an owner that match, have issues and may be written to', async () => {
    const { code, stderr, stdout } = await ghw('repositories', 'add', 'octo/*o*');

    expect(code).toBe(0);
    expect(stdout).toBe('Added Octo/hello\nAdded Octo/gone\nNext: ghw issues sync\n');
    expect(stderr).toContain('octo: 3 repositories, 1 left out (no issues, or no right to write).');
    expect(await listed()).toMatchObject([{ name: 'Octo/hello' }, { name: 'Octo/gone' }]);
  });

  it.each([
    [['*/hello'], 2, 'error: */hello names no owner.'],
    [['--no-verify', 'octo/*'], 2, 'error: octo/* stands for what GitHub shows; it must be asked.'],
    [['octo/w*'], 4, 'error: No repository is like octo/w*'],
    [['nobody/*'], 4, 'error: '],
    [['../*'], 2, 'error: A repository'],
  ])('refuses %j', async (words, exitCode, message) => {
    const { code, stderr } = await ghw('repositories', 'add', ...words);

    expect(code).toBe(exitCode);
    expect(stderr).toContain(message);
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

interface LedgerEntry {
  readonly id: string;
  readonly name: string;
}

describe('listing repositories', () => {
  let ledger: Awaited<ReturnType<typeof startLedger>>;

  beforeAll(async () => {
    ledger = await startLedger();
  });
  afterAll(() => ledger.stop());

  function withLedger(...args: string[]): Promise<Ended> {
    return runGhw(args, home.path, { GITHUB_TOKEN: 'wandas-token', PATH: '', DATABASE_URL: ledger.url });
  }

  it('tells what the last sync saw of each', async () => {
    const [, old] = await Promise.all([
      ghw('repositories', 'add', 'octo/hello', `${github.url}/octo/world/issues/1`),
      github.seed.addRepository({ owner: 'Octo', name: 'old', archived: true, permissions: { wanda: 'WRITE' } }),
    ]);
    await ghw('repositories', 'add', 'octo/old');
    const added = JSON.parse((await withLedger('repositories', 'list', '--json')).stdout) as LedgerEntry[];
    const [hello, world] = added;
    const { repositories } = ledger.ledger;
    await repositories.mirror(added.map(({ id, name }) => ({ id, name, priority: 3, active: true })));
    const at = new Date(Date.now() - 3 * 3_600_000).toISOString();
    await repositories.observe([{ id: hello?.id ?? '', nameWithOwner: 'Octo/greeter', problem: null, at }]);
    await repositories.observe([{ id: world?.id ?? '', problem: 'GitHub does not show it.', at }]);
    await repositories.observe([{ id: old.id, nameWithOwner: 'Octo/old', archived: true, problem: null, at }]);

    const { stdout, stderr } = await withLedger('repositories', 'list');

    expect(stderr).toBe('');
    expect(stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '))).toEqual([
      'NAME | PRIORITY | ISSUES | LAST SYNC',
      'Octo/hello | normal | 0 | 3h ago | now Octo/greeter',
      'Octo/world | normal | 0 | never | GitHub does not show it.',
      'Octo/old | normal | 0 | 3h ago | archived',
      '',
    ]);
    expect(JSON.parse((await withLedger('repositories', 'list', '--json')).stdout)).toMatchObject([
      { name: 'Octo/hello', seen: { nameWithOwner: 'Octo/greeter', archived: false, problem: null, syncedAt: at } },
      { name: 'Octo/world', seen: { problem: 'GitHub does not show it.', syncedAt: null } },
      { name: 'Octo/old', seen: { archived: true, issueCount: 0, watermark: null } },
    ]);
  });

  it('shows the configuration alone where the ledger cannot be reached, and says so', async () => {
    await ghw('repositories', 'add', 'octo/hello');

    const { code, stdout, stderr } = await ghw('repositories', 'list');

    expect(code).toBe(0);
    expect(stdout).toContain('Octo/hello');
    expect(stderr).toContain('Without what the last sync saw: ');
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
