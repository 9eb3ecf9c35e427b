import { describe, expect, it } from '@jest/globals';
import {
  addBranch,
  clientOf,
  openPullRequest,
  refusalOf,
  repositoryName,
  startWorld,
  tokens,
  type World,
} from './support/world.ts';

const ofPullRequest = (fields: string) =>
  `query ($number: Int!) { repository(owner: "acme", name: "widgets") { pullRequest(number: $number) { ${fields} } } }`;

async function read(world: World, number: number, fields: string): Promise<Record<string, unknown>> {
  const answer = await clientOf(world.github, tokens.writer)<{ repository: { pullRequest: Record<string, unknown> } }>(
    ofPullRequest(fields),
    { number },
  );
  return answer.repository.pullRequest;
}

function merge(world: World, input: Record<string, unknown>, token: string = tokens.writer) {
  return clientOf(world.github, token)<{ mergePullRequest: { pullRequest: Record<string, unknown> } }>(
    `mutation ($input: MergePullRequestInput!) {
      mergePullRequest(input: $input) { pullRequest { state merged mergedBy { login } mergeCommit { oid parents(first: 2) { totalCount } } } }
    }`,
    { input },
  );
}

async function oid(world: World, revision: string): Promise<string> {
  return world.github.repository(repositoryName).git(['rev-parse', revision]);
}

