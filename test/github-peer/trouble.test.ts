import { describe, expect, it } from '@jest/globals';
import { RequestError } from '@octokit/request-error';
import { clientOf, refusalOf, startWorld, tokens } from './support/world.ts';

const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { name pullRequests(first: 10) { nodes { id } } } } }`;

async function startFleet() {
  const world = await startWorld();
  const fleet = await world.github.seed.addFleet({
    ...{ owner: 'acme', name: 'fleet', repositories: 3, pullRequests: 2 },
    checks: () => [{ name: 'build', conclusion: 'SUCCESS' }, { name: 'test' }],
  });
  const ids = fleet.map(({ id }) => id);
  const ask = () => clientOf(world.github, tokens.writer)(query, { ids });
  return { ...world, fleet, ids, ask };
}

describe('a fleet', () => {
  it('is real: branches, pull requests and checks, of which one can be pushed to without the others', async () => {
    const { fleet, github } = await startFleet();
    const [first, second] = fleet.map(({ nameWithOwner }) => github.repository(nameWithOwner));

    await github.seed.addCommit('acme/fleet-1', 'topic-1', { message: 'More', files: { 'more.txt': 'x\n' } });

    expect(Object.keys((await first?.branches()) ?? {})).toEqual(['main', 'topic-1', 'topic-2']);
    expect(await first?.diff(1)).toContain('+x');
    expect(first?.pullRequest(1).headRefOid).not.toBe(second?.pullRequest(1).headRefOid);
    expect(second?.pullRequests).toHaveLength(2);
    expect(second?.pullRequest(1).headRefOid).toBe(fleet[1]?.pullRequests[0]?.headOid);
  });
});

describe('a repository in trouble', () => {
  it.each([
    ['not_found', 'NOT_FOUND'],
    ['forbidden', 'FORBIDDEN'],
    ['resource_limits', 'RESOURCE_LIMITS_EXCEEDED'],
  ] as const)('is missing from an answer that has the others: %s', async (kind, type) => {
    const { ask, github } = await startFleet();
    github.trouble('acme/fleet-2', { kind });

    const { data, errors } = await refusalOf(ask());

    expect(errors).toMatchObject([{ type, path: ['nodes', 1] }]);
    expect(data).toMatchObject({ nodes: [{ name: 'fleet-1' }, null, { name: 'fleet-3' }] });
  });

  it('takes the whole request with it where it takes too long, and costs points twice', async () => {
    const { ask, github } = await startFleet();
    github.trouble('acme/fleet-2', { kind: 'time_out', status: 502 });

    const failure = await ask().catch((error: unknown) => error);
    github.trouble('acme/fleet-2', null);
    const { rateLimit } = await clientOf(
      github,
      tokens.writer,
    )<{ rateLimit: { used: number } }>('{ rateLimit { used } }');

    expect(failure).toBeInstanceOf(RequestError);
    expect(failure).toMatchObject({ status: 502 });
    expect(rateLimit.used).toBe(3);
  });

  it('is refused as one too many, with the time to wait, by GraphQL and REST', async () => {
    const { ask, github } = await startFleet();
    github.trouble('acme/fleet-2', { kind: 'rate_limited', retryAfterSeconds: 7, status: 429 });

    const failure = await ask().catch((error: unknown) => error);
    const rest = await fetch(`${github.url}/repos/acme/fleet-2/pulls`, {
      headers: { authorization: `bearer ${tokens.writer}` },
    });

    expect(failure).toMatchObject({ status: 429, response: { headers: { 'retry-after': '7' } } });
    expect([rest.status, rest.headers.get('retry-after')]).toEqual([429, '7']);
  });
});

describe('what a request asks for', () => {
  it('is too much at once: the end of the list is refused', async () => {
    const { ask, github } = await startFleet();
    // Three repositories with ten pull requests each come to 33 nodes.
    github.setProcessingLimit({ nodes: 22, shows: 'partial' });

    const { data, errors } = await refusalOf(ask());

    expect(errors).toMatchObject([{ type: 'RESOURCE_LIMITS_EXCEEDED', path: ['nodes', 2] }]);
    expect(data).toMatchObject({ nodes: [{ name: 'fleet-1' }, { name: 'fleet-2' }, null] });
  });

  it('is too much at once: there is no answer', async () => {
    const { ask, github } = await startFleet();
    github.setProcessingLimit({ nodes: 22, shows: 'time_out' });

    expect(await ask().catch((error: unknown) => error)).toMatchObject({ status: 502 });
  });
});
