import { describe, expect, it } from '@jest/globals';
import {
  clientOf,
  openPullRequest,
  addBranch,
  refusalOf,
  repositoryName,
  startWorld,
  tokens,
} from './support/world.ts';

async function worldWithIssue() {
  const world = await startWorld();
  const { id } = world.github.seed.addIssue(repositoryName, { title: 'One', body: 'Text', author: 'rita' });
  return { ...world, issueId: id, client: clientOf(world.github, tokens.writer) };
}

const addComment = `mutation ($id: ID!, $body: String!) {
  addComment(input: { subjectId: $id, body: $body, clientMutationId: "m1" }) {
    clientMutationId commentEdge { node { id url viewerDidAuthor createdAt updatedAt } } subject { id }
  }
}`;

interface AddedComment {
  readonly addComment: { readonly commentEdge: { readonly node: { readonly id: string; readonly url: string } } };
}

describe('a comment', () => {
  it('is added, moves the issue, and says who wrote it', async () => {
    const { github, client, issueId } = await worldWithIssue();
    const before = github.repository(repositoryName).issue(1).updatedAt;
    github.clock.advance(60_000);

    const answer = await client<AddedComment>(addComment, { id: issueId, body: 'Hello' });

    expect(answer).toMatchObject({
      addComment: {
        clientMutationId: 'm1',
        subject: { id: issueId },
        commentEdge: { node: { viewerDidAuthor: true } },
      },
    });
    expect(answer.addComment.commentEdge.node.url).toMatch(
      new RegExp(`^${github.url}/acme/widgets/issues/1#issuecomment-\\d+$`),
    );
    expect(github.repository(repositoryName).issue(1).updatedAt > before).toBe(true);
  });

  it('added twice with the same clientMutationId is there twice: it is no key', async () => {
    const { github, client, issueId } = await worldWithIssue();

    await client(addComment, { id: issueId, body: 'Hello' });
    await client(addComment, { id: issueId, body: 'Hello' });

    expect(github.repository(repositoryName).issue(1).comments).toHaveLength(2);
  });

  it('is edited in place, minimized and deleted', async () => {
    const { github, client, issueId } = await worldWithIssue();
    const { addComment: added } = await client<AddedComment>(addComment, { id: issueId, body: 'Hello' });
    const { id } = added.commentEdge.node;

    await client(
      'mutation ($id: ID!) { updateIssueComment(input: { id: $id, body: "Hello again" }) { clientMutationId } }',
      { id },
    );
    await client(
      'mutation ($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { clientMutationId } }',
      { id },
    );
    const [edited] = github.repository(repositoryName).issue(1).comments;
    await client('mutation ($id: ID!) { deleteIssueComment(input: { id: $id }) { clientMutationId } }', { id });

    expect(edited).toMatchObject({ id, author: 'wanda', body: 'Hello again', isMinimized: true });
    expect(edited?.lastEditedAt).not.toBeNull();
    expect(github.repository(repositoryName).issue(1).comments).toEqual([]);
  });

  it.each([
    ['empty', ' ', "Body can't be blank"],
    ['longer than 65,536 characters', 'x'.repeat(65_537), 'Body is too long (maximum is 65536 characters)'],
  ])('must not be %s', async (_what, body, message) => {
    const { client, issueId } = await worldWithIssue();

    const refusal = await refusalOf(client(addComment, { id: issueId, body }));

    expect(refusal.errors).toMatchObject([{ type: 'UNPROCESSABLE', path: ['addComment'], message }]);
  });

  it('may have 65,536 characters of any kind', async () => {
    const { github, client, issueId } = await worldWithIssue();
    const body = '😀'.repeat(65_536);

    await client(addComment, { id: issueId, body });

    expect(github.repository(repositoryName).issue(1).comments[0]?.body).toBe(body);
  });

  it('on a locked issue needs write access', async () => {
    const { github, client, issueId } = await worldWithIssue();
    await client('mutation ($id: ID!) { lockLockable(input: { lockableId: $id }) { clientMutationId } }', {
      id: issueId,
    });

    const refusal = await refusalOf(clientOf(github, tokens.reader)(addComment, { id: issueId, body: 'Hi' }));
    await client(addComment, { id: issueId, body: 'I may' });

    expect(refusal.errors).toMatchObject([{ type: 'FORBIDDEN' }]);
    expect(github.repository(repositoryName).issue(1).comments).toHaveLength(1);
  });

  it('can be reacted to once by each, and the reaction taken back', async () => {
    const { client, issueId } = await worldWithIssue();
    const react = (mutation: string) =>
      client<
        Record<
          string,
          { reactionGroups: { content: string; viewerHasReacted: boolean; reactors: { totalCount: number } }[] }
        >
      >(
        `mutation ($id: ID!) { ${mutation}(input: { subjectId: $id, content: EYES }) {
          reactionGroups { content viewerHasReacted reactors { totalCount } }
        } }`,
        { id: issueId },
      );
    const eyes = (answer: Awaited<ReturnType<typeof react>>) =>
      Object.values(answer)[0]?.reactionGroups.find(({ content }) => content === 'EYES');

    await react('addReaction');
    expect(eyes(await react('addReaction'))).toEqual({
      content: 'EYES',
      viewerHasReacted: true,
      reactors: { totalCount: 1 },
    });
    expect(eyes(await react('removeReaction'))).toMatchObject({ viewerHasReacted: false, reactors: { totalCount: 0 } });
  });
});

