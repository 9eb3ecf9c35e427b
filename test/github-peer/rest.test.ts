import { describe, expect, it } from '@jest/globals';
import { request } from '@octokit/request';
import { addBranch, openPullRequest, repositoryName, startWorld, tokens, type World } from './support/world.ts';

function restOf({ github }: World, token: string) {
  return request.defaults({ baseUrl: github.url, headers: { authorization: `token ${token}` } });
}

const permissionRoute = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
const widgets = { owner: 'acme', repo: 'widgets' };

describe("a collaborator's permission", () => {
  it.each([
    ['acme', 'admin', 'admin'],
    ['mia', 'write', 'maintain'],
    ['wanda', 'write', 'write'],
    ['tom', 'read', 'triage'],
    ['rita', 'read', 'read'],
    ['sam', 'none', 'none'],
  ])('of %s is %s with the role %s', async (username, permission, role_name) => {
    const world = await startWorld();
    world.github.seed.setPermission(repositoryName, 'mia', 'MAINTAIN');
    world.github.seed.setPermission(repositoryName, 'tom', 'TRIAGE');

    const { data } = await restOf(world, tokens.writer)(permissionRoute, { ...widgets, username });

    expect(data).toMatchObject({ permission, role_name, user: { login: username } });
  });

  it('follows a change at once', async () => {
    const world = await startWorld();
    world.github.seed.setPermission(repositoryName, 'wanda', null);

    const { data } = await restOf(world, tokens.owner)(permissionRoute, { ...widgets, username: 'wanda' });

    expect(data).toMatchObject({ permission: 'none' });
  });

  it.each([
    ['an unknown login', tokens.writer, { ...widgets, username: 'nobody-here' }],
    ['an unknown repository', tokens.writer, { owner: 'acme', repo: 'gadgets', username: 'rita' }],
    ['a repository that the token cannot see', tokens.stranger, { ...widgets, username: 'rita' }],
  ])('is 404 for %s', async (_what, token, route) => {
    const world = await startWorld();

    await expect(restOf(world, token)(permissionRoute, route)).rejects.toMatchObject({ status: 404 });
  });
});

describe('a pull request', () => {
  async function worldWithPullRequest() {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'src/index.ts': 'export const one = 2;\n' });
    await openPullRequest(world, { headRefName: 'topic', title: 'Two' });
    const get = (format: string) =>
      restOf(world, tokens.reader)('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
        ...widgets,
        pull_number: 1,
        mediaType: { format },
      });
    return { world, get };
  }

  it('is a unified diff for those who accept one', async () => {
    const { get } = await worldWithPullRequest();

    const { data, headers } = await get('diff');

    expect(headers['content-type']).toContain('application/vnd.github.diff');
    expect(data).toContain('diff --git a/src/index.ts b/src/index.ts');
    expect(data).toContain('-export const one = 1;\n+export const one = 2;\n');
  });

  it('is a series of patches for those who accept one', async () => {
    const { get } = await worldWithPullRequest();

    const { data } = await get('patch');

    expect(data).toMatch(/^From [0-9a-f]{40} /);
    expect(data).toContain('Subject: [PATCH] Work on topic');
  });

  it('is JSON otherwise', async () => {
    const { world, get } = await worldWithPullRequest();
    const branches = await world.github.repository(repositoryName).branches();

    const { data } = await get('json');

    expect(data).toMatchObject({
      number: 1,
      title: 'Two',
      state: 'open',
      head: { ref: 'topic', sha: branches.topic },
      base: { ref: 'main', sha: branches.main },
    });
  });
});

describe('the other routes', () => {
  it("redirect to a job's log", async () => {
    const world = await startWorld();
    const { main = '' } = await world.github.repository(repositoryName).branches();
    const { databaseId } = world.github.seed.addCheckRun(repositoryName, {
      oid: main,
      name: 'test',
      conclusion: 'FAILURE',
      log: 'line 1\nError\n',
    });
    const address = `${world.github.url}/repos/acme/widgets/actions/jobs/${databaseId}/logs`;
    const headers = { authorization: `token ${tokens.reader}` };

    const redirect = await fetch(address, { headers, redirect: 'manual' });
    const followed = await fetch(address, { headers });

    expect(redirect.status).toBe(302);
    expect(redirect.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/_logs\//);
    expect(await followed.text()).toBe('line 1\nError\n');
    expect((await fetch(address.replace(String(databaseId), '7'), { headers })).status).toBe(404);
  });

  it('say who one is and what one may still ask', async () => {
    const world = await startWorld();

    const user = await restOf(world, tokens.bot)('GET /user');
    const rate = await restOf(world, tokens.bot)('GET /rate_limit');

    expect(user.data).toMatchObject({ login: 'ghw-app[bot]', type: 'Bot' });
    expect(user.headers['x-ratelimit-remaining']).toBe('4999');
    expect(rate.data).toMatchObject({ resources: { core: { remaining: 4999 }, graphql: { remaining: 5000 } } });
  });

  it.each([
    ['without a token', {}, 'Requires authentication'],
    ['with a token that is none', { authorization: 'token wrong' }, 'Bad credentials'],
  ])('answer 401 %s', async (_how, headers, message) => {
    const { github } = await startWorld();

    const response = await fetch(`${github.url}/user`, { headers });

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ message });
  });

  it('answer 404 to what they do not know', async () => {
    const world = await startWorld();

    await expect(restOf(world, tokens.writer)('GET /repos/{owner}/{repo}/stargazers', widgets)).rejects.toMatchObject({
      status: 404,
    });
    await expect(
      restOf(world, tokens.writer)('POST /repos/{owner}/{repo}/issues', { ...widgets, title: 'x' }),
    ).rejects.toMatchObject({ status: 404 });
  });
});
