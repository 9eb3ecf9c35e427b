import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { GhwError } from '../../src/domain/errors.ts';
import { createGitHub } from '../../src/github/client.ts';
import type { GitHub, RepositoryAddress } from '../../src/github/github.ts';
import { type LocalGitHub, startLocalGitHub } from '../peers/github/local-github.ts';

let hub: LocalGitHub;
let github: GitHub;
const repositories: RepositoryAddress[] = [];

beforeAll(async () => {
  hub = await startLocalGitHub();
  hub.seed.addToken({ token: 'ghw-token', login: 'ghw' });
  for (let index = 0; index < 120; index += 1) {
    repositories.push(await hub.seed.addRepository({ owner: 'acme', name: `app-${index}` }));
  }
  hub.seed.addIssue('acme/app-0', { title: 'Old', createdAt: '2026-01-01T00:00:00Z' });
  hub.seed.addIssue('acme/app-0', { title: 'New', createdAt: '2026-01-02T00:00:00Z' });
  hub.seed.closeIssue('acme/app-0', hub.seed.addIssue('acme/app-0', { title: 'Closed' }).number);
  github = createGitHub({ baseUrl: hub.url, token: () => Promise.resolve('ghw-token'), timeoutMs: 10_000 });
});
afterEach(() => {
  hub.clearFaults();
  hub.resetRequests();
});
afterAll(() => hub.stop());

/** What is wrong with each repository; null for what was seen. */
async function problems(addresses: readonly RepositoryAddress[], as = github): Promise<(string | null)[]> {
  const looks = await as.lookAt(addresses);
  return addresses.map(({ id }) => {
    const seen = looks.get(id)?.seen;
    return seen instanceof GhwError ? seen.name : seen === undefined ? 'not answered' : null;
  });
}

describe('lookAt', () => {
  it('asks for 50 repositories in one request', async () => {
    expect(await problems(repositories)).toEqual(repositories.map(() => null));

    expect(hub.requests.map(({ variables }) => (variables.ids as string[]).length)).toEqual([50, 50, 20]);
    expect(hub.requests.map(({ points }) => points)).toEqual([1, 1, 1]);
  });

  it('tells name, number of issues and newest update, by GitHub’s clock', async () => {
    const [first = repositories[0], second = repositories[1]] = repositories;
    const looks = await github.lookAt([first, second] as RepositoryAddress[]);

    expect(looks.get(first?.id ?? '')).toEqual({
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      seen: {
        id: first?.id,
        nameWithOwner: 'acme/app-0',
        isArchived: false,
        issueCount: 3,
        newestUpdateAt: hub.repository('acme/app-0').issue(3).updatedAt,
      },
    });
    expect(looks.get(second?.id ?? '')?.seen).toMatchObject({ issueCount: 0, newestUpdateAt: null });
  });

  it('follows a rename, and tells of an archive', async () => {
    const renamed = await hub.seed.addRepository({ owner: 'acme', name: 'former' });
    hub.seed.renameRepository('acme/former', 'latter');
    hub.seed.setRepository('acme/latter', { isArchived: true });

    const look = (await github.lookAt([renamed])).get(renamed.id);

    expect(look?.seen).toMatchObject({ nameWithOwner: 'acme/latter', isArchived: true });
  });

  it('keeps what GitHub shows beside repositories that it hides or refuses', async () => {
    const hidden = await hub.seed.addRepository({ owner: 'acme', name: 'hidden', private: true });
    const forbidden = await hub.seed.addRepository({
      ...{ owner: 'acme', name: 'forbidden', private: true, permissions: { reader: 'READ' } },
    });
    const missing = { id: 'R_kgDOmissing', nameWithOwner: 'acme/missing' };
    hub.seed.addToken({ token: 'code-alone', login: 'reader', permissions: { contents: 'read' } });
    const limited = createGitHub({ baseUrl: hub.url, token: () => Promise.resolve('code-alone'), timeoutMs: 10_000 });
    const all = [missing, ...repositories.slice(0, 40), hidden, forbidden];

    const found = await problems(all, limited);

    expect(found[0]).toBe('GitHubNotFound');
    expect(found.slice(1, 41)).toEqual(repositories.slice(0, 40).map(() => null));
    expect(found.slice(41)).toEqual(['GitHubNotFound', 'GitHubForbidden']);
    expect(hub.requests).toHaveLength(1);
    const refusal = (await limited.lookAt([forbidden])).get(forbidden.id)?.seen;
    expect(refusal).toMatchObject({ message: expect.stringContaining('acme/forbidden'), retryable: false });
  });

  it.each([
    [20, 7],
    [3, 0],
    [2, 0],
    [2, 1],
  ])(
    'asks in halves for what GitHub cannot make at once: of %i repositories, only number %i is to blame',
    async (count, index) => {
      const culprit = repositories[index];
      // GitHub ends what takes it too long: here, everything that holds this repository.
      const faulty = createGitHub({
        baseUrl: hub.url,
        token: () => Promise.resolve('ghw-token'),
        timeoutMs: 10_000,
        fetch: (input, init) =>
          typeof init?.body === 'string' && init.body.includes(culprit?.id ?? '?')
            ? Promise.resolve(new Response('{}', { status: 502, headers: { 'content-type': 'application/json' } }))
            : fetch(input, init),
      });

      const looks = await faulty.lookAt(repositories.slice(0, count));

      const blamed = [...looks].filter(([, { seen }]) => seen instanceof GhwError);
      expect(blamed).toMatchObject([[culprit?.id, { seen: { name: 'GitHubUnavailable', retryable: true } }]]);
      expect(looks.size).toBe(count);
    },
  );

  it.each([
    ['is away', { status: 502 }, 'GitHubUnavailable', 4],
    [
      'has had enough of us',
      { error: { type: 'RATE_LIMITED', message: 'API rate limit exceeded' } },
      'GitHubRateLimited',
      1,
    ],
    ['does not accept the token', { status: 401 }, 'GitHubUnauthorized', 1],
  ])('ends soon when GitHub %s', async (_what, fault, name, requests) => {
    hub.fault({ match: 'LookAtRepositories', times: Infinity, ...fault });

    await expect(github.lookAt(repositories)).rejects.toMatchObject({ name });

    expect(hub.requests).toHaveLength(requests);
  });
});

