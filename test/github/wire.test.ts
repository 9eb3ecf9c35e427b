import { afterEach, describe, expect, it } from '@jest/globals';
import { createGitHub } from '../../src/github/client.ts';
import type { GitHub } from '../../src/github/github.ts';
import type { Answer, AnsweringServer, SeenRequest } from './answering-server.ts';
import { startAnsweringServer } from './answering-server.ts';

let server: AnsweringServer;

afterEach(() => server.close());

async function githubThatAnswers(answer: (request: SeenRequest) => Answer, path = ''): Promise<GitHub> {
  server = await startAnsweringServer(answer);
  return createGitHub({
    baseUrl: server.url + path,
    token: () => Promise.resolve('t0ken'),
    timeoutMs: 5_000,
  });
}

const noMore = { hasNextPage: false, endCursor: null };
const empty = { pageInfo: noMore, nodes: [] };
const app = { id: 'R_1', nameWithOwner: 'acme/app' };
const noIssues = { data: { node: { all: { totalCount: 0 }, issues: empty } } };

const pullRequest = {
  id: 'PR_1',
  number: 7,
  url: 'https://github.com/acme/app/pull/7',
  title: 'Mend it',
  state: 'OPEN',
  isDraft: true,
  isCrossRepository: false,
  headRefName: 'ghw/issue-1',
  headRefOid: 'a'.repeat(40),
  headRepository: { nameWithOwner: 'acme/app' },
  baseRefName: 'main',
  viewerDidAuthor: true,
};

const issue = {
  id: 'I_1',
  number: 1,
  title: 'It breaks',
  body: 'Always.',
  url: 'https://github.com/acme/app/issues/1',
  state: 'OPEN',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-02T00:00:00Z',
  closedAt: null,
  author: null,
  milestone: null,
  labels: empty,
  assignees: empty,
  comments: empty,
  closedByPullRequestsReferences: empty,
  timelineItems: empty,
};

const repository = {
  id: 'R_1',
  nameWithOwner: 'acme/app',
  url: 'https://github.com/acme/app',
  isPrivate: false,
  isArchived: false,
  hasIssuesEnabled: true,
  viewerPermission: 'WRITE',
  defaultBranchRef: { name: 'main', target: { oid: 'b'.repeat(40) } },
};

const address = { repositoryId: null, repository: 'acme/app', number: 1 };

function issueAnswer(over: Partial<Record<keyof typeof issue, unknown>>, errors?: readonly object[]): Answer {
  return { body: { data: { repository: { ...repository, issue: { ...issue, ...over } } }, ...(errors && { errors }) } };
}

describe('partial answers', () => {
  it('keep an issue whose linked pull requests may not be seen', async () => {
    const path = ['repository', 'issue', 'closedByPullRequestsReferences'];
    const github = await githubThatAnswers(() =>
      issueAnswer({ closedByPullRequestsReferences: null }, [{ type: 'FORBIDDEN', path, message: 'not accessible' }]),
    );

    const found = await github.issue(address);

    expect(found.title).toBe('It breaks');
    expect(found.linkedPullRequests).toEqual([]);
  });

  it('keep the linked pull requests that may be seen', async () => {
    const path = ['repository', 'issue', 'timelineItems', 'nodes', 0, 'source'];
    const nodes = [null, {}, { source: {} }, { source: pullRequest }];
    const github = await githubThatAnswers(() =>
      issueAnswer({ timelineItems: { pageInfo: noMore, nodes } }, [{ type: 'NOT_FOUND', path }]),
    );

    const found = await github.issue(address);

    expect(found.linkedPullRequests).toMatchObject([{ number: 7, state: 'open', headRepository: 'acme/app' }]);
  });

  it.each([
    { title: 'the comments are hidden', type: 'FORBIDDEN', field: 'comments', name: 'GitHubForbidden' },
    {
      title: 'GitHub ran out of time',
      type: 'RESOURCE_LIMITS_EXCEEDED',
      field: 'timelineItems',
      name: 'GitHubUnavailable',
    },
  ])('are no issue if $title', async ({ type, field, name }) => {
    const path = ['repository', 'issue', field];
    const github = await githubThatAnswers(() => issueAnswer({ [field]: empty }, [{ type, path }]));

    await expect(github.issue(address)).rejects.toMatchObject({ name });
  });

  it('are no issue if the loss reached the issue itself', async () => {
    const path = ['repository', 'issue', 'timelineItems'];
    const github = await githubThatAnswers(() => ({
      body: { data: { repository: { ...repository, issue: null } }, errors: [{ type: 'FORBIDDEN', path }] },
    }));

    await expect(github.issue(address)).rejects.toMatchObject({ name: 'GitHubForbidden' });
  });
});

