import { describe, expect, it } from '@jest/globals';
import { addBranch, clientOf, openPullRequest, repositoryName, startWorld, tokens } from './support/world.ts';

const inRepository = (fields: string) => `{ repository(owner: "acme", name: "widgets") { ${fields} } }`;

interface Page {
  readonly nodes: readonly { readonly number: number }[];
  readonly pageInfo: {
    readonly endCursor: string;
    readonly startCursor: string;
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
  };
  readonly totalCount: number;
}

interface IssuesAnswer {
  readonly repository: { readonly issues: Page };
}

const numbers = ({ repository }: IssuesAnswer) => repository.issues.nodes.map(({ number }) => number);

async function worldWithIssues(count: number) {
  const world = await startWorld();
  for (let number = 1; number <= count; number += 1) {
    world.github.seed.addIssue(repositoryName, { title: `Issue ${number}`, createdAt: `2026-01-0${number}T00:00:00Z` });
  }
  return { ...world, client: clientOf(world.github, tokens.writer) };
}

describe('who am I', () => {
  it('answers who the token belongs to', async () => {
    const { github } = await startWorld();

    const answer = await clientOf(github, tokens.writer)('{ viewer { login __typename isViewer } }');

    expect(answer).toEqual({ viewer: { login: 'wanda', __typename: 'User', isViewer: true } });
  });

  it("gives an app's login with [bot] as viewer and without as author", async () => {
    const { github, repositoryId } = await startWorld();
    const client = clientOf(github, tokens.bot);

    const created = await client(
      `mutation ($id: ID!) {
        createIssue(input: { repositoryId: $id, title: "By a bot" }) { issue { viewerDidAuthor author { __typename login } } }
      }`,
      { id: repositoryId },
    );

    expect(await client('{ viewer { login } }')).toEqual({ viewer: { login: 'ghw-app[bot]' } });
    expect(created).toEqual({
      createIssue: { issue: { viewerDidAuthor: true, author: { __typename: 'Bot', login: 'ghw-app' } } },
    });
  });
});

describe('an issue', () => {
  it('is given whole', async () => {
    const world = await startWorld();
    const { github } = world;
    github.seed.addMilestone(repositoryName, 'v1');
    github.seed.addIssue(repositoryName, {
      title: 'It breaks',
      body: 'Steps:\n\n1. run <!-- hidden -->',
      author: 'rita',
      labels: ['bug', 'ghw'],
      assignees: ['wanda'],
      milestone: 'v1',
    });
    github.seed.addComment(repositoryName, 1, { author: 'wanda', body: 'I see it, too' });
    await addBranch(github, 'fix', { 'src/index.ts': 'export const one = 2;\n' });
    await openPullRequest(world, { headRefName: 'fix', body: 'Fixes #1' });

    const answer = await clientOf(
      github,
      tokens.writer,
    )(
      inRepository(`
        nameWithOwner visibility viewerPermission defaultBranchRef { name }
        issue(number: 1) {
          id number title body bodyText state stateReason author { login __typename } authorAssociation
          labels(first: 10) { nodes { name } } assignees(first: 10) { nodes { login } } milestone { title }
          comments(first: 10) { totalCount nodes { body viewerDidAuthor author { login } lastEditedAt isMinimized } }
          closedByPullRequestsReferences(first: 5) { nodes { number headRefName } }
          timelineItems(first: 10, itemTypes: [CROSS_REFERENCED_EVENT]) {
            nodes { ... on CrossReferencedEvent { willCloseTarget source { ... on PullRequest { number } } } }
          }
        }`),
    );

    expect(answer).toEqual({
      repository: {
        nameWithOwner: 'acme/widgets',
        visibility: 'PRIVATE',
        viewerPermission: 'WRITE',
        defaultBranchRef: { name: 'main' },
        issue: {
          id: expect.stringMatching(/^I_kwDO[\w-]+$/),
          number: 1,
          title: 'It breaks',
          body: 'Steps:\n\n1. run <!-- hidden -->',
          bodyText: 'Steps:\n\n1. run',
          state: 'OPEN',
          stateReason: null,
          author: { login: 'rita', __typename: 'User' },
          authorAssociation: 'COLLABORATOR',
          labels: { nodes: [{ name: 'bug' }, { name: 'ghw' }] },
          assignees: { nodes: [{ login: 'wanda' }] },
          milestone: { title: 'v1' },
          comments: {
            totalCount: 1,
            nodes: [
              {
                body: 'I see it, too',
                viewerDidAuthor: true,
                author: { login: 'wanda' },
                lastEditedAt: null,
                isMinimized: false,
              },
            ],
          },
          closedByPullRequestsReferences: { nodes: [{ number: 2, headRefName: 'fix' }] },
          timelineItems: { nodes: [{ willCloseTarget: true, source: { number: 2 } }] },
        },
      },
    });
  });

  it('is not linked by a keyword in code or in a hidden comment', async () => {
    const world = await startWorld();
    world.github.seed.addIssue(repositoryName, { title: 'One' });
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    await openPullRequest(world, { headRefName: 'topic', body: '`Fixes #1` <!-- Closes #1 -->\n```\nFixes #1\n```\n' });

    const answer = await clientOf(
      world.github,
      tokens.writer,
    )(inRepository('issue(number: 1) { closedByPullRequestsReferences(first: 1) { totalCount } }'));

    expect(answer).toMatchObject({ repository: { issue: { closedByPullRequestsReferences: { totalCount: 0 } } } });
  });
});

