import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGitHub } from '../../src/github/client.ts';
import { cloneUrl } from '../../src/github/clone-url.ts';
import type { GitHub, IssuePage, NewPullRequest, RepositoryAddress } from '../../src/github/github.ts';
import type { LocalGitHub } from '../peers/github/local-github.ts';
import { startLocalGitHub } from '../peers/github/local-github.ts';

const marker = '<!-- ghw:plan -->';
let hub: LocalGitHub;
let github: GitHub;
let repositoryId: string;

beforeAll(async () => {
  hub = await startLocalGitHub();
  hub.seed.addToken({ token: 'ghw-token', login: 'ghw' });
  repositoryId = (await hub.seed.addRepository({ owner: 'acme', name: 'app', files: { 'README.md': 'Hello\n' } })).id;
  hub.seed.setPermission('acme/app', 'ghw', 'WRITE');
  github = clientWith('ghw-token');
});

afterAll(() => hub.stop());

function clientWith(token: string, timeoutMs = 10_000): GitHub {
  return createGitHub({ baseUrl: hub.url, token: () => Promise.resolve(token), timeoutMs });
}

function addressOf(number: number, repository = 'acme/app', id: string | null = null) {
  return { repositoryId: id, repository, number };
}

async function listed(pages: AsyncIterable<IssuePage>): Promise<IssuePage[]> {
  const all: IssuePage[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

function numbersOf(pages: readonly IssuePage[]): number[] {
  return pages.flatMap(({ issues }) => issues.map(({ number }) => number));
}

describe('viewer', () => {
  it('is the login of the token', async () => {
    expect(await github.viewer()).toEqual({ login: 'ghw' });
  });
});

describe('repository', () => {
  it('is described as it is now', async () => {
    const { main } = await hub.repository('acme/app').branches();

    expect(await github.repository('acme/app')).toEqual({
      id: repositoryId,
      nameWithOwner: 'acme/app',
      url: `${hub.url}/acme/app`,
      isPrivate: false,
      isArchived: false,
      hasIssues: true,
      defaultBranch: { name: 'main', oid: main },
      viewerPermission: 'write',
    });
  });

  it('is among the recent ones of who may write to it, unless it is archived', async () => {
    const add = async (name: string, login: string) => {
      await hub.seed.addRepository({ owner: 'recent', name, permissions: { [login]: 'WRITE' } });
    };
    await add('mine', 'ghw');
    await add('theirs', 'somebody');
    await add('former', 'ghw');
    hub.seed.setRepository('recent/former', { isArchived: true });

    const names = (await github.recentRepositories(50)).map(({ nameWithOwner }) => nameWithOwner);

    expect(names).toContain('recent/mine');
    expect(names).not.toContain('recent/theirs');
    expect(names).not.toContain('recent/former');
    expect(await github.recentRepositories(1)).toHaveLength(1);
  });

  it('is found in any spelling, and answers with GitHub’s own', async () => {
    expect((await github.repository('ACME/App')).nameWithOwner).toBe('acme/app');
  });

  it('without commits has no default branch', async () => {
    await hub.seed.addRepository({ owner: 'acme', name: 'empty' });

    expect((await github.repository('acme/empty')).defaultBranch).toBeNull();
  });

  it('tells that it is archived, and refuses what would change it', async () => {
    await hub.seed.addRepository({ owner: 'acme', name: 'old', files: { a: 'a' } });
    const { id } = hub.seed.addIssue('acme/old', { title: 'Too late' });
    hub.seed.setPermission('acme/old', 'ghw', 'WRITE');
    hub.seed.setRepository('acme/old', { isArchived: true });

    expect((await github.repository('acme/old')).isArchived).toBe(true);
    await expect(github.addComment(id, 'x')).rejects.toMatchObject({
      name: expect.stringMatching(/^GitHub(Forbidden|Rejected)$/),
      retryable: false,
    });
  });

  it.each([
    { title: 'that does not exist', name: 'acme/nothing' },
    { title: 'that is hidden', name: 'acme/secret' },
  ])('$title is GitHubNotFound', async ({ name }) => {
    if (name === 'acme/secret') await hub.seed.addRepository({ owner: 'acme', name: 'secret', private: true });

    await expect(github.repository(name)).rejects.toMatchObject({ name: 'GitHubNotFound', retryable: false });
    await expect(github.repository(name)).rejects.toThrow(name);
  });

  it('gives a clone address that the git remote serves', async () => {
    const response = await fetch(`${cloneUrl(hub.url, 'acme/app')}/info/refs?service=git-upload-pack`);

    expect(response.status).toBe(200);
  });
});

describe('issue', () => {
  it('comes with everything that is known of it', async () => {
    hub.seed.addMilestone('acme/app', 'v1 🚀');
    const { id, number } = hub.seed.addIssue('acme/app', {
      title: 'Grüße an alle 👩‍👩‍👧‍👦',
      body: '# Was?\r\n\r\n`code` <!-- hidden --> 🎉',
      author: 'ada',
      labels: ['bug', 'ghw'],
      assignees: ['grace', 'ghw'],
      milestone: 'v1 🚀',
    });
    hub.seed.addComment('acme/app', number, { body: 'Me too', author: 'bob' });
    await github.addComment(id, `${marker}\nThe plan`);

    const issue = await github.issue(addressOf(number));

    expect(issue).toMatchObject({
      id,
      number,
      title: 'Grüße an alle 👩‍👩‍👧‍👦',
      body: '# Was?\r\n\r\n`code` <!-- hidden --> 🎉',
      url: `${hub.url}/acme/app/issues/${number}`,
      state: 'open',
      author: 'ada',
      labels: ['bug', 'ghw'],
      milestone: 'v1 🚀',
      closedAt: null,
      linkedPullRequests: [],
    });
    expect([...issue.assignees].sort()).toEqual(['ghw', 'grace']);
    expect(issue.repository).toEqual(await github.repository('acme/app'));
    expect(issue.comments.map(({ author, body, viewerDidAuthor }) => [author, body, viewerDidAuthor])).toEqual([
      ['bob', 'Me too', false],
      ['ghw', `${marker}\nThe plan`, true],
    ]);
    expect(Date.parse(issue.updatedAt)).toBeGreaterThanOrEqual(Date.parse(issue.createdAt));
  });

  it('comes with all of 250 comments, in order, in three requests', async () => {
    const { number } = hub.seed.addIssue('acme/app', { title: 'Much said' });
    const bodies = Array.from({ length: 250 }, (_, index) => `Comment ${index} 💬`);
    for (const body of bodies) hub.seed.addComment('acme/app', number, { body, author: 'bob' });
    hub.resetRequests();

    const issue = await github.issue(addressOf(number));

    expect(issue.comments.map(({ body }) => body)).toEqual(bodies);
    expect(hub.requests.map(({ operationName }) => operationName)).toEqual([
      'ReadIssueByName',
      'ListComments',
      'ListComments',
    ]);
  });

  it.each([
    { title: 'an unknown number', address: addressOf(9_999) },
    { title: 'an unknown repository', address: addressOf(1, 'acme/nothing') },
    { title: 'a node id that nothing has', address: addressOf(1, 'acme/app', 'R_kgDOnothing') },
  ])('of $title is GitHubNotFound', async ({ address }) => {
    const failure = github.issue(address);

    await expect(failure).rejects.toMatchObject({ name: 'GitHubNotFound', retryable: false });
    await expect(failure).rejects.toThrow(`${address.repository}#${address.number}`);
  });

  it('of a node id of another type is GitHubNotFound', async () => {
    const { id } = hub.seed.addIssue('acme/app', { title: 'Not a repository' });

    await expect(github.issue(addressOf(1, 'acme/app', id))).rejects.toMatchObject({ name: 'GitHubNotFound' });
  });

  it('of a renamed repository is found by the old name and by node id, under the new name', async () => {
    const { id } = await hub.seed.addRepository({ owner: 'acme', name: 'before', files: { a: 'a' } });
    const { number } = hub.seed.addIssue('acme/before', { title: 'Moved' });
    hub.seed.renameRepository('acme/before', 'after');

    const byName = await github.issue(addressOf(number, 'acme/before'));
    const byId = await github.issue(addressOf(number, 'acme/before', id));

    expect(byName).toEqual(byId);
    expect(byId.repository).toMatchObject({ id, nameWithOwner: 'acme/after' });
  });

  it('by node id is not confused by another repository that took the old name', async () => {
    const { id } = await hub.seed.addRepository({ owner: 'acme', name: 'taken', files: { a: 'a' } });
    const { number } = hub.seed.addIssue('acme/taken', { title: 'The first' });
    hub.seed.renameRepository('acme/taken', 'moved');
    await hub.seed.addRepository({ owner: 'acme', name: 'taken', files: { a: 'a' } });
    hub.seed.addIssue('acme/taken', { title: 'The second' });

    expect((await github.issue(addressOf(number, 'acme/taken', id))).title).toBe('The first');
  });
});

describe('listIssues', () => {
  let list: RepositoryAddress;

  beforeAll(async () => {
    const { id } = await hub.seed.addRepository({ owner: 'acme', name: 'list', files: { a: 'a' } });
    list = { id, nameWithOwner: 'acme/list' };
    hub.seed.addMilestone('acme/list', 'v1');
    for (let number = 1; number <= 130; number += 1) {
      const labels = [number % 2 === 0 ? 'even' : 'odd', ...(number % 5 === 0 ? ['fifth'] : [])];
      const assignees = number % 10 === 0 ? ['ada'] : [];
      hub.seed.addIssue('acme/list', {
        ...{ title: `Issue ${number}`, body: `Text ${number}`, labels, assignees, author: 'bob', milestone: 'v1' },
      });
      hub.clock.advance(1_000);
    }
    hub.seed.addComment('acme/list', 1, { body: 'Still there' });
    hub.clock.advance(1_000);
    hub.seed.closeIssue('acme/list', 2);
  });

  it('brings all of them, open and closed, oldest update first, in pages of 100', async () => {
    const pages = await listed(github.listIssues(list));

    expect(pages.map(({ issues }) => issues.length)).toEqual([100, 30]);
    expect(numbersOf(pages)).toEqual([...Array.from({ length: 128 }, (_, i) => i + 3), 1, 2]);
    expect(pages.map(({ issueCount }) => issueCount)).toEqual([130, 130]);
    expect(pages[0]?.issues[7]).toEqual({
      id: expect.stringMatching(/^I_/),
      number: 10,
      title: 'Issue 10',
      body: 'Text 10',
      url: `${hub.url}/acme/list/issues/10`,
      state: 'open',
      labels: ['even', 'fifth'],
      assignees: ['ada'],
      milestone: 'v1',
      author: 'bob',
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      closedAt: null,
    });
  });

  it('brings those with at least one of the labels, and counts all the same', async () => {
    const [page] = await listed(github.listIssues(list, { labels: ['fifth', 'no such label'] }));

    expect(page?.issues.map(({ number }) => number)).toEqual(Array.from({ length: 26 }, (_, index) => (index + 1) * 5));
    expect(page?.issueCount).toBe(130);
  });

  it('brings those of an assignee', async () => {
    const [page] = await listed(github.listIssues(list, { assignee: 'ada' }));

    expect(page?.issues).toHaveLength(13);
    expect(page?.issues.every(({ assignees }) => assignees.includes('ada'))).toBe(true);
  });

  it('brings those of one state', async () => {
    expect(numbersOf(await listed(github.listIssues(list, { state: 'closed' })))).toEqual([2]);
    expect(numbersOf(await listed(github.listIssues(list, { state: 'open' })))).toHaveLength(129);
  });

  it('brings those updated at or after a moment', async () => {
    const all = (await listed(github.listIssues(list))).flatMap(({ issues }) => issues);
    const since = all[120]?.updatedAt ?? '';

    const recent = numbersOf(await listed(github.listIssues(list, { since })));

    expect(recent).toEqual(all.slice(120).map(({ number }) => number));
  });

  it('brings what changes while it is read once more at the end, and loses nothing', async () => {
    const seen: number[] = [];

    for await (const { issues } of github.listIssues(list)) {
      seen.push(...issues.map(({ number }) => number));
      if (seen.length > 100) continue;
      hub.clock.advance(1_000);
      hub.seed.editIssue('acme/list', 110, { title: 'Changed meanwhile' });
      hub.seed.editIssue('acme/list', 5, { title: 'Changed, too' });
    }

    expect(new Set(seen).size).toBe(130);
    expect(new Set(seen.slice(-2))).toEqual(new Set([110, 5]));
  });

  it('asks for no further page than is read', async () => {
    hub.resetRequests();

    for await (const { issues } of github.listIssues(list)) {
      expect(issues).toHaveLength(100);
      break;
    }

    expect(hub.requests).toHaveLength(1);
  });

  it('asks for smaller pages where GitHub cannot make the larger ones in time', async () => {
    hub.resetRequests();
    hub.fault({ match: 'ListIssues', status: 502, times: 2 });

    const pages = await listed(github.listIssues(list));

    expect(new Set(numbersOf(pages)).size).toBe(130);
    expect(hub.requests.map(({ variables }) => variables.size)).toEqual([100, 50, 25, 25, 25, 25, 25, 25]);
  });

  it('gives up where GitHub cannot make small pages either', async () => {
    hub.fault({ match: 'ListIssues', status: 502, times: Infinity });

    await expect(listed(github.listIssues(list))).rejects.toMatchObject({ name: 'GitHubUnavailable', retryable: true });

    hub.clearFaults();
  });

  it('of an unknown repository is GitHubNotFound', async () => {
    const nothing = { id: 'R_kgDOnothing', nameWithOwner: 'acme/nothing' };

    await expect(listed(github.listIssues(nothing))).rejects.toMatchObject({ name: 'GitHubNotFound' });
    await expect(listed(github.listIssues(nothing))).rejects.toThrow('acme/nothing');
  });
});

describe('permission', () => {
  it.each([
    { granted: 'ADMIN', permission: 'admin' },
    { granted: 'MAINTAIN', permission: 'maintain' },
    { granted: 'WRITE', permission: 'write' },
    { granted: 'TRIAGE', permission: 'triage' },
    { granted: 'READ', permission: 'read' },
  ] as const)('$granted is $permission', async ({ granted, permission }) => {
    hub.seed.setPermission('acme/app', 'carol', granted);

    expect(await github.permission('acme/app', 'carol')).toBe(permission);
  });

  it('of somebody unknown is none', async () => {
    expect(await github.permission('acme/app', 'no-such-login')).toBe('none');
  });

  it('in a repository that is hidden from us is none', async () => {
    await hub.seed.addRepository({ owner: 'acme', name: 'hidden', private: true });

    expect(await github.permission('acme/hidden', 'acme')).toBe('none');
  });
});

describe('pull requests', () => {
  const input = (branch: string): NewPullRequest => ({
    repositoryId,
    baseRefName: 'main',
    headRefName: branch,
    title: `Change of ${branch}`,
    body: 'Done 🎉',
    draft: true,
  });

  async function addBranch(branch: string): Promise<string> {
    const { main } = await hub.repository('acme/app').branches();
    await hub.repository('acme/app').git(['branch', branch, main ?? '']);
    return hub.seed.addCommit('acme/app', branch, { message: 'Change', files: { [`${branch}.txt`]: 'x' } });
  }

  it('are opened and found again', async () => {
    const headOid = await addBranch('ghw/issue-100');

    const opened = await github.createPullRequest(input('ghw/issue-100'));

    expect(opened).toMatchObject({
      state: 'open',
      isDraft: true,
      title: 'Change of ghw/issue-100',
      headRefName: 'ghw/issue-100',
      headOid,
      baseRefName: 'main',
      headRepository: 'acme/app',
      viewerDidAuthor: true,
      url: `${hub.url}/acme/app/pull/${opened.number}`,
    });
    expect(await github.pullRequests('acme/app', 'ghw/issue-100')).toEqual([opened]);
    expect(await github.pullRequests('acme/app', 'ghw/issue-10')).toEqual([]);
    expect(hub.repository('acme/app').pullRequest(opened.number).body).toBe('Done 🎉');
  });

  it('are opened once: the second is GitHubRejected, and says why', async () => {
    await addBranch('ghw/issue-101');
    await github.createPullRequest(input('ghw/issue-101'));

    const again = github.createPullRequest(input('ghw/issue-101'));

    await expect(again).rejects.toMatchObject({ name: 'GitHubRejected', retryable: false });
    await expect(again).rejects.toThrow('already exists');
    expect(await github.pullRequests('acme/app', 'ghw/issue-101')).toHaveLength(1);
  });

  it.each([
    { title: 'without that head', over: { headRefName: 'ghw/no-such-branch' } },
    { title: 'without that base', over: { baseRefName: 'no-such-base' } },
  ])('$title are GitHubRejected', async ({ over }) => {
    await expect(github.createPullRequest({ ...input('ghw/issue-100'), ...over })).rejects.toMatchObject({
      name: 'GitHubRejected',
      retryable: false,
    });
  });

  it('in a repository that does not exist are GitHubNotFound', async () => {
    const elsewhere = { ...input('ghw/issue-100'), repositoryId: 'R_kgDOnothing' };

    await expect(github.createPullRequest(elsewhere)).rejects.toMatchObject({ name: 'GitHubNotFound' });
  });

  it('are linked to the issue that they close', async () => {
    const { number } = hub.seed.addIssue('acme/app', { title: 'To be closed' });
    await addBranch('ghw/issue-102');
    const opened = await github.createPullRequest({ ...input('ghw/issue-102'), body: `Closes #${number}` });

    const { linkedPullRequests } = await github.issue(addressOf(number));

    expect(linkedPullRequests).toEqual([opened]);
  });

  it('are linked to the issue that they mention if they are ours', async () => {
    const { number } = hub.seed.addIssue('acme/app', { title: 'To be mentioned' });
    await addBranch('ghw/issue-103');
    const ours = await github.createPullRequest({ ...input('ghw/issue-103'), body: `See #${number}` });
    hub.seed.addToken({ token: 'dora-token', login: 'dora' });
    hub.seed.setPermission('acme/app', 'dora', 'WRITE');
    await addBranch('dora/other');
    await clientWith('dora-token').createPullRequest({ ...input('dora/other'), body: `See #${number}` });

    const { linkedPullRequests } = await github.issue(addressOf(number));

    expect(linkedPullRequests).toEqual([ours]);
  });
});

describe('comments of our own', () => {
  it('are found by marker, oldest first, and edited in place', async () => {
    const { id, number } = hub.seed.addIssue('acme/app', { title: 'With a plan' });
    hub.seed.addComment('acme/app', number, { body: `${marker} not ours`, author: 'mallory' });
    const first = await github.addComment(id, `${marker}\nVersion 1 🧭`);
    await github.addComment(id, 'Without a marker');
    const second = await github.addComment(id, `${marker}\nAnother`);

    const edited = await github.updateComment(first.id, `${marker}\nVersion 2 🧭`);

    expect(edited).toEqual({ ...first, body: `${marker}\nVersion 2 🧭`, updatedAt: edited.updatedAt });
    expect(await github.ownComments(id, marker)).toEqual([edited, second]);
    expect(hub.repository('acme/app').issue(number).comments).toHaveLength(4);
  });

  it('are found behind many others', async () => {
    const { id, number } = hub.seed.addIssue('acme/app', { title: 'A long talk' });
    for (let index = 0; index < 120; index += 1) hub.seed.addComment('acme/app', number, { body: 'Hm', author: 'bob' });
    const own = await github.addComment(id, marker);

    expect(await github.ownComments(id, marker)).toEqual([own]);
  });

  it('are found on a pull request', async () => {
    await hub.repository('acme/app').git(['branch', 'commented', 'main']);
    await hub.seed.addCommit('acme/app', 'commented', { message: 'x', files: { c: 'c' } });
    const pullRequest = await github.createPullRequest({
      ...{ repositoryId, baseRefName: 'main', headRefName: 'commented', title: 't', body: '', draft: false },
    });
    const own = await github.addComment(pullRequest.id, marker);

    expect(await github.ownComments(pullRequest.id, marker)).toEqual([own]);
  });

  it('hold as many emoji as GitHub allows', async () => {
    const { id } = hub.seed.addIssue('acme/app', { title: 'Many emoji' });
    const body = '🎉'.repeat(30_000);

    expect((await github.addComment(id, body)).body).toBe(body);
  });

  it('are GitHubNotFound for a node without comments, and for one that does not exist', async () => {
    await expect(github.ownComments(repositoryId, marker)).rejects.toMatchObject({ name: 'GitHubNotFound' });
    await expect(github.ownComments('I_nothing', marker)).rejects.toMatchObject({ name: 'GitHubNotFound' });
    await expect(github.updateComment('IC_nothing', 'x')).rejects.toMatchObject({ name: 'GitHubNotFound' });
  });
});

describe('refusals', () => {
  it('of a bad token are GitHubUnauthorized', async () => {
    await expect(clientWith('revoked').viewer()).rejects.toMatchObject({
      name: 'GitHubUnauthorized',
      retryable: false,
    });
  });

  it('of a token without the right are GitHubForbidden, and name it', async () => {
    hub.seed.addToken({ token: 'reader', login: 'ghw', permissions: { contents: 'read', issues: 'read' } });
    const { id } = hub.seed.addIssue('acme/app', { title: 'Read only' });

    await expect(clientWith('reader').addComment(id, 'x')).rejects.toMatchObject({
      name: 'GitHubForbidden',
      retryable: false,
      hint: expect.stringContaining('Issues: write'),
    });
  });

  it('for a spent budget say when to come back', async () => {
    hub.seed.addToken({ token: 'busy', login: 'busy' });
    hub.setRateLimit('busy', { remaining: 0 });

    const failure = await clientWith('busy')
      .repository('acme/app')
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: 'GitHubRateLimited', retryable: true });
    expect((failure as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(60_000);
    expect((failure as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });

  it('leave the effect to be found if only the answer was lost', async () => {
    const { id, number } = hub.seed.addIssue('acme/app', { title: 'Lost answer' });
    const fault = hub.fault({ match: 'addComment', status: 502, when: 'after' });

    await expect(github.addComment(id, marker)).rejects.toMatchObject({ name: 'GitHubUnavailable', retryable: true });
    fault.remove();

    expect(hub.repository('acme/app').issue(number).comments).toHaveLength(1);
    expect(await github.ownComments(id, marker)).toHaveLength(1);
  });

  it.each([
    { title: 'a time-out', fault: { hang: true } },
    { title: 'a connection that ends in the middle', fault: { truncate: true } },
    { title: 'a connection that ends at once', fault: { reset: true } },
    { title: 'a fault page', fault: { status: 504, body: '<html>not found</html>' } },
  ])('for $title are GitHubUnavailable', async ({ fault }) => {
    const active = hub.fault({ ...fault, match: 'repository' });

    const failure = clientWith('ghw-token', 500).repository('acme/app');

    await expect(failure).rejects.toMatchObject({ name: 'GitHubUnavailable', retryable: true });
    active.remove();
  });
});

describe('rateLimit', () => {
  it('follows the budget of the token', async () => {
    const fresh = clientWith('ghw-token');
    const before = fresh.rateLimit();

    await fresh.viewer();
    const first = fresh.rateLimit();
    await fresh.repository('acme/app');

    expect(before).toBeNull();
    expect(first?.limit).toBe(5_000);
    expect(fresh.rateLimit()?.remaining).toBe((first?.remaining ?? 0) - 1);
  });
});