describe('linked pull requests', () => {
  it('are those that close the issue, and our own that mention it, each once', async () => {
    const closing = { ...pullRequest, id: 'PR_2', number: 8, viewerDidAuthor: false, state: 'MERGED' };
    const stranger = { ...pullRequest, id: 'PR_3', number: 9, viewerDidAuthor: false };
    const fork = { ...closing, id: 'PR_4', number: 10, headRepository: null, isCrossRepository: true };
    const github = await githubThatAnswers(() =>
      issueAnswer({
        closedByPullRequestsReferences: { pageInfo: noMore, nodes: [closing, fork] },
        timelineItems: {
          pageInfo: noMore,
          nodes: [{ source: pullRequest }, { source: stranger }, { source: closing }, { source: pullRequest }],
        },
      }),
    );

    const { linkedPullRequests } = await github.issue(address);

    expect(linkedPullRequests.map(({ number, state, headRepository }) => [number, state, headRepository])).toEqual([
      [8, 'merged', 'acme/app'],
      [10, 'merged', null],
      [7, 'open', 'acme/app'],
    ]);
  });
});

describe('paging', () => {
  it('asks for further pages of everything that has them', async () => {
    const more = { hasNextPage: true, endCursor: 'c1' };
    const pages: Record<string, { first: object; second: object }> = {
      labels: { first: { name: 'l1' }, second: { name: 'l2' } },
      assignees: { first: { login: 'a1' }, second: { login: 'a2' } },
      closedByPullRequestsReferences: { first: pullRequest, second: { ...pullRequest, id: 'PR_2', number: 8 } },
      timelineItems: { first: {}, second: { source: { ...pullRequest, id: 'PR_3', number: 9 } } },
    };
    const github = await githubThatAnswers(({ query, variables }) => {
      if (query.includes('ReadIssueByName')) {
        const first = Object.entries(pages).map(([field, page]) => [field, { pageInfo: more, nodes: [page.first] }]);
        return issueAnswer(Object.fromEntries(first) as object);
      }
      const [field = '', page] = Object.entries(pages).find(([name]) => query.includes(`${name}(`)) ?? [];
      expect(variables).toEqual({ subjectId: 'I_1', after: 'c1' });
      return { body: { data: { node: { [field]: { pageInfo: noMore, nodes: [page?.second] } } } } };
    });

    const found = await github.issue(address);

    expect(found.labels).toEqual(['l1', 'l2']);
    expect(found.assignees).toEqual(['a1', 'a2']);
    expect(found.linkedPullRequests.map(({ number }) => number)).toEqual([7, 8, 9]);
  });

  it.each([
    { title: 'without a cursor', endCursor: null },
    { title: 'with the same cursor again', endCursor: 'c1' },
  ])('ends with an error if a further page is announced $title', async ({ endCursor }) => {
    const comments = { pageInfo: { hasNextPage: true, endCursor }, nodes: [] };
    const github = await githubThatAnswers(() => ({ body: { data: { node: { comments } } } }));

    await expect(github.ownComments('I_1', 'm')).rejects.toMatchObject({ name: 'GitHubUnexpectedResponse' });
    expect(server.seen.length).toBeLessThan(3);
  });
});

describe('requests', () => {
  it('carry the token, our name, and nothing that was not asked for', async () => {
    const github = await githubThatAnswers(() => ({ body: noIssues }));

    for await (const { issues } of github.listIssues(app)) expect(issues).toEqual([]);

    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      path: '/graphql',
      headers: { authorization: 'bearer t0ken', 'user-agent': expect.stringMatching(/^gh-worker/) as unknown },
      variables: { repositoryId: 'R_1', filter: {}, size: 100 },
    });
    expect(Object.keys(server.seen[0]?.variables ?? {}).sort()).toEqual(['after', 'filter', 'repositoryId', 'size']);
  });

  it('carry the whole filter', async () => {
    const github = await githubThatAnswers(() => ({ body: noIssues }));
    const filter = {
      state: 'open',
      labels: ['ghw', 'bug 🐞'],
      assignee: 'ada',
      since: '2026-01-01T00:00:00Z',
    } as const;

    for await (const { issues } of github.listIssues(app, filter)) expect(issues).toEqual([]);

    expect(server.seen[0]?.variables).toMatchObject({
      states: ['OPEN'],
      labels: ['ghw', 'bug 🐞'],
      filter: { assignee: 'ada', since: '2026-01-01T00:00:00Z' },
    });
  });

  it('go to the two addresses of an Enterprise Server', async () => {
    const github = await githubThatAnswers(
      ({ method }) => ({ body: method === 'GET' ? { permission: 'read' } : { data: { viewer: { login: 'ghw' } } } }),
      '/api/v3/',
    );

    await github.viewer();
    await github.permission('acme/app', 'ada');

    expect(server.seen.map(({ path }) => path)).toEqual([
      '/api/graphql',
      '/api/v3/repos/acme/app/collaborators/ada/permission',
    ]);
  });

  it.each(['acme', 'acme/app/../x', '../..', ''])('are not sent for the repository %j', async (name) => {
    const github = await githubThatAnswers(() => ({}));

    await expect(github.repository(name)).rejects.toMatchObject({ name: 'InvalidInput' });
    await expect(github.permission(name, 'ada')).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(server.seen).toEqual([]);
  });
});

