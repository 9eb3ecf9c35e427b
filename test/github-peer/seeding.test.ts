import { describe, expect, it } from '@jest/globals';
import {
  addBranch,
  clientOf,
  repositoryName,
  startGitHub,
  startWorld,
  temporaryDirectory,
  tokens,
} from './support/world.ts';

describe('seeding', () => {
  it('does what people do, and shows it', async () => {
    const { github } = await startWorld();
    const { seed } = github;
    const repository = github.repository(repositoryName);
    seed.addIssue(repositoryName, { title: 'One', author: 'rita' });
    const comment = seed.addComment(repositoryName, 1, { author: 'rita', body: 'Hi' });
    await addBranch(github, 'topic', { 'a.txt': 'a\n' });
    await seed.addPullRequest(repositoryName, { headRefName: 'topic', title: 'A', body: 'Closes #1', author: 'wanda' });

    seed.editIssue(repositoryName, 1, { title: 'Uno', editor: 'wanda' });
    seed.editComment(comment.id, 'Hello');
    seed.setLabels(repositoryName, 1, ['ghw']);
    seed.closeIssue(repositoryName, 1, 'NOT_PLANNED');
    const closed = repository.issue(1);
    seed.reopenIssue(repositoryName, 1);
    await seed.mergePullRequest(repositoryName, 2, 'SQUASH');

    expect(closed).toMatchObject({ state: 'CLOSED', stateReason: 'NOT_PLANNED' });
    expect(repository.issue(1)).toMatchObject({
      title: 'Uno',
      state: 'CLOSED',
      stateReason: 'COMPLETED',
      labels: ['ghw'],
      comments: [{ author: 'rita', body: 'Hello' }],
    });
    expect(repository.pullRequest(2)).toMatchObject({ author: 'wanda', state: 'MERGED' });
    expect(await repository.git(['show', 'main:a.txt'])).toBe('a');
    expect(await repository.diff(2)).toContain('+a');
  });

  it('closes a pull request without merging', async () => {
    const { github } = await startWorld();
    await addBranch(github, 'topic', { 'a.txt': 'a\n' });
    await github.seed.addPullRequest(repositoryName, { headRefName: 'topic', title: 'A' });

    github.seed.closePullRequest(repositoryName, 1);

    expect(github.repository(repositoryName).pullRequest(1)).toMatchObject({ state: 'CLOSED', mergeCommitOid: null });
  });

  it('takes a permission or a token away at once', async () => {
    const { github } = await startWorld();
    const read = () =>
      clientOf(github, tokens.reader)('{ repository(owner: "acme", name: "widgets") { viewerPermission } }');
    expect(await read()).toEqual({ repository: { viewerPermission: 'READ' } });

    github.seed.setPermission(repositoryName, 'rita', null);
    await expect(read()).rejects.toThrow('Could not resolve to a Repository');
    github.seed.revokeToken(tokens.reader);
    await expect(read()).rejects.toThrow('Bad credentials');
  });

  it('leaves nothing behind of a repository that cannot be imported', async () => {
    const { github } = await startWorld();
    const empty = await temporaryDirectory();
    const add = () => github.seed.addRepository({ owner: 'acme', name: 'broken', fromGitRepository: empty });

    await expect(add()).rejects.toThrow('not a git repository');

    expect(github.hasRepository('acme/broken')).toBe(false);
  });

  it('refuses what is there already or not there at all', async () => {
    const { github } = await startWorld();

    await expect(github.seed.addRepository({ owner: 'acme', name: 'Widgets' })).rejects.toThrow('exists already');
    expect(() => github.seed.addIssue('acme/gadgets', { title: 'x' })).toThrow('no repository acme/gadgets');
    expect(() => github.repository('acme/gadgets')).toThrow('no repository acme/gadgets');
    expect(() => github.seed.closeIssue(repositoryName, 7)).toThrow('no issue or pull request 7');
  });
});

describe('two servers on one machine', () => {
  it('know nothing of each other, and one on the same data goes on where the first stopped', async () => {
    const dataDirectory = await temporaryDirectory();
    const first = await startGitHub({ dataDirectory });
    const other = await startWorld();
    await first.seed.addRepository({ owner: 'acme', name: 'first', files: { 'a.txt': 'a\n' } });
    first.seed.addIssue('acme/first', { title: 'Kept' });
    await first.stop();

    const second = await startGitHub({ dataDirectory });

    expect(second.repository('acme/first').issue(1).title).toBe('Kept');
    expect(other.github.hasRepository('acme/first')).toBe(false);
  });
});
