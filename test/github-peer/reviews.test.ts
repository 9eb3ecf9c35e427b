import { describe, expect, it } from '@jest/globals';
import { addBranch, clientOf, openPullRequest, refusalOf, startWorld, tokens, type World } from './support/world.ts';

async function worldWithPullRequest(): Promise<World & { pullRequestId: string; head: string }> {
  const world = await startWorld();
  const head = await addBranch(world.github, 'topic', {
    'src/index.ts': 'export const one = 1;\nexport const two = 2;\n',
  });
  const { id } = await openPullRequest(world, { headRefName: 'topic' });
  return { ...world, pullRequestId: id, head };
}

function review(
  { github, pullRequestId }: World & { pullRequestId: string },
  input: Record<string, unknown>,
  token: string = tokens.owner,
) {
  return clientOf(github, token)<{
    addPullRequestReview: { pullRequestReview: Record<string, unknown> & { id: string } };
  }>(
    `mutation ($input: AddPullRequestReviewInput!) {
      addPullRequestReview(input: $input) {
        pullRequestReview {
          id state body author { login } commit { oid } submittedAt
          comments(first: 5) { nodes { body path line } }
          pullRequest { reviewDecision }
        }
      }
    }`,
    { input: { pullRequestId, ...input } },
  );
}

describe('a review', () => {
  it('with threads is bound to the head commit and its lines', async () => {
    const world = await worldWithPullRequest();

    const { addPullRequestReview } = await review(world, {
      event: 'REQUEST_CHANGES',
      body: 'Two things',
      threads: [{ path: 'src/index.ts', line: 2, body: 'Why two?' }],
    });

    expect(addPullRequestReview.pullRequestReview).toMatchObject({
      state: 'CHANGES_REQUESTED',
      body: 'Two things',
      author: { login: 'acme' },
      commit: { oid: world.head },
      comments: { nodes: [{ body: 'Why two?', path: 'src/index.ts', line: 2 }] },
      pullRequest: { reviewDecision: 'CHANGES_REQUESTED' },
    });
  });

  it('decides only by those who may write, each by the latest opinion', async () => {
    const world = await worldWithPullRequest();

    const byReader = await review(world, { event: 'APPROVE' }, tokens.reader);
    await review(world, { event: 'REQUEST_CHANGES', body: 'No' });
    const byOwner = await review(world, { event: 'APPROVE' });
    const comment = await review(world, { event: 'COMMENT', body: 'By the way' });

    const decision = ({ addPullRequestReview }: typeof byOwner) => addPullRequestReview.pullRequestReview.pullRequest;
    expect(decision(byReader)).toEqual({ reviewDecision: null });
    expect(decision(byOwner)).toEqual({ reviewDecision: 'APPROVED' });
    expect(decision(comment)).toEqual({ reviewDecision: 'APPROVED' });
  });

  it('is pending without an event, seen by its author alone, and then submitted', async () => {
    const world = await worldWithPullRequest();
    const pending = await review(world, { body: 'Draft', threads: [{ path: 'src/index.ts', line: 1, body: 'Hm' }] });
    const count =
      'query ($id: ID!) { node(id: $id) { ... on PullRequest { reviews(first: 5) { totalCount } reviewThreads(first: 5) { totalCount } } } }';
    const seenBy = async (token: string) => clientOf(world.github, token)(count, { id: world.pullRequestId });

    expect(pending.addPullRequestReview.pullRequestReview).toMatchObject({ state: 'PENDING', submittedAt: null });
    expect(await seenBy(tokens.owner)).toEqual({
      node: { reviews: { totalCount: 1 }, reviewThreads: { totalCount: 1 } },
    });
    expect(await seenBy(tokens.writer)).toEqual({
      node: { reviews: { totalCount: 0 }, reviewThreads: { totalCount: 0 } },
    });
    expect((await refusalOf(review(world, { body: 'Another' }))).errors).toMatchObject([
      { message: 'User can only have one pending review per pull request' },
    ]);

    await clientOf(world.github, tokens.owner)(
      'mutation ($id: ID!) { submitPullRequestReview(input: { pullRequestReviewId: $id, event: COMMENT }) { clientMutationId } }',
      { id: pending.addPullRequestReview.pullRequestReview.id },
    );
    expect(await seenBy(tokens.writer)).toEqual({
      node: { reviews: { totalCount: 1 }, reviewThreads: { totalCount: 1 } },
    });
  });

  it.each([
    ['APPROVE', 'Can not approve your own pull request'],
    ['REQUEST_CHANGES', 'Can not request changes on your own pull request'],
  ])("of one's own pull request cannot %s", async (event, message) => {
    const world = await worldWithPullRequest();

    const refusal = await refusalOf(review(world, { event, body: 'Great' }, tokens.writer));

    expect(refusal.errors).toMatchObject([{ type: 'UNPROCESSABLE', path: ['addPullRequestReview'], message }]);
  });

  it("of one's own pull request may comment", async () => {
    const world = await worldWithPullRequest();

    const { addPullRequestReview } = await review(world, { event: 'COMMENT', body: 'Note' }, tokens.writer);

    expect(addPullRequestReview.pullRequestReview).toMatchObject({ state: 'COMMENTED' });
  });

  it.each([
    ['nothing', {}, "Body can't be blank"],
    [
      'a line outside the diff',
      { threads: [{ path: 'src/index.ts', line: 40, body: 'x' }] },
      'line must be part of the diff',
    ],
    ['a file outside the diff', { threads: [{ path: 'README.md', line: 1, body: 'x' }] }, 'path could not be resolved'],
    ['a commit of elsewhere', { body: 'x', commitOID: 'a'.repeat(40) }, 'Commit is not part of the pull request'],
  ])('cannot speak of %s', async (_what, input, message) => {
    const world = await worldWithPullRequest();

    const refusal = await refusalOf(review(world, { event: 'COMMENT', ...input }));

    expect(refusal.errors?.[0]?.message).toContain(message);
  });

  it('has threads that are answered, resolved, and outdated by the next push', async () => {
    const world = await worldWithPullRequest();
    await review(world, { event: 'COMMENT', threads: [{ path: 'src/index.ts', line: 2, body: 'Why two?' }] });
    const client = clientOf(world.github, tokens.writer);
    const threadsQuery = `query ($id: ID!) { node(id: $id) { ... on PullRequest { reviewThreads(first: 5) {
      nodes { id isResolved isOutdated resolvedBy { login } comments(first: 5) { nodes { body replyTo { body } } } }
    } } } }`;
    interface Threads {
      readonly node: { readonly reviewThreads: { readonly nodes: readonly { readonly id: string }[] } };
    }
    const { node } = await client<Threads>(threadsQuery, { id: world.pullRequestId });
    const threadId = node.reviewThreads.nodes[0]?.id;

    await client(
      `mutation ($id: ID!) {
        addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $id, body: "Because" }) { clientMutationId }
        resolveReviewThread(input: { threadId: $id }) { clientMutationId }
      }`,
      { id: threadId },
    );
    await addBranch(world.github, 'topic', { 'src/index.ts': 'export const one = 1;\n// two\n' });

    expect(await client(threadsQuery, { id: world.pullRequestId })).toEqual({
      node: {
        reviewThreads: {
          nodes: [
            {
              id: threadId,
              isResolved: true,
              isOutdated: true,
              resolvedBy: { login: 'wanda' },
              comments: {
                nodes: [
                  { body: 'Why two?', replyTo: null },
                  { body: 'Because', replyTo: { body: 'Why two?' } },
                ],
              },
            },
          ],
        },
      },
    });
  });

  it('is dismissed and counts no more', async () => {
    const world = await worldWithPullRequest();
    const { addPullRequestReview } = await review(world, { event: 'APPROVE' });

    const answer = await clientOf(world.github, tokens.writer)(
      `mutation ($id: ID!) {
        dismissPullRequestReview(input: { pullRequestReviewId: $id, message: "Stale" }) {
          pullRequestReview { state pullRequest { reviewDecision } }
        }
      }`,
      { id: addPullRequestReview.pullRequestReview.id },
    );

    expect(answer).toEqual({
      dismissPullRequestReview: { pullRequestReview: { state: 'DISMISSED', pullRequest: { reviewDecision: null } } },
    });
  });
});