describe('a pull request', () => {
  it('shows the real commits and differences of the remote', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'src/index.ts': 'export const one = 1;\nexport const two = 2;\n' });
    await world.github.seed.addCommit(repositoryName, 'topic', {
      message: 'Remove the README\n\nNobody read it.',
      files: { 'README.md': null, 'docs/new file.md': '# New\n' },
    });
    const { number } = await openPullRequest(world, { headRefName: 'topic', draft: true });

    const shown = await read(
      world,
      number,
      `state isDraft headRefName baseRefName headRefOid baseRefOid additions deletions changedFiles mergeable isCrossRepository
       commits(first: 10) { totalCount nodes { commit { messageHeadline messageBody } } }
       files(first: 10) { nodes { path additions deletions changeType } }`,
    );

    expect(shown).toEqual({
      state: 'OPEN',
      isDraft: true,
      headRefName: 'topic',
      baseRefName: 'main',
      headRefOid: await oid(world, 'topic'),
      baseRefOid: await oid(world, 'main'),
      additions: 2,
      deletions: 1,
      changedFiles: 3,
      mergeable: 'MERGEABLE',
      isCrossRepository: false,
      commits: {
        totalCount: 2,
        nodes: [
          { commit: { messageHeadline: 'Work on topic', messageBody: '' } },
          { commit: { messageHeadline: 'Remove the README', messageBody: 'Nobody read it.' } },
        ],
      },
      files: {
        nodes: [
          { path: 'README.md', additions: 0, deletions: 1, changeType: 'DELETED' },
          { path: 'docs/new file.md', additions: 1, deletions: 0, changeType: 'ADDED' },
          { path: 'src/index.ts', additions: 1, deletions: 0, changeType: 'MODIFIED' },
        ],
      },
    });
  });

  it('shows a renamed file as renamed', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'src/index.ts': null as never, 'src/main.ts': 'export const one = 1;\n' });
    const { number } = await openPullRequest(world, { headRefName: 'topic' });

    const shown = await read(world, number, 'files(first: 5) { nodes { path changeType } }');

    expect(shown).toEqual({ files: { nodes: [{ path: 'src/main.ts', changeType: 'RENAMED' }] } });
  });

  it('does not count what its base has gained since', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    const { number } = await openPullRequest(world, { headRefName: 'topic' });
    await world.github.seed.addCommit(repositoryName, 'main', { message: 'Elsewhere', files: { 'b.txt': 'b\n' } });

    const shown = await read(world, number, 'changedFiles baseRefOid mergeable commits(first: 5) { totalCount }');

    expect(shown).toEqual({
      changedFiles: 1,
      baseRefOid: await oid(world, 'main'),
      mergeable: 'MERGEABLE',
      commits: { totalCount: 1 },
    });
  });

  it('conflicts with its base when both changed the same lines', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'src/index.ts': 'export const one = 2;\n' });
    const { id, number } = await openPullRequest(world, { headRefName: 'topic' });
    await world.github.seed.addCommit(repositoryName, 'main', {
      message: 'Mine',
      files: { 'src/index.ts': 'export const one = 3;\n' },
    });

    const shown = await read(world, number, 'mergeable mergeStateStatus');
    const refusal = await refusalOf(merge(world, { pullRequestId: id }));

    expect(shown).toEqual({ mergeable: 'CONFLICTING', mergeStateStatus: 'DIRTY' });
    expect(refusal.errors).toMatchObject([{ type: 'UNPROCESSABLE', message: 'Pull Request is not mergeable' }]);
  });

  it('takes the head also as owner:branch', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });

    const { number } = await openPullRequest(world, { headRefName: 'acme:topic' });

    expect(world.github.repository(repositoryName).pullRequest(number).headRefName).toBe('topic');
  });

  it('is edited, closed and reopened, each leaving its event', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    const { id, number } = await openPullRequest(world, { headRefName: 'topic', draft: true });
    const client = clientOf(world.github, tokens.writer);
    const act = (mutation: string, input: Record<string, unknown> = {}) =>
      client(
        `mutation ($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { pullRequest { state isDraft } } }`,
        {
          input: { pullRequestId: id, ...input },
        },
      );

    await act('updatePullRequest', { title: 'Better', body: 'More' });
    expect(await act('markPullRequestReadyForReview')).toMatchObject({
      markPullRequestReadyForReview: { pullRequest: { isDraft: false } },
    });
    expect(await act('convertPullRequestToDraft')).toMatchObject({
      convertPullRequestToDraft: { pullRequest: { isDraft: true } },
    });
    expect(await act('closePullRequest')).toMatchObject({ closePullRequest: { pullRequest: { state: 'CLOSED' } } });
    expect(await act('reopenPullRequest')).toMatchObject({ reopenPullRequest: { pullRequest: { state: 'OPEN' } } });

    expect(world.github.repository(repositoryName).pullRequest(number)).toMatchObject({
      title: 'Better',
      body: 'More',
      state: 'OPEN',
    });
    expect(await read(world, number, 'timelineItems(first: 10) { nodes { __typename } }')).toEqual({
      timelineItems: {
        nodes: [
          { __typename: 'RenamedTitleEvent' },
          { __typename: 'ReadyForReviewEvent' },
          { __typename: 'ConvertToDraftEvent' },
          { __typename: 'ClosedEvent' },
          { __typename: 'ReopenedEvent' },
        ],
      },
    });
  });

  it('can be opened again for the same branch once the first is closed, but then not reopened', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    const first = await openPullRequest(world, { headRefName: 'topic' });
    const client = clientOf(world.github, tokens.writer);
    await client('mutation ($id: ID!) { closePullRequest(input: { pullRequestId: $id }) { clientMutationId } }', {
      id: first.id,
    });
    await openPullRequest(world, { headRefName: 'topic' });

    const refusal = await refusalOf(
      client('mutation ($id: ID!) { reopenPullRequest(input: { pullRequestId: $id }) { clientMutationId } }', {
        id: first.id,
      }),
    );

    expect(refusal.errors).toMatchObject([{ message: 'A pull request already exists for acme:topic.' }]);
  });

  it('carries the checks of its head commit', async () => {
    const world = await startWorld();
    const head = await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    const { number } = await openPullRequest(world, { headRefName: 'topic' });
    const rollup = `statusCheckRollup {
      state
      contexts(first: 5) {
        totalCount checkRunCountsByState { state count }
        nodes { ... on CheckRun { name conclusion annotations(first: 1) { nodes { path message } } } ... on StatusContext { context state } }
      }
    }`;
    const before = await read(world, number, rollup);

    world.github.seed.addCheckRun(repositoryName, { oid: head, name: 'test' });
    const running = await read(world, number, 'statusCheckRollup { state }');
    const annotation = {
      path: 'a.txt',
      startLine: 1,
      endLine: 1,
      level: 'FAILURE',
      message: 'Not good',
      title: null,
    } as const;
    world.github.seed.addCheckRun(repositoryName, {
      oid: head,
      name: 'test',
      conclusion: 'FAILURE',
      annotations: [annotation],
    });
    world.github.seed.addStatus(repositoryName, { oid: head, context: 'ci/lint', state: 'SUCCESS' });
    const failed = await read(world, number, rollup);

    expect(before).toEqual({ statusCheckRollup: null });
    expect(running).toEqual({ statusCheckRollup: { state: 'PENDING' } });
    expect(failed).toEqual({
      statusCheckRollup: {
        state: 'FAILURE',
        contexts: {
          totalCount: 2,
          checkRunCountsByState: [{ state: 'FAILURE', count: 1 }],
          nodes: [
            { name: 'test', conclusion: 'FAILURE', annotations: { nodes: [{ path: 'a.txt', message: 'Not good' }] } },
            { context: 'ci/lint', state: 'SUCCESS' },
          ],
        },
      },
    });
  });
});

