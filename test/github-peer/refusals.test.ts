import { describe, expect, it } from '@jest/globals';
import {
  addBranch,
  clientOf,
  openPullRequest,
  refusalOf,
  repositoryName,
  startWorld,
  tokens,
} from './support/world.ts';

async function ask(query: string, token: string = tokens.writer, variables: Record<string, unknown> = {}) {
  const world = await startWorld();
  world.github.seed.addIssue(repositoryName, { title: 'One' });
  return refusalOf(clientOf(world.github, token)(query, variables));
}

describe('a query that GitHub refuses', () => {
  it('has an unknown field: HTTP 200 with the code and place, and no data', async () => {
    const { github } = await startWorld();

    const response = await fetch(github.graphqlUrl, {
      method: 'POST',
      headers: { authorization: `bearer ${tokens.writer}` },
      body: JSON.stringify({ query: 'query Q { viewer { logon } }' }),
    });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      errors: [
        {
          path: ['query Q', 'viewer', 'logon'],
          extensions: { code: 'undefinedField', typeName: 'User', fieldName: 'logon' },
          locations: [{ line: 1, column: 20 }],
          message: "Field 'logon' doesn't exist on type 'User'",
        },
      ],
    });
  });

  it.each([
    ['an unknown argument', '{ viewer(name: "x") { login } }', 'argumentNotAccepted'],
    ['a missing argument', '{ repository(owner: "acme") { id } }', 'missingRequiredArguments'],
    ['a missing selection', '{ viewer }', 'selectionMismatch'],
    ['an undefined variable', '{ node(id: $id) { id } }', 'variableNotDefined'],
    ['an unused variable', 'query ($id: ID!) { viewer { login } }', 'variableNotUsed'],
    ['a wrong literal', '{ repository(owner: "acme", name: 7) { id } }', 'argumentLiteralsIncompatible'],
    ['an unknown type', '{ viewer { ... on Nobody { login } } }', 'undefinedType'],
    ['an unknown mutation', 'mutation { makeCoffee(input: {}) { clientMutationId } }', 'undefinedField'],
  ])('has %s', async (_what, query, code) => {
    const refusal = await ask(query, tokens.writer, query.includes('ID!') ? { id: 'x' } : {});

    expect(refusal.errors).toContainEqual(expect.objectContaining({ extensions: expect.objectContaining({ code }) }));
    expect(refusal.data).toBeUndefined();
  });

  it('does not parse', async () => {
    const refusal = await ask('{ viewer { login ');

    expect(refusal.errors?.[0]?.message).toMatch(/^Parse error/);
  });

  it('has a variable of the wrong shape', async () => {
    const query = 'mutation ($input: CreateIssueInput!) { createIssue(input: $input) { issue { id } } }';
    const refusal = await ask(query, tokens.writer, { input: { repositoryId: 'x', titel: 'typo' } });

    expect(refusal.errors?.[0]?.message).toMatch(/^Variable \$input was provided invalid value/);
  });

  it('leaves out first and last, and keeps what else it asked for', async () => {
    const refusal = await ask(
      '{ viewer { login } repository(owner: "acme", name: "widgets") { issues { nodes { id } } } }',
    );

    expect(refusal.errors).toMatchObject([
      {
        type: 'MISSING_PAGINATION_BOUNDARIES',
        path: ['repository', 'issues'],
        message: 'You must provide a `first` or `last` value to properly paginate the `issues` connection.',
      },
    ]);
    expect(refusal.data).toEqual({ viewer: { login: 'wanda' }, repository: null });
  });

  it('asks for more than 100 on a page', async () => {
    const refusal = await ask('{ repository(owner: "acme", name: "widgets") { issues(first: 101) { nodes { id } } } }');

    expect(refusal.errors).toMatchObject([
      {
        type: 'EXCESSIVE_PAGINATION',
        message: 'Requesting 101 records on the `issues` connection exceeds the `first` limit of 100 records.',
      },
    ]);
  });

  it('could return more than 500,000 nodes', async () => {
    const refusal = await ask(
      `query ($n: Int!) {
      viewer { repositories(first: $n) { nodes { pullRequests(first: $n) { nodes { comments(first: $n) { nodes { id } } } } } } }
    }`,
      tokens.writer,
      { n: 100 },
    );

    expect(refusal.errors).toMatchObject([
      {
        type: 'MAX_NODE_LIMIT_EXCEEDED',
        message: 'This query requests up to 1,010,100 possible nodes which exceeds the maximum limit of 500,000.',
      },
    ]);
  });

  it('gives more than 100 ids', async () => {
    const ids = Array.from({ length: 101 }, () => 'x');
    const refusal = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', tokens.writer, { ids });

    expect(refusal.errors?.[0]?.message).toBe('You may not provide more than 100 node ids; you provided 101.');
  });

  it('gives a cursor that is none', async () => {
    const refusal = await ask(
      '{ repository(owner: "acme", name: "widgets") { issues(first: 1, after: "zzz") { nodes { id } } } }',
    );

    expect(refusal.errors).toMatchObject([
      { type: 'INVALID_CURSOR_ARGUMENTS', message: '`zzz` does not appear to be a valid cursor.' },
    ]);
  });

  it('names a repository that is not there, and keeps the one that is', async () => {
    const refusal = await ask(`{
      good: repository(owner: "acme", name: "widgets") { name }
      bad: repository(owner: "acme", name: "gadgets") { name }
    }`);

    expect(refusal.data).toEqual({ good: { name: 'widgets' }, bad: null });
    expect(refusal.errors).toEqual([
      {
        type: 'NOT_FOUND',
        path: ['bad'],
        locations: [{ line: 3, column: 7 }],
        message: "Could not resolve to a Repository with the name 'acme/gadgets'.",
      },
    ]);
  });

  it('names a private repository that the token may not see: the same answer as for none at all', async () => {
    const refusal = await ask('{ repository(owner: "acme", name: "widgets") { id } }', tokens.stranger);

    expect(refusal.errors).toMatchObject([
      { type: 'NOT_FOUND', message: "Could not resolve to a Repository with the name 'acme/widgets'." },
    ]);
  });

  it('names an issue, a pull request, a user or a node that is not there', async () => {
    const refusal = await ask(`{
      repository(owner: "acme", name: "widgets") { issue(number: 99) { id } pullRequest(number: 1) { id } }
      user(login: "nobody-here") { id }
      node(id: "I_kwDOAAAD6c4AAAPq") { id }
    }`);

    expect(refusal.data).toEqual({ repository: { issue: null, pullRequest: null }, user: null, node: null });
    expect(refusal.errors?.map(({ type, message }) => `${type}: ${message}`).sort()).toEqual([
      'NOT_FOUND: Could not resolve to a PullRequest with the number of 1.',
      "NOT_FOUND: Could not resolve to a User with the login of 'nobody-here'.",
      "NOT_FOUND: Could not resolve to a node with the global id of 'I_kwDOAAAD6c4AAAPq'.",
      'NOT_FOUND: Could not resolve to an Issue with the number of 99.',
    ]);
  });

  it('has one unknown id among known ones: the others are answered', async () => {
    const { github, repositoryId } = await startWorld();

    const refusal = await refusalOf(
      clientOf(github, tokens.writer)('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: [repositoryId, 'R_x'],
      }),
    );

    expect(refusal.data).toEqual({ nodes: [{ id: repositoryId }, null] });
    expect(refusal.errors).toMatchObject([{ type: 'NOT_FOUND', path: ['nodes', 1] }]);
  });

  it.each([
    ['with a token that is none', { authorization: 'bearer wrong' }, 401, 'Bad credentials'],
    ['without a token', {}, 401, 'This endpoint requires you to be authenticated.'],
  ])('comes %s', async (_how, headers, status, message) => {
    const { github } = await startWorld();

    const response = await fetch(github.graphqlUrl, {
      method: 'POST',
      headers,
      body: '{"query":"{ viewer { login } }"}',
    });

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ message });
  });

  it.each([
    ['is not JSON', 'query', 'Problems parsing JSON'],
    ['has no query', '{}', 'A query attribute must be specified and must be a string.'],
  ])('%s', async (_how, body, message) => {
    const { github } = await startWorld();

    const headers = { authorization: `bearer ${tokens.writer}` };
    const response = await fetch(`${github.url}/api/graphql`, { method: 'POST', headers, body });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message });
  });
});