describe('a list', () => {
  it('is paged by cursors that stay in place while the list grows', async () => {
    const { github, client } = await worldWithIssues(3);
    const page = (after: string | null) =>
      client<IssuesAnswer>(
        `query ($after: String) {
          ${inRepository(
            'issues(first: 2, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) { totalCount nodes { number } pageInfo { endCursor hasNextPage hasPreviousPage } }',
          )
            .trim()
            .slice(1, -1)}
        }`,
        { after },
      );

    const first = await page(null);
    github.seed.addIssue(repositoryName, { title: 'Newest', createdAt: '2026-02-01T00:00:00Z' });
    const second = await page(first.repository.issues.pageInfo.endCursor);

    expect(numbers(first)).toEqual([3, 2]);
    expect(first.repository.issues.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(numbers(second)).toEqual([1]);
    expect(second.repository.issues).toMatchObject({
      totalCount: 4,
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
  });

  it('is paged backwards with last and before', async () => {
    const { client } = await worldWithIssues(4);
    const last = await client<IssuesAnswer>(
      inRepository('issues(last: 2) { nodes { number } pageInfo { startCursor } }'),
    );

    const before = await client<IssuesAnswer>(
      inRepository(
        `issues(last: 1, before: "${last.repository.issues.pageInfo.startCursor}") { nodes { number } pageInfo { hasPreviousPage } }`,
      ),
    );

    expect(numbers(last)).toEqual([3, 4]);
    expect(numbers(before)).toEqual([2]);
    expect(before.repository.issues.pageInfo.hasPreviousPage).toBe(true);
  });

  it('can be counted without a page', async () => {
    const { client } = await worldWithIssues(2);

    expect(await client(inRepository('issues { totalCount }'))).toEqual({ repository: { issues: { totalCount: 2 } } });
  });

  it.each([
    ['states: [CLOSED]', [2]],
    ['labels: ["bug"]', [1, 3]],
    ['filterBy: { labels: ["bug", "ghw"] }', [3]],
    ['filterBy: { assignee: "rita" }', [1]],
    ['filterBy: { assignee: null }', [2, 3]],
    ['filterBy: { assignee: "*" }', [1]],
    ['filterBy: { createdBy: "rita" }', [2]],
    ['filterBy: { since: "2026-01-02T00:00:00.000Z" }', [2, 3]],
    ['filterBy: { since: "2026-01-02T23:00:01+22:00" }', [2, 3]],
    ['filterBy: { since: "2026-01-02T00:00:01Z" }', [2, 3]],
  ])('of issues is filtered by %s', async (filter, expected) => {
    const { github } = await startWorld();
    const at = (day: number) => ({ createdAt: `2026-01-0${day}T00:00:00Z` });
    github.seed.addIssue(repositoryName, { title: 'One', labels: ['bug'], assignees: ['rita'], ...at(1) });
    github.seed.addIssue(repositoryName, { title: 'Two', author: 'rita', ...at(2) });
    github.seed.addIssue(repositoryName, { title: 'Three', labels: ['bug', 'ghw'], ...at(3) });
    const client = clientOf(github, tokens.writer);
    await client(
      'mutation ($id: ID!) { closeIssue(input: { issueId: $id, stateReason: NOT_PLANNED }) { clientMutationId } }',
      {
        id: github.repository(repositoryName).issue(2).id,
      },
    );

    const answer = await client<IssuesAnswer>(inRepository(`issues(first: 10, ${filter}) { nodes { number } }`));

    expect(numbers(answer)).toEqual(expected);
  });

  it('of issues is ordered by update, the one just commented on last', async () => {
    const { github, client } = await worldWithIssues(3);
    github.seed.addComment(repositoryName, 2, { body: 'News' });

    const answer = await client<IssuesAnswer>(
      inRepository('issues(first: 10, orderBy: { field: UPDATED_AT, direction: ASC }) { nodes { number } }'),
    );

    expect(numbers(answer)).toEqual([1, 3, 2]);
  });

  it('of pull requests is filtered by head, base and state', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'one', { 'a.txt': 'a\n' });
    await addBranch(world.github, 'two', { 'b.txt': 'b\n' });
    await openPullRequest(world, { headRefName: 'one' });
    await openPullRequest(world, { headRefName: 'two' });
    const client = clientOf(world.github, tokens.writer);

    const answer = await client(
      inRepository(`
        head: pullRequests(first: 5, headRefName: "two") { nodes { number } }
        base: pullRequests(first: 5, baseRefName: "trunk") { totalCount }
        merged: pullRequests(first: 5, states: [MERGED]) { totalCount }
        open: pullRequests(first: 5, states: [OPEN], orderBy: { field: CREATED_AT, direction: DESC }) { nodes { number } }`),
    );

    expect(answer).toEqual({
      repository: {
        head: { nodes: [{ number: 2 }] },
        base: { totalCount: 0 },
        merged: { totalCount: 0 },
        open: { nodes: [{ number: 2 }, { number: 1 }] },
      },
    });
  });
});

describe('a repository', () => {
  it('shows files, trees and history of the real remote', async () => {
    const { github } = await startWorld();

    const answer = await clientOf(
      github,
      tokens.reader,
    )(
      inRepository(`
        text: object(expression: "main:src/index.ts") { ... on Blob { text isBinary byteSize } }
        tree: object(expression: "main:") { ... on Tree { entries { name type object { ... on Blob { text } } } } }
        missing: object(expression: "main:nothing") { __typename }
        option: object(expression: "--help") { __typename }
        ref(qualifiedName: "refs/heads/main") { name prefix target { ... on Commit { messageHeadline history(first: 5) { totalCount } } } }
        refs(refPrefix: "refs/heads/", first: 5) { nodes { name } }`),
    );

    expect(answer).toEqual({
      repository: {
        text: { text: 'export const one = 1;\n', isBinary: false, byteSize: 22 },
        tree: {
          entries: [
            { name: 'README.md', type: 'blob', object: { text: '# Widgets\n' } },
            { name: 'src', type: 'tree', object: {} },
          ],
        },
        missing: null,
        option: null,
        ref: {
          name: 'main',
          prefix: 'refs/heads/',
          target: { messageHeadline: 'Initial commit', history: { totalCount: 1 } },
        },
        refs: { nodes: [{ name: 'main' }] },
      },
    });
  });

  it('is still found under the name that it had before, unless renames are not to be followed', async () => {
    const { github } = await startWorld();
    github.seed.renameRepository(repositoryName, 'gadgets');
    const client = clientOf(github, tokens.writer);

    const followed = await client(inRepository('nameWithOwner'));
    const strict = client('{ repository(owner: "acme", name: "widgets", followRenames: false) { id } }');

    expect(followed).toEqual({ repository: { nameWithOwner: 'acme/gadgets' } });
    await expect(strict).rejects.toThrow("Could not resolve to a Repository with the name 'acme/widgets'.");
  });

  it('says what each collaborator may do, to those who may know', async () => {
    const { github } = await startWorld();
    const query = inRepository('collaborators(login: "rita", first: 1) { edges { permission node { login } } }');

    const answer = await clientOf(github, tokens.writer)(query);

    expect(answer).toEqual({
      repository: { collaborators: { edges: [{ permission: 'READ', node: { login: 'rita' } }] } },
    });
    await expect(clientOf(github, tokens.reader)(query)).rejects.toThrow('You do not have permission');
  });
});

describe('search', () => {
  it.each([
    ['repo:acme/widgets is:issue is:open', [2, 1]],
    ['is:issue label:bug', [1]],
    ['is:issue -label:bug', [2]],
    ['is:pr head:topic', [3]],
    ['author:rita', [1]],
    ['"two words" in:body', [2]],
    ['is:open sort:created-asc', [1, 2, 3]],
    ['is:issue created:>=2026-01-02', [2]],
    ['nonsense:yes', []],
  ])('finds by %s', async (query, expected) => {
    const world = await startWorld();
    world.github.seed.addIssue(repositoryName, {
      title: 'One',
      labels: ['bug'],
      author: 'rita',
      createdAt: '2026-01-01T00:00:00Z',
    });
    world.github.seed.addIssue(repositoryName, {
      title: 'Two',
      body: 'With two words',
      createdAt: '2026-01-02T00:00:00Z',
    });
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    await openPullRequest(world, { headRefName: 'topic' });

    const answer = await clientOf(world.github, tokens.writer)<{
      search: { issueCount: number; nodes: { number: number }[] };
    }>(
      `query ($q: String!) {
        search(type: ISSUE, first: 10, query: $q) { issueCount nodes { ... on Issue { number } ... on PullRequest { number } } }
      }`,
      { q: query },
    );

    expect(answer.search.nodes.map(({ number }) => number)).toEqual(expected);
    expect(answer.search.issueCount).toBe(expected.length);
  });

  it('finds nothing in a repository that the token cannot see', async () => {
    const { github } = await startWorld();
    github.seed.addIssue(repositoryName, { title: 'Secret' });

    const answer = await clientOf(
      github,
      tokens.stranger,
    )('{ search(type: ISSUE, first: 1, query: "secret") { issueCount } }');

    expect(answer).toEqual({ search: { issueCount: 0 } });
  });
});
