import { describe, expect, it } from '@jest/globals';
import { addBranch, clientOf, openPullRequest, repositoryName, startWorld, tokens } from './support/world.ts';

describe('queries', () => {
  it('answers who the token belongs to', async () => {
    const { github } = await startWorld();

    const answer = await clientOf(github, tokens.writer)('{ viewer { login __typename isViewer } }');

    expect(answer).toEqual({ viewer: { login: 'wanda', __typename: 'User', isViewer: true } });
  });

  it('gives the whole issue', async () => {
    const { github } = await startWorld();
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
    await openPullRequest(
      { github, repositoryId: github.repository(repositoryName).id },
      { headRefName: 'fix', body: 'Fixes #1' },
    );

    const answer = await clientOf(
      github,
      tokens.writer,
    )(`{
      repository(owner: "acme", name: "widgets") {
        nameWithOwner visibility viewerPermission defaultBranchRef { name target { oid } }
        issue(number: 1) {
          number title body bodyText state author { login __typename }
          labels(first: 10) { nodes { name } } assignees(first: 10) { nodes { login } } milestone { title }
          comments(first: 10) { totalCount nodes { body viewerDidAuthor author { login } } }
          closedByPullRequestsReferences(first: 5) { nodes { number headRefName } }
          timelineItems(first: 10, itemTypes: [CROSS_REFERENCED_EVENT]) {
            nodes { ... on CrossReferencedEvent { willCloseTarget source { ... on PullRequest { number } } } }
          }
        }
      }
    }`);

    expect(answer).toMatchObject({
      repository: {
        nameWithOwner: 'acme/widgets',
        visibility: 'PRIVATE',
        viewerPermission: 'WRITE',
        defaultBranchRef: { name: 'main' },
        issue: {
          title: 'It breaks',
          bodyText: 'Steps:\n\n1. run',
          author: { login: 'rita', __typename: 'User' },
          labels: { nodes: [{ name: 'bug' }, { name: 'ghw' }] },
          assignees: { nodes: [{ login: 'wanda' }] },
          milestone: { title: 'v1' },
          comments: {
            totalCount: 1,
            nodes: [{ body: 'I see it, too', viewerDidAuthor: true, author: { login: 'wanda' } }],
          },
          closedByPullRequestsReferences: { nodes: [{ number: 2, headRefName: 'fix' }] },
          timelineItems: { nodes: [{ willCloseTarget: true, source: { number: 2 } }] },
        },
      },
    });
  });
});
