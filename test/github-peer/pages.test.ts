import { describe, expect, it } from '@jest/globals';
import { addBranch, openPullRequest, repositoryName, startWorld, type World } from './support/world.ts';

async function pageOf({ github }: World, path: string) {
  const response = await fetch(github.url + path);
  return { status: response.status, url: response.url, html: await response.text(), headers: response.headers };
}

describe('the page', () => {
  it('of a pull request shows title, state, conversation, commits and the real diff', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'src/index.ts': 'export const one = 2;\n' });
    const { url } = await openPullRequest(world, {
      headRefName: 'topic',
      title: 'Two is better',
      body: 'Because **of** it',
    });
    world.github.seed.addComment(repositoryName, 1, { author: 'rita', body: 'Fine' });

    const { status, html } = await pageOf(world, new URL(url).pathname);

    expect(status).toBe(200);
    for (const shown of ['Two is better', '#1', 'Open', '<b>of</b>', 'Fine', 'rita', 'Work on topic', 'src/index.ts']) {
      expect(html).toContain(shown);
    }
    expect(html).toMatch(/class="del">-export const one = 1;</);
    expect(html).toMatch(/class="add">\+export const one = 2;</);
  });

  it('lets nothing of what people wrote become HTML, and nothing run', async () => {
    const world = await startWorld();
    const nasty = '<script>alert(1)</script><img src=x onerror="alert(2)">';
    await addBranch(world.github, 'topic', { '<b>.txt': `${nasty}\n` });
    await openPullRequest(world, {
      headRefName: 'topic',
      title: nasty,
      body: `${nasty}\n\n\`\`\`\n${nasty}\n\`\`\`\n\n- [x](javascript:alert(3)) \`${nasty}\``,
    });
    world.github.seed.addComment(repositoryName, 1, { body: nasty });
    world.github.seed.addIssue(repositoryName, { title: nasty, labels: [nasty] });

    for (const path of ['/acme/widgets/pull/1', '/acme/widgets/issues/2', '/acme/widgets']) {
      const { html, headers } = await pageOf(world, path);
      expect(html).toContain('&lt;script&gt;');
      expect(html).not.toMatch(/<script|<img|href="javascript/);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it('of an issue, its repository and all repositories lead to each other', async () => {
    const world = await startWorld();
    world.github.seed.addIssue(repositoryName, {
      title: 'One',
      body: '# Plan\n\n1. first\n2. second\n<!-- marker -->',
    });

    const issue = await pageOf(world, '/acme/widgets/issues/1');
    const repository = await pageOf(world, '/acme/widgets');
    const home = await pageOf(world, '/');

    expect(issue.html).toContain('href="/acme/widgets"');
    expect(issue.html).toContain('<li>second');
    expect(issue.html).not.toContain('marker');
    expect(repository.html).toContain('href="/acme/widgets/issues/1"');
    expect(repository.html).toContain(`git clone ${world.github.url}/acme/widgets.git`);
    expect(home.html).toContain('href="/acme/widgets"');
  });

  it("under an issue's address leads to the pull request of that number", async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    await openPullRequest(world, { headRefName: 'topic' });

    expect((await pageOf(world, '/acme/widgets/issues/1')).url).toBe(`${world.github.url}/acme/widgets/pull/1`);
  });

  it.each([
    '/acme/nothing',
    '/acme/widgets/issues/9',
    '/acme/widgets/wiki/1',
    '/acme/widgets/issues/1/more',
    '/../../etc/passwd',
  ])('at %s is not found', async (path) => {
    expect((await pageOf(await startWorld(), path)).status).toBe(404);
  });
});