describe('merging', () => {
  it.each([
    ['MERGE', 2],
    ['SQUASH', 1],
    ['REBASE', 1],
  ] as const)(
    'by %s really moves the base, closes the issue and keeps the pull request as it was',
    async (mergeMethod, parents) => {
      const world = await startWorld();
      world.github.seed.addIssue(repositoryName, { title: 'One' });
      const head = await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
      const { id, number } = await openPullRequest(world, { headRefName: 'topic', body: 'Closes #1' });

      const merged = await merge(world, { pullRequestId: id, mergeMethod, expectedHeadOid: head });

      const main = await oid(world, 'main');
      expect(merged.mergePullRequest.pullRequest).toEqual({
        state: 'MERGED',
        merged: true,
        mergedBy: { login: 'wanda' },
        mergeCommit: { oid: main, parents: { totalCount: parents } },
      });
      expect(await world.github.repository(repositoryName).git(['show', 'main:a.txt'])).toBe('a');
      expect(world.github.repository(repositoryName).issue(1)).toMatchObject({
        state: 'CLOSED',
        stateReason: 'COMPLETED',
      });
      expect(await read(world, number, 'headRefOid changedFiles commits(first: 5) { totalCount }')).toEqual({
        headRefOid: head,
        changedFiles: 1,
        commits: { totalCount: 1 },
      });
    },
  );

  it('joins two histories that do not conflict', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    const { id } = await openPullRequest(world, { headRefName: 'topic' });
    await world.github.seed.addCommit(repositoryName, 'main', { message: 'Elsewhere', files: { 'b.txt': 'b\n' } });

    await merge(world, { pullRequestId: id });

    const files = await world.github.repository(repositoryName).git(['ls-tree', '-r', '--name-only', 'main']);
    expect(files.split('\n')).toEqual(['README.md', 'a.txt', 'b.txt', 'src/index.ts']);
  });

  it.each([
    ['a draft', { draft: true }, {}, 'Pull Request is still a draft'],
    [
      'an unexpected head',
      {},
      { expectedHeadOid: 'a'.repeat(40) },
      'Head branch was modified. Review and try the merge again.',
    ],
  ])('refuses %s', async (_what, opened, input, message) => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    const { id } = await openPullRequest(world, { headRefName: 'topic', ...opened });
    const before = await oid(world, 'main');

    const refusal = await refusalOf(merge(world, { pullRequestId: id, ...input }));

    expect(refusal.errors).toMatchObject([{ type: 'UNPROCESSABLE', path: ['mergePullRequest'], message }]);
    expect(await oid(world, 'main')).toBe(before);
  });

  it('refuses a method that the repository does not allow, a second time, and a closed one', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    const { id } = await openPullRequest(world, { headRefName: 'topic' });
    world.github.seed.setRepository(repositoryName, { allowedMergeMethods: ['SQUASH'] });

    const wrongMethod = await refusalOf(merge(world, { pullRequestId: id }));
    await merge(world, { pullRequestId: id, mergeMethod: 'SQUASH' });
    const again = await refusalOf(merge(world, { pullRequestId: id, mergeMethod: 'SQUASH' }));

    expect(wrongMethod.errors).toMatchObject([{ message: 'Merge commits are not allowed on this repository.' }]);
    expect(again.errors).toMatchObject([{ message: 'Pull request is already merged' }]);
  });

  it('refuses somebody who may only read', async () => {
    const world = await startWorld();
    await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
    const { id } = await openPullRequest(world, { headRefName: 'topic' });

    const refusal = await refusalOf(merge(world, { pullRequestId: id }, tokens.reader));

    expect(refusal.errors).toMatchObject([{ type: 'FORBIDDEN' }]);
  });
});
