import { afterEach, describe, expect, it } from '@jest/globals';
import { GhwError } from '../../src/domain/errors.ts';
import { createGitHub } from '../../src/github/client.ts';
import type { GitHub } from '../../src/github/github.ts';
import type { Answer, AnsweringServer } from './answering-server.ts';
import { startAnsweringServer } from './answering-server.ts';

const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
let server: AnsweringServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function githubThatSays(answer: Answer, timeoutMs = 5_000): Promise<GitHub> {
  server = await startAnsweringServer(() => answer);
  return createGitHub({ baseUrl: server.url, token: () => Promise.resolve(secret), timeoutMs });
}

async function failureOf(promise: Promise<unknown>): Promise<GhwError> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof GhwError)) throw error;
  return error;
}

function errors(...list: readonly object[]): Answer {
  return { body: { data: null, errors: list } };
}

describe('what an HTTP status means', () => {
  it.each([
    { status: 401, name: 'GitHubUnauthorized', retryable: false },
    { status: 403, name: 'GitHubForbidden', retryable: false },
    { status: 404, name: 'GitHubNotFound', retryable: false },
    { status: 410, name: 'GitHubNotFound', retryable: false },
    { status: 422, name: 'GitHubRejected', retryable: false },
    { status: 429, name: 'GitHubRateLimited', retryable: true },
    { status: 451, name: 'GitHubForbidden', retryable: false },
    { status: 500, name: 'GitHubUnavailable', retryable: true },
    { status: 502, name: 'GitHubUnavailable', retryable: true },
    { status: 503, name: 'GitHubUnavailable', retryable: true },
    { status: 504, name: 'GitHubUnavailable', retryable: true },
    { status: 400, name: 'GitHubUnexpectedResponse', retryable: false },
    { status: 304, name: 'GitHubUnexpectedResponse', retryable: false },
  ])('$status is $name', async ({ status, name, retryable }) => {
    const github = await githubThatSays({ status, body: status === 304 ? '' : { message: 'Words do not matter' } });

    const error = await failureOf(github.repository('acme/app'));

    expect(error).toMatchObject({ name, retryable });
    expect(error.message).toContain('acme/app');
    expect(error.hint).toMatch(/\w.{20,}\.$/);
  });

  it('is not read from the words: a fault page that speaks of limits and missing things is a fault', async () => {
    const page = '<html>404 not found, rate limit exceeded, bad credentials</html>'.repeat(1_000);
    const github = await githubThatSays({ status: 502, headers: { 'content-type': 'text/html' }, body: page });

    const error = await failureOf(github.repository('acme/app'));

    expect(error.name).toBe('GitHubUnavailable');
    expect(error.message.length).toBeLessThan(300);
  });

  it('passes on the delay that a fault asks for', async () => {
    const github = await githubThatSays({ status: 503, headers: { 'retry-after': '7' }, body: {} });

    expect((await failureOf(github.repository('acme/app'))).retryAfterMs).toBe(7_000);
  });
});

