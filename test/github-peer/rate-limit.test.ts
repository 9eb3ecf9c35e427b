import { describe, expect, it } from '@jest/globals';
import { RequestError } from '@octokit/request-error';
import { clientOf, refusalOf, repositoryName, startWorld, tokens } from './support/world.ts';

interface RateLimit {
  readonly rateLimit: {
    readonly cost: number;
    readonly nodeCount: number;
    readonly remaining: number;
    readonly used: number;
    readonly limit: number;
    readonly resetAt: string;
  };
}

const rateLimit = 'rateLimit { cost nodeCount remaining used limit resetAt }';

describe('the primary limit', () => {
  // The example of GitHub's own documentation: 5,101 requests are 51 points.
  it('prices a query by the published formula', async () => {
    const { github } = await startWorld();

    const answer = await clientOf(
      github,
      tokens.writer,
    )<RateLimit>(`{
      ${rateLimit}
      viewer { repositories(first: 100) { nodes { issues(first: 50) { nodes { labels(first: 60) { nodes { name } } } } } } }
    }`);

    expect(answer.rateLimit).toMatchObject({ cost: 51, nodeCount: 305_100, remaining: 4949, used: 51, limit: 5000 });
    expect(Date.parse(answer.rateLimit.resetAt)).toBeGreaterThan(Date.now());
  });

  // The other example: 50 + 50 x 20 + 50 x 20 x 10 + 50 x 20 + 50 x 20 x 10 + 10 nodes.
  it('counts the nodes that a query could return, through fragments and variables, without what is skipped', async () => {
    const { github } = await startWorld();

    const answer = await clientOf(github, tokens.writer)<RateLimit>(
      `query ($comments: Int!, $never: Boolean!) {
        ${rateLimit}
        viewer {
          repositories(first: 50) { nodes { ...Work issues(first: 20) { nodes { comments(last: $comments) { nodes { id } } } } } }
          followers(first: 10) { nodes { id } }
          following(first: 100) @include(if: $never) { nodes { id } }
        }
      }
      fragment Work on Repository { pullRequests(first: 20) { nodes { comments(last: $comments) { nodes { id } } } } }`,
      { comments: 10, never: false },
    );

    expect(answer.rateLimit.nodeCount).toBe(22_060);
  });

  it('is told in the headers of each answer', async () => {
    const { github } = await startWorld({ rateLimit: 10 });
    const ask = () =>
      fetch(github.graphqlUrl, {
        method: 'POST',
        headers: { authorization: `bearer ${tokens.writer}` },
        body: '{"query":"{ viewer { login } }"}',
      });
    await ask();

    const { headers } = await ask();

    expect(headers.get('x-ratelimit-limit')).toBe('10');
    expect(headers.get('x-ratelimit-remaining')).toBe('8');
    expect(headers.get('x-ratelimit-used')).toBe('2');
    expect(headers.get('x-ratelimit-resource')).toBe('graphql');
    expect(Number(headers.get('x-ratelimit-reset')) * 1000).toBeGreaterThan(Date.now());
  });

  it('is exceeded with HTTP 200 and RATE_LIMITED, for one person and until the hour is over', async () => {
    const { github } = await startWorld();
    github.setRateLimit('wanda', { remaining: 1 });
    const client = clientOf(github, tokens.writer);
    await client('{ viewer { login } }');

    const refusal = await refusalOf(client('{ viewer { login } }'));

    expect(refusal.errors).toMatchObject([{ type: 'RATE_LIMITED' }]);
    expect(refusal.headers['x-ratelimit-remaining']).toBe('0');
    expect(await clientOf(github, tokens.reader)('{ viewer { login } }')).toBeTruthy();
    github.clock.advance(3_600_000);
    expect(await client('{ viewer { login } }')).toBeTruthy();
  });

  it('can be asked for without running the query', async () => {
    const { github, repositoryId } = await startWorld();
    const answer = await clientOf(github, tokens.writer)(
      'query ($id: ID!) { rateLimit(dryRun: true) { cost } node(id: $id) { id } }',
      { id: repositoryId },
    );

    expect(answer).toEqual({ rateLimit: { cost: 1 } });
  });
});

describe('the secondary limits', () => {
  it('refuse too much content in a minute with 403 and retry-after, but not reading', async () => {
    const { github } = await startWorld({ secondaryLimits: { contentPerMinute: 2 } });
    github.seed.addIssue(repositoryName, { title: 'One' });
    const client = clientOf(github, tokens.writer);
    const { id } = github.repository(repositoryName).issue(1);
    const comment = () =>
      client('mutation ($id: ID!) { addComment(input: { subjectId: $id, body: "Hi" }) { clientMutationId } }', { id });
    await comment();
    await comment();

    const failure = await comment().catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(RequestError);
    expect(failure).toMatchObject({ status: 403, response: { headers: { 'retry-after': '60' } } });
    expect(String(failure)).toContain('secondary rate limit');
    expect(await client('{ viewer { login } }')).toBeTruthy();
    github.clock.advance(60_000);
    await comment();
    expect(github.repository(repositoryName).issue(1).comments).toHaveLength(3);
  });

  it('refuse too many requests at once', async () => {
    const { github } = await startWorld();
    github.setSecondaryLimits({ concurrent: 1 });
    const client = clientOf(github, tokens.writer);
    const query = '{ repository(owner: "acme", name: "widgets") { defaultBranchRef { target { oid } } } }';

    const results = await Promise.allSettled([client(query), client(query), client(query)]);

    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(results.some(({ status }) => status === 'rejected')).toBe(true);
  });
});