describe('issuesById', () => {
  it('reads issues of any repository, in few requests, and says which are not there', async () => {
    const here = Array.from({ length: 70 }, (_, index) => hub.seed.addIssue('acme/app-3', { title: `${index}` }).id);
    const there = hub.seed.addIssue('acme/app-4', { title: 'There', body: 'Whole text' }).id;

    const found = await github.issuesById([...here, there, 'I_kwDOnothing']);

    expect(found.get(there)).toMatchObject({ title: 'There', body: 'Whole text', repository: repositories[4] });
    expect(here.every((id) => found.get(id)?.repository.nameWithOwner === 'acme/app-3')).toBe(true);
    expect(found.get('I_kwDOnothing')).toBeNull();
    expect(hub.requests).toHaveLength(2);
  });
});

describe('whereabouts', () => {
  it('are null for an issue that is where it was', async () => {
    const { number } = hub.seed.addIssue('acme/app-5', { title: 'Here' });

    expect(await github.whereabouts({ repository: 'acme/app-5', number })).toBeNull();
  });

  it('tell that an issue was deleted, or that nobody knows it', async () => {
    const { number } = hub.seed.addIssue('acme/app-5', { title: 'Away' });
    hub.seed.deleteIssue('acme/app-5', number);

    expect(await github.whereabouts({ repository: 'acme/app-5', number })).toEqual({ how: 'deleted' });
    expect(await github.whereabouts({ repository: 'acme/app-5', number: 999 })).toEqual({ how: 'deleted' });
  });

  it('tell where an issue was transferred to', async () => {
    const { number } = hub.seed.addIssue('acme/app-5', { title: 'Moves' });
    const moved = hub.seed.transferIssue('acme/app-5', number, 'acme/app-6');

    expect(await github.whereabouts({ repository: 'acme/app-5', number })).toEqual({
      how: 'transferred',
      to: { repository: 'acme/app-6', number: moved.number },
    });
  });

  it('are in the same place after a rename of the repository', async () => {
    await hub.seed.addRepository({ owner: 'acme', name: 'old-name' });
    const { number } = hub.seed.addIssue('acme/old-name', { title: 'Stays' });
    hub.seed.renameRepository('acme/old-name', 'new-name');

    expect(await github.whereabouts({ repository: 'acme/new-name', number })).toBeNull();
  });
});

describe('search', () => {
  let list: RepositoryAddress;

  beforeAll(async () => {
    list = await hub.seed.addRepository({ owner: 'acme', name: 'searched' });
    for (let number = 1; number <= 1_150; number += 1) {
      hub.seed.addIssue('acme/searched', {
        title: number % 2 === 0 ? 'Crash' : 'Typo',
        labels: number % 3 === 0 ? ['third'] : ['help wanted'],
        createdAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(number / 4) * 60_000).toISOString(),
      });
    }
    hub.seed.addIssue('acme/app-9', { title: 'Crash elsewhere' });
  });

  async function numbers(filter: Parameters<GitHub['listIssues']>[1]): Promise<number[]> {
    const found: number[] = [];
    for await (const { issues } of github.listIssues(list, filter)) found.push(...issues.map(({ number }) => number));
    return found;
  }

  it('finds all, beyond the thousand at which GitHub’s own search ends, each once', async () => {
    const all = await numbers({ search: 'is:open' });

    expect(all).toEqual(Array.from({ length: 1_150 }, (_, index) => index + 1));
  });

  it('takes words together with the other filters', async () => {
    const found = await numbers({ search: 'crash', labels: ['third', 'none'], notLabels: ['help wanted'] });

    expect(found).toEqual(Array.from({ length: 191 }, (_, index) => (index + 1) * 6));
  });

  it('never leaves the repository, whatever the words say', async () => {
    expect(await numbers({ search: 'elsewhere' })).toEqual([]);
  });
});