describe('rate limits', () => {
  const now = Date.parse('2026-01-01T12:00:00Z');
  const date = new Date(now).toUTCString();
  const spent = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0' };
  const inTenMinutes = String(now / 1_000 + 600);

  it.each([
    { title: '403 with retry-after', answer: { status: 403, headers: { 'retry-after': '42' } }, delayMs: 42_000 },
    { title: '429 with retry-after', answer: { status: 429, headers: { 'retry-after': '3' } }, delayMs: 3_000 },
    {
      title: '403 with a spent budget, by the server’s clock',
      answer: { status: 403, headers: { ...spent, 'x-ratelimit-reset': inTenMinutes, date } },
      delayMs: 600_000,
    },
    { title: '429 without a word', answer: { status: 429 }, delayMs: 60_000 },
    {
      title: 'RATE_LIMITED with a spent budget',
      answer: { ...errors({ type: 'RATE_LIMITED' }), headers: { ...spent, 'x-ratelimit-reset': inTenMinutes, date } },
      delayMs: 600_000,
    },
    {
      title: 'RATE_LIMIT, as GitHub also spells it, with budget left: a secondary limit',
      answer: {
        ...errors({ type: 'RATE_LIMIT', code: 'graphql_rate_limit' }),
        headers: { ...spent, 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': inTenMinutes, date },
      },
      delayMs: 60_000,
    },
    { title: 'RATE_LIMITED without a word', answer: errors({ type: 'RATE_LIMITED' }), delayMs: 60_000 },
    {
      title: 'a reset that has just passed',
      answer: { status: 403, headers: { ...spent, 'x-ratelimit-reset': String(now / 1_000 - 5), date } },
      delayMs: 1_000,
    },
    {
      title: 'a delay beyond GitHub’s hour',
      answer: { status: 429, headers: { 'retry-after': '99999999' } },
      delayMs: 3_600_000,
    },
    {
      title: 'retry-after as a date',
      answer: { status: 429, headers: { 'retry-after': new Date(now + 90_000).toUTCString(), date } },
      delayMs: 90_000,
    },
  ])('$title', async ({ answer, delayMs }) => {
    const github = await githubThatSays(answer);

    const error = await failureOf(github.repository('acme/app'));

    expect(error).toMatchObject({ name: 'GitHubRateLimited', retryable: true, retryAfterMs: delayMs });
  });

  it('are not seen in a refusal with budget left', async () => {
    const github = await githubThatSays({
      status: 403,
      headers: { ...spent, 'x-ratelimit-remaining': '12' },
      body: {},
    });

    expect((await failureOf(github.repository('acme/app'))).name).toBe('GitHubForbidden');
  });

  it('are kept from the last GraphQL answer', async () => {
    const headers = { ...spent, 'x-ratelimit-remaining': '4321', 'x-ratelimit-reset': inTenMinutes };
    const github = await githubThatSays({ headers, body: { data: { viewer: { login: 'ghw' } } } });
    const before = github.rateLimit();

    await github.viewer();

    expect(before).toBeNull();
    expect(github.rateLimit()).toEqual({ remaining: 4_321, limit: 5_000, resetAt: '2026-01-01T12:10:00.000Z' });
  });
});

describe('what a GraphQL error means', () => {
  it.each([
    { type: 'NOT_FOUND', name: 'GitHubNotFound' },
    { type: 'FORBIDDEN', name: 'GitHubForbidden' },
    { type: 'INSUFFICIENT_SCOPES', name: 'GitHubForbidden' },
    { type: 'RESOURCE_LIMITS_EXCEEDED', name: 'GitHubUnavailable' },
    { type: 'SERVICE_UNAVAILABLE', name: 'GitHubUnavailable' },
    { type: 'SOME_NEW_TYPE', name: 'GitHubUnexpectedResponse' },
  ])('$type is $name', async ({ type, name }) => {
    const github = await githubThatSays(errors({ type, message: 'Words do not matter' }));

    expect((await failureOf(github.repository('acme/app'))).name).toBe(name);
  });

  it('without a type is a fault of GitHub’s', async () => {
    const github = await githubThatSays(errors({ message: 'Something went wrong while executing your query.' }));

    expect(await failureOf(github.repository('acme/app'))).toMatchObject({
      name: 'GitHubUnavailable',
      retryable: true,
    });
  });

  it('about a field that an old server does not have will not pass', async () => {
    const github = await githubThatSays(
      errors({ message: 'no such field', extensions: { code: 'undefinedField' }, path: ['query ReadRepository'] }),
    );

    expect((await failureOf(github.repository('acme/app'))).name).toBe('GitHubUnexpectedResponse');
  });

  it('of an unknown type against a mutation is a refusal', async () => {
    const github = await githubThatSays(errors({ type: 'TOO_MANY_COMMENTS', message: 'Enough is enough' }));

    const error = await failureOf(github.addComment('I_1', 'hello'));

    expect(error).toMatchObject({ name: 'GitHubRejected', retryable: false });
    expect(error.message).toContain('Enough is enough');
  });

  it('is the passing one, if there are several', async () => {
    const github = await githubThatSays(errors({ type: 'NOT_FOUND' }, { type: 'RATE_LIMITED' }, { type: 'FORBIDDEN' }));

    expect((await failureOf(github.repository('acme/app'))).name).toBe('GitHubRateLimited');
  });

  it.each([{ list: [null, 7, 'x'] }, { list: 'broken' }, { list: {} }])(
    'survives $list as errors',
    async ({ list }) => {
      const github = await githubThatSays({ body: { data: null, errors: list } });

      expect((await failureOf(github.repository('acme/app'))).name).toBe('GitHubUnexpectedResponse');
    },
  );
});

describe('an answer that is no answer', () => {
  it.each<{ title: string; answer: Answer }>([
    { title: 'garbage', answer: { body: '{"data": {"repos' } },
    { title: 'null', answer: { body: 'null' } },
    { title: 'a list', answer: { body: '[1, 2]' } },
    { title: 'a page of a proxy', answer: { headers: { 'content-type': 'text/html' }, body: '<h1>Log in</h1>' } },
    { title: 'nothing', answer: { body: '' } },
    { title: 'no content', answer: { status: 204, headers: { 'content-length': '0' } } },
    { title: 'an unknown media type', answer: { headers: { 'content-type': ';;;' }, body: '{}' } },
  ])('$title is GitHubUnexpectedResponse', async ({ answer }) => {
    const github = await githubThatSays(answer);

    expect(await failureOf(github.repository('acme/app'))).toMatchObject({
      name: 'GitHubUnexpectedResponse',
      retryable: false,
    });
  });

  it('of another shape is refused by field', async () => {
    const repository = {
      id: 'R_1',
      nameWithOwner: 'acme/app',
      url: 'x',
      isPrivate: 'perhaps',
      isArchived: false,
      hasIssuesEnabled: true,
    };
    const github = await githubThatSays({
      body: { data: { repository: { ...repository, viewerPermission: null, defaultBranchRef: null } } },
    });

    const error = await failureOf(github.repository('acme/app'));

    expect(error.name).toBe('GitHubUnexpectedResponse');
    expect(error.message).toContain('repository.isPrivate');
  });

  it('of another shape is refused by field also where there are alternatives', async () => {
    const comments = { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [{ id: 7 }] };
    const github = await githubThatSays({ body: { data: { node: { comments } } } });

    expect((await failureOf(github.ownComments('I_1', 'm'))).message).toContain('node.comments.nodes.0.id');
  });

  it('that does not come in time is GitHubUnavailable', async () => {
    const github = await githubThatSays({ fault: 'hang' }, 100);

    const error = await failureOf(github.repository('acme/app'));

    expect(error).toMatchObject({ name: 'GitHubUnavailable', retryable: true });
    expect(error.message).toContain('no answer in time');
  });

  it.each(['stall', 'break'] as const)('that ends in the middle (%s) is GitHubUnavailable', async (fault) => {
    const github = await githubThatSays({ fault, body: '{"data": ' }, 200);

    expect(await failureOf(github.repository('acme/app'))).toMatchObject({
      name: 'GitHubUnavailable',
      retryable: true,
    });
  });

  it('because nobody listens is GitHubUnavailable', async () => {
    const github = await githubThatSays({});
    await server?.close();

    const error = await failureOf(github.repository('acme/app'));

    expect(error).toMatchObject({ name: 'GitHubUnavailable', retryable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });
});

describe('hints', () => {
  it('name the right that a token lacks', async () => {
    const github = await githubThatSays(errors({ type: 'FORBIDDEN', path: ['createPullRequest'] }));
    const input = { repositoryId: 'R_1', baseRefName: 'main', headRefName: 'ghw/issue-1', title: 't', body: '' };

    const error = await failureOf(github.createPullRequest({ ...input, draft: true }));

    expect(error.hint).toContain('Pull requests: write');
    expect(error.message).toContain('ghw/issue-1');
  });

  it('name exactly the right that GitHub names', async () => {
    const github = await githubThatSays({ status: 403, headers: { 'x-accepted-github-permissions': 'metadata=read' } });

    expect((await failureOf(github.permission('acme/app', 'ada'))).hint).toContain('metadata=read');
  });

  it('speak of single sign-on where GitHub does', async () => {
    const github = await githubThatSays({
      status: 403,
      headers: { 'x-github-sso': 'required; url=https://x.example' },
    });

    expect((await failureOf(github.repository('acme/app'))).hint).toContain('single sign-on');
  });

  it('list the ways to a token', async () => {
    const github = await githubThatSays({ status: 401, body: { message: 'Bad credentials' } });

    const { hint } = await failureOf(github.repository('acme/app'));

    for (const way of ['GITHUB_TOKEN', 'token_file', 'gh auth login']) expect(hint).toContain(way);
  });
});

describe('secrets', () => {
  it('never appear in an error, whoever repeats them', async () => {
    const words = `Bad credentials: ${secret}\u0000\u202e\n${'x'.repeat(1_000)}`;
    const github = await githubThatSays({ status: 422, body: { message: words } });

    const error = await failureOf(github.repository('acme/app'));

    expect(server?.seen[0]?.headers.authorization).toBe(`bearer ${secret}`);
    expect(JSON.stringify(everythingIn(error))).not.toContain(secret);

    expect(error.message).not.toMatch(/[\u0000\n\u202e]/);
    expect(error.message.length).toBeLessThan(500);
  });

  it('never appear in an error about the network', async () => {
    const github = await githubThatSays({});
    await server?.close();

    expect(JSON.stringify(everythingIn(await failureOf(github.repository('acme/app'))))).not.toContain(secret);
  });
});

/** An error with its stack, its causes and all their properties. */
function everythingIn(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { ...error, name: error.name, message: error.message, stack: error.stack, cause: everythingIn(error.cause) };
}