describe('an issue', () => {
  it('is edited, labelled, assigned, closed and reopened, each leaving its event', async () => {
    const { github, repositoryId, client, issueId } = await worldWithIssue();
    const made = await client<{ createLabel: { label: { id: string } } }>(
      'mutation ($id: ID!) { createLabel(input: { repositoryId: $id, name: "bug", color: "ff0000" }) { label { id } } }',
      { id: repositoryId },
    );
    const variables = { id: issueId, label: made.createLabel.label.id, wanda: github.seed.addUser('wanda').id };

    const answer = await client<{ reopenIssue: { issue: unknown } }>(
      `mutation ($id: ID!, $label: ID!, $wanda: ID!) {
        updateIssue(input: { id: $id, title: "Uno", body: "Testo" }) { actor { login } }
        addLabelsToLabelable(input: { labelableId: $id, labelIds: [$label] }) { clientMutationId }
        addAssigneesToAssignable(input: { assignableId: $id, assigneeIds: [$wanda] }) { clientMutationId }
        removeLabelsFromLabelable(input: { labelableId: $id, labelIds: [$label] }) { clientMutationId }
        closeIssue(input: { issueId: $id, stateReason: NOT_PLANNED }) { issue { state stateReason closed } }
        reopenIssue(input: { issueId: $id }) { issue {
          title body state stateReason closedAt assignees(first: 1) { nodes { login } } labels(first: 1) { totalCount }
          timelineItems(first: 10) { nodes { __typename ... on ClosedEvent { stateReason } ... on RenamedTitleEvent { previousTitle } } }
        } }
      }`,
      variables,
    );

    expect(answer).toMatchObject({
      updateIssue: { actor: { login: 'wanda' } },
      closeIssue: { issue: { state: 'CLOSED', stateReason: 'NOT_PLANNED', closed: true } },
      reopenIssue: {
        issue: {
          title: 'Uno',
          body: 'Testo',
          state: 'OPEN',
          stateReason: 'REOPENED',
          closedAt: null,
          assignees: { nodes: [{ login: 'wanda' }] },
          labels: { totalCount: 0 },
          timelineItems: {
            nodes: [
              { __typename: 'RenamedTitleEvent', previousTitle: 'One' },
              { __typename: 'LabeledEvent' },
              { __typename: 'AssignedEvent' },
              { __typename: 'UnlabeledEvent' },
              { __typename: 'ClosedEvent', stateReason: 'NOT_PLANNED' },
              { __typename: 'ReopenedEvent' },
            ],
          },
        },
      },
    });
  });

  it('is made with labels and assignees by those who may sort, and without by those who may read', async () => {
    const { github, repositoryId, client } = await worldWithIssue();
    const { id: label } = github.seed.addLabel(repositoryName, 'ghw');
    const create =
      'mutation ($input: CreateIssueInput!) { createIssue(input: $input) { issue { number author { login } labels(first: 1) { nodes { name } } } } }';
    const input = { repositoryId, title: 'Two' };

    const sorted = await client(create, { input: { ...input, labelIds: [label] } });
    const plain = await clientOf(github, tokens.reader)(create, { input });
    const refusal = await refusalOf(
      clientOf(github, tokens.reader)(create, { input: { ...input, labelIds: [label] } }),
    );

    expect(sorted).toEqual({
      createIssue: { issue: { number: 2, author: { login: 'wanda' }, labels: { nodes: [{ name: 'ghw' }] } } },
    });
    expect(plain).toMatchObject({ createIssue: { issue: { number: 3, author: { login: 'rita' } } } });
    expect(refusal.errors).toMatchObject([{ type: 'FORBIDDEN' }]);
  });

  it('gets one cross-reference from whatever mentions it, however often', async () => {
    const { github, client, issueId } = await worldWithIssue();
    await addBranch(github, 'topic', { 'a.txt': 'a\n' });
    const world = { github, repositoryId: github.repository(repositoryName).id };
    await openPullRequest(world, { headRefName: 'topic', body: `See #1 and ${github.url}/acme/widgets/issues/1` });
    github.seed.addComment(repositoryName, 2, { body: 'acme/widgets#1 again, but not `#1`' });

    const answer = await client(
      `query ($id: ID!) { node(id: $id) { ... on Issue { timelineItems(first: 5) {
        nodes { ... on CrossReferencedEvent { willCloseTarget source { ... on PullRequest { number } } } }
      } } } }`,
      { id: issueId },
    );

    expect(answer).toEqual({ node: { timelineItems: { nodes: [{ willCloseTarget: false, source: { number: 2 } }] } } });
  });
});