describe('viewer', () => {
  it('asks once for everybody, and again after a failure', async () => {
    let answer: Answer = { status: 502 };
    const github = await githubThatAnswers(() => answer);
    await expect(github.viewer()).rejects.toMatchObject({ name: 'GitHubUnavailable' });
    answer = { body: { data: { viewer: { login: 'ghw' } } } };

    const both = await Promise.all([github.viewer(), github.viewer()]);

    expect(both).toEqual([{ login: 'ghw' }, { login: 'ghw' }]);
    expect(server.seen).toHaveLength(2);
  });
});

describe('permission', () => {
  it.each([
    { body: { permission: 'write', role_name: 'maintain' }, permission: 'maintain' },
    { body: { permission: 'read', role_name: 'triage' }, permission: 'triage' },
    { body: { permission: 'write', role_name: 'release-manager' }, permission: 'write' },
    { body: { permission: 'admin' }, permission: 'admin' },
    { body: { permission: 'none', role_name: '' }, permission: 'none' },
    { body: { permission: 'everything', role_name: 'root' }, permission: 'none' },
  ])('of $body is $permission', async ({ body, permission }) => {
    const github = await githubThatAnswers(() => ({ body }));

    expect(await github.permission('acme/app', 'ada')).toBe(permission);
  });

  it('of an unknown login is none', async () => {
    const github = await githubThatAnswers(() => ({ status: 404, body: { message: 'Not Found' } }));

    expect(await github.permission('acme/app', 'nobody')).toBe('none');
  });

  it.each(['..', '.', '', 'ada/../../x', 'ada?x=1', 'ada%2f', 'a b', 'ada\n', '[bot]'])(
    'of %j is none, without asking',
    async (login) => {
      const github = await githubThatAnswers(() => ({ body: { permission: 'admin' } }));

      expect(await github.permission('acme/app', login)).toBe('none');
      expect(server.seen).toEqual([]);
    },
  );

  it('of an app is asked under its whole name', async () => {
    const github = await githubThatAnswers(() => ({ body: { permission: 'read' } }));

    await github.permission('acme/app', 'ghw[bot]');

    expect(server.seen[0]?.path).toBe('/repos/acme/app/collaborators/ghw%5Bbot%5D/permission');
  });

  it.each([
    { status: 403, body: {}, name: 'GitHubForbidden' },
    { status: 500, body: {}, name: 'GitHubUnavailable' },
    { status: 200, body: { role_name: 'admin' }, name: 'GitHubUnexpectedResponse' },
    { status: 200, body: 'true', name: 'GitHubUnexpectedResponse' },
  ])('is an error, never a right, for $status $body', async ({ status, body, name }) => {
    const github = await githubThatAnswers(() => ({ status, body }));

    await expect(github.permission('acme/app', 'ada')).rejects.toMatchObject({ name });
  });
});

describe('texts', () => {
  it.each(['👩‍👩‍👧‍👦 ﷽ \u200b', '123n', '9007199254740993n', '"quoted" \\n ${x}', '__proto__', ''])(
    'come through unchanged: %j',
    async (body) => {
      const own = { ...repository, ...{ id: 'C_1', url: 'u', body, updatedAt: 't' } };
      const github = await githubThatAnswers(({ variables }) => ({
        body: {
          data: { addComment: { commentEdge: { node: { ...own, body: (variables.input as { body: string }).body } } } },
        },
      }));

      expect(await github.addComment('I_1', body)).toEqual({ id: 'C_1', url: 'u', body, updatedAt: 't' });
    },
  );
});

describe('mutations', () => {
  it.each([
    { data: { addComment: null } },
    { data: { addComment: { commentEdge: null } } },
    { data: { addComment: { commentEdge: { node: null } } } },
  ])('that report success without a result are an error: %j', async (body) => {
    const github = await githubThatAnswers(() => ({ body }));

    await expect(github.addComment('I_1', 'x')).rejects.toMatchObject({ name: 'GitHubUnexpectedResponse' });
  });
});
