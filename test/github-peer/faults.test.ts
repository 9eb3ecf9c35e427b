import { describe, expect, it } from '@jest/globals';
import { RequestError } from '@octokit/request-error';
import {
  addBranch,
  clientOf,
  openPullRequest,
  refusalOf,
  repositoryName,
  startWorld,
  tokens,
} from './support/world.ts';

async function failureOf(request: Promise<unknown>): Promise<Error> {
  return request.then(
    (data) => Promise.reject(new Error(`Nothing failed: ${JSON.stringify(data)}`)),
    (error: unknown) => error as Error,
  );
}

describe('an injected fault', () => {
  it.each([502, 504, 429, 403])('answers %d with the headers asked for, once, and then not again', async (status) => {
    const { github } = await startWorld();
    const client = clientOf(github, tokens.writer);
    const fault = github.fault({ status, headers: { 'retry-after': '7' } });

    const failure = await failureOf(client('{ viewer { login } }'));

    expect(failure).toBeInstanceOf(RequestError);
    expect(failure).toMatchObject({ status, response: { headers: { 'retry-after': '7' } } });
    expect(await client('{ viewer { login } }')).toEqual({ viewer: { login: 'wanda' } });
    expect(fault.hits).toBe(1);
  });

  it('meets only the field, path or request that it is meant for, as often as it is meant to', async () => {
    const { github } = await startWorld();
    const client = clientOf(github, tokens.writer);
    github.fault({ match: 'rateLimit', status: 502, times: 2 });
    github.fault({ match: '/rate_limit', status: 503 });
    const whole = github.fault({ match: ({ operationName }) => operationName === 'Bad', status: 500, times: Infinity });

    expect(await client('{ viewer { login } }')).toBeTruthy();
    await failureOf(client('{ rateLimit { cost } }'));
    await failureOf(client('{ rateLimit { cost } }'));
    expect(await client('{ rateLimit { cost } }')).toBeTruthy();
    expect((await fetch(`${github.url}/rate_limit`)).status).toBe(503);
    await failureOf(client('query Bad { viewer { login } }'));
    whole.remove();
    expect(await client('query Bad { viewer { login } }')).toBeTruthy();
  });

  it('keeps a mutation from having any effect', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    world.github.fault({ match: 'createPullRequest', status: 502 });

    await failureOf(openPullRequest(world, { headRefName: 'topic' }));

    expect(world.github.repository(repositoryName).pullRequests).toEqual([]);
  });

  it.each([
    ['a status', { status: 502 }],
    ['a lost connection', { reset: true }],
    ['half an answer', { truncate: true }],
  ])('takes %s in the place of the answer to a mutation that had its effect', async (_what, options) => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    world.github.fault({ match: 'createPullRequest', when: 'after', ...options });

    await failureOf(openPullRequest(world, { headRefName: 'topic' }));

    expect(world.github.repository(repositoryName).pullRequests).toHaveLength(1);
    await refusalOf(openPullRequest(world, { headRefName: 'topic' }));
  });

  it('is an error of GraphQL with HTTP 200', async () => {
    const { github } = await startWorld();
    github.fault({ error: { type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits for this query exceeded.' } });

    const refusal = await refusalOf(clientOf(github, tokens.writer)('{ viewer { login } }'));

    expect(refusal.errors).toMatchObject([{ type: 'RESOURCE_LIMITS_EXCEEDED' }]);
  });

  it('hangs until the client gives up, or delays', async () => {
    const { github } = await startWorld();
    const client = clientOf(github, tokens.writer);
    github.fault({ hang: true });
    github.fault({ delayMs: 120 });

    const signal = AbortSignal.timeout(80);
    await failureOf(client('{ viewer { login } }', { request: { signal } }));
    const startedAt = performance.now();
    await client('{ viewer { login } }');

    expect(signal.aborted).toBe(true);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(115);
  });

  it('goes when all are cleared, with the latency', async () => {
    const { github } = await startWorld();
    github.fault({ status: 502, times: Infinity });
    github.setLatency(60_000);
    github.clearFaults();

    expect(await clientOf(github, tokens.writer)('{ viewer { login } }')).toBeTruthy();
  });
});

describe('the log of requests', () => {
  it('says what was asked, by whom, with which answer and price, and can be emptied', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    world.github.resetRequests();

    await openPullRequest(world, { headRefName: 'topic' });
    await clientOf(world.github, tokens.reader)('query Who { me: viewer { login } rateLimit { cost } }');
    await fetch(`${world.github.url}/user`);

    expect(world.github.requests).toMatchObject([
      { kind: 'graphql', operation: 'mutation', fields: ['createPullRequest'], login: 'wanda', status: 200, points: 1 },
      {
        kind: 'graphql',
        operation: 'query',
        operationName: 'Who',
        fields: ['viewer', 'rateLimit'],
        login: 'rita',
        status: 200,
      },
      { kind: 'rest', method: 'GET', path: '/user', login: null, status: 401 },
    ]);
    world.github.resetRequests();
    expect(world.github.requests).toEqual([]);
  });
});