describe('a mutation that GitHub refuses', () => {
  it('is valid but unknown to this server: an error, never a silent success', async () => {
    const world = await startWorld();
    const query = 'mutation ($id: ID!) { addStar(input: { starrableId: $id }) { starrable { id } } }';
    const refusal = await refusalOf(clientOf(world.github, tokens.writer)(query, { id: world.repositoryId }));

    expect(refusal.data).toEqual({ addStar: null });
    expect(refusal.errors).toMatchObject([
      {
        type: 'NOT_IMPLEMENTED',
        path: ['addStar'],
        message: 'This local GitHub does not implement the mutation `addStar`.',
      },
    ]);
  });

  it('opens a second pull request for the same head and base', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    await openPullRequest(world, { headRefName: 'topic' });

    const refusal = await refusalOf(openPullRequest(world, { headRefName: 'topic' }));

    expect(refusal.data).toEqual({ createPullRequest: null });
    expect(refusal.errors).toMatchObject([
      { type: 'UNPROCESSABLE', path: ['createPullRequest'], message: 'A pull request already exists for acme:topic.' },
    ]);
    expect(world.github.repository(repositoryName).pullRequests).toHaveLength(1);
  });

  it('opens the same pull request twice at the same moment: one is opened', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });

    const results = await Promise.allSettled([1, 2, 3].map(() => openPullRequest(world, { headRefName: 'topic' })));

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(world.github.repository(repositoryName).pullRequests).toHaveLength(1);
  });

  it.each([
    ['a head without commits of its own', 'same', 'main', 'No commits between main and same'],
    ['a head that does not exist', 'gone', 'main', 'Head ref must be a branch'],
    ['a base that does not exist', 'same', 'trunk', 'Base ref must be a branch'],
  ])('opens a pull request for %s', async (_what, headRefName, baseRefName, message) => {
    const world = await startWorld();
    await world.github.repository(repositoryName).git(['branch', 'same', 'main']);

    const refusal = await refusalOf(openPullRequest(world, { headRefName, baseRefName }));

    expect(refusal.errors).toMatchObject([{ type: 'UNPROCESSABLE' }]);
    expect(refusal.errors?.[0]?.message).toContain(message);
  });

  it.each([
    ['an empty title', { title: ' ' }, "Title can't be blank"],
    ['a title of 257 characters', { title: 'x'.repeat(257) }, 'Title is too long (maximum is 256 characters)'],
    ['a body of 65,537 characters', { body: 'x'.repeat(65_537) }, 'Body is too long (maximum is 65536 characters)'],
  ])('gives %s', async (_what, fields, message) => {
    const world = await startWorld();
    const query = 'mutation ($input: CreateIssueInput!) { createIssue(input: $input) { issue { id } } }';
    const input = { repositoryId: world.repositoryId, title: 'One', ...fields };

    const refusal = await refusalOf(clientOf(world.github, tokens.writer)(query, { input }));

    expect(refusal.errors).toMatchObject([{ type: 'UNPROCESSABLE', message }]);
    expect(world.github.repository(repositoryName).issues).toHaveLength(0);
  });

  it('comes from somebody who may only read', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });

    const refusal = await refusalOf(openPullRequest(world, { headRefName: 'topic' }, tokens.reader));

    expect(refusal.errors).toMatchObject([
      { type: 'FORBIDDEN', message: 'rita does not have the correct permissions to execute `CreatePullRequest`' },
    ]);
  });

  it.each([
    ['acme', 'Resource not accessible by personal access token'],
    ['ghw-app', 'Resource not accessible by integration'],
  ])('comes with a token of %s that lacks the right', async (login, message) => {
    const world = await startWorld();
    world.github.seed.addToken({ token: 'narrow', login, permissions: { contents: 'write', issues: 'read' } });
    const query = 'mutation ($id: ID!) { createIssue(input: { repositoryId: $id, title: "One" }) { issue { id } } }';

    const refusal = await refusalOf(clientOf(world.github, 'narrow')(query, { id: world.repositoryId }));

    expect(refusal.errors).toMatchObject([{ type: 'FORBIDDEN', message, path: ['createIssue'] }]);
  });

  it('comments on a pull request with a token for issues alone, which suffices, but may not close it', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    const { id } = await openPullRequest(world, { headRefName: 'topic' });
    world.github.seed.addToken({ token: 'narrow', login: 'wanda', permissions: { issues: 'write' } });
    const client = clientOf(world.github, 'narrow');

    await client('mutation ($id: ID!) { addComment(input: { subjectId: $id, body: "Hi" }) { clientMutationId } }', {
      id,
    });
    const refusal = await refusalOf(
      client('mutation ($id: ID!) { closePullRequest(input: { pullRequestId: $id }) { clientMutationId } }', { id }),
    );

    expect(refusal.errors).toMatchObject([{ type: 'FORBIDDEN' }]);
    expect(world.github.repository(repositoryName).pullRequest(1)).toMatchObject({
      state: 'OPEN',
      comments: [{ body: 'Hi' }],
    });
  });

  it('reads pull requests with a token that may only read issues', async () => {
    const world = await startWorld();
    world.github.seed.addToken({ token: 'narrow', login: 'wanda', permissions: { issues: 'read' } });
    const query =
      '{ repository(owner: "acme", name: "widgets") { name pullRequests(first: 1) { totalCount } issues(first: 1) { totalCount } } }';

    const refusal = await refusalOf(clientOf(world.github, 'narrow')(query));

    expect(refusal.errors).toMatchObject([{ type: 'FORBIDDEN', path: ['repository', 'pullRequests'] }]);
  });

  it('changes an archived repository', async () => {
    const world = await startWorld();
    world.github.seed.addIssue(repositoryName, { title: 'One' });
    world.github.seed.setRepository(repositoryName, { isArchived: true });
    const query = 'mutation ($id: ID!) { addComment(input: { subjectId: $id, body: "Hi" }) { clientMutationId } }';
    const { id } = world.github.repository(repositoryName).issue(1);

    const refusal = await refusalOf(clientOf(world.github, tokens.owner)(query, { id }));

    expect(refusal.errors).toMatchObject([{ type: 'FORBIDDEN', message: 'Repository was archived so is read-only.' }]);
  });

  it('comments on something of a repository that the token cannot see', async () => {
    const world = await startWorld();
    world.github.seed.addIssue(repositoryName, { title: 'One' });
    const { id } = world.github.repository(repositoryName).issue(1);
    const query = 'mutation ($id: ID!) { addComment(input: { subjectId: $id, body: "Hi" }) { clientMutationId } }';

    const refusal = await refusalOf(clientOf(world.github, tokens.stranger)(query, { id }));

    expect(refusal.errors).toMatchObject([
      { type: 'NOT_FOUND', message: `Could not resolve to a node with the global id of '${id}'.` },
    ]);
  });

  it('edits the comment of somebody else without write access', async () => {
    const world = await startWorld();
    world.github.seed.addIssue(repositoryName, { title: 'One' });
    const { id } = world.github.seed.addComment(repositoryName, 1, { author: 'wanda', body: 'Mine' });
    const query = 'mutation ($id: ID!) { updateIssueComment(input: { id: $id, body: "Yours" }) { clientMutationId } }';

    const refusal = await refusalOf(clientOf(world.github, tokens.reader)(query, { id }));

    expect(refusal.errors).toMatchObject([{ type: 'FORBIDDEN' }]);
    expect(world.github.repository(repositoryName).issue(1).comments[0]?.body).toBe('Mine');
  });
});
