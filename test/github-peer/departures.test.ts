import { describe, expect, it } from '@jest/globals';
import { clientOf, refusalOf, repositoryName, startWorld, tokens, type World } from './support/world.ts';

const elsewhere = 'acme/gadgets';

async function worldWithIssue() {
  const world = await startWorld();
  await world.github.seed.addRepository({ owner: 'acme', name: 'gadgets', permissions: { wanda: 'WRITE' } });
  world.github.seed.addIssue(elsewhere, { title: 'Was here first' });
  const issue = world.github.seed.addIssue(repositoryName, {
    ...{ title: 'It breaks', body: 'Always.', author: 'rita', labels: ['bug', 'ghw'] },
    createdAt: '2026-01-01T00:00:00Z',
  });
  return { ...world, issue };
}

function rest({ github }: World, path: string, token: string) {
  return fetch(`${github.url}${path}`, { headers: { authorization: `token ${token}` } });
}

const issueOf = (number: number) => `/repos/${repositoryName}/issues/${number}`;

describe('a deleted issue', () => {
  it('is in no list and behind no id, and REST says that it was deleted', async () => {
    const world = await worldWithIssue();
    const client = clientOf(world.github, tokens.owner);

    await client('mutation ($id: ID!) { deleteIssue(input: { issueId: $id }) { repository { name } } }', {
      id: world.issue.id,
    });

    expect(await client('{ repository(owner: "acme", name: "widgets") { issues { totalCount } } }')).toEqual({
      repository: { issues: { totalCount: 0 } },
    });
    const { errors } = await refusalOf(client('query ($id: ID!) { node(id: $id) { id } }', { id: world.issue.id }));
    expect(errors).toMatchObject([{ type: 'NOT_FOUND' }]);
    expect((await rest(world, issueOf(1), tokens.owner)).status).toBe(410);
  });

  it('leaves its number to no other', async () => {
    const { github, issue } = await worldWithIssue();
    github.seed.deleteIssue(repositoryName, issue.number);

    expect(github.seed.addIssue(repositoryName, { title: 'Next' }).number).toBe(2);
  });

  it('takes the mentions of it along', async () => {
    const { github, issue } = await worldWithIssue();
    const other = github.seed.addIssue(repositoryName, { title: 'Other' });
    github.seed.addComment(repositoryName, issue.number, { body: `See #${other.number}` });

    github.seed.deleteIssue(repositoryName, issue.number);

    const answer = await clientOf(github, tokens.reader)(
      `query ($id: ID!) {
        node(id: $id) { ... on Issue { timelineItems(first: 5) { nodes { __typename } } } }
      }`,
      { id: other.id },
    );
    expect(answer).toEqual({ node: { timelineItems: { nodes: [] } } });
  });

  it('can only be deleted by an administrator', async () => {
    const { github, issue } = await worldWithIssue();
    const request = clientOf(github, tokens.writer)(
      'mutation ($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }',
      { id: issue.id },
    );

    expect((await refusalOf(request)).errors).toMatchObject([{ type: 'FORBIDDEN' }]);
  });
});

describe('a transferred issue', () => {
  it('is another one in another place, with its texts, its date and the labels that are known there', async () => {
    const { github, issue } = await worldWithIssue();
    github.seed.addComment(repositoryName, issue.number, { author: 'wanda', body: 'I see it' });
    github.seed.addLabel(elsewhere, 'bug');

    const { transferIssue } = await clientOf(github, tokens.writer)<{
      transferIssue: { issue: { id: string } };
    }>(
      `mutation ($id: ID!, $to: ID!) {
        transferIssue(input: { issueId: $id, repositoryId: $to }) {
          issue {
            id number title body createdAt author { login } repository { nameWithOwner }
            labels(first: 5) { nodes { name } } comments(first: 5) { nodes { body author { login } } }
          }
        }
      }`,
      { id: issue.id, to: github.repository(elsewhere).id },
    );

    expect(transferIssue.issue).toMatchObject({
      number: 2,
      title: 'It breaks',
      body: 'Always.',
      createdAt: '2026-01-01T00:00:00Z',
      author: { login: 'rita' },
      repository: { nameWithOwner: elsewhere },
      labels: { nodes: [{ name: 'bug' }] },
      comments: { nodes: [{ body: 'I see it', author: { login: 'wanda' } }] },
    });
    expect(transferIssue.issue.id).not.toBe(issue.id);
  });

  it('is redirected to by REST, for those who may see it there', async () => {
    const world = await worldWithIssue();
    world.github.seed.setRepository(elsewhere, { isPrivate: true });
    world.github.seed.transferIssue(repositoryName, world.issue.number, elsewhere);

    const seen = await rest(world, issueOf(1), tokens.writer);
    const hidden = await rest(world, issueOf(1), tokens.reader);

    expect(seen.redirected).toBe(true);
    expect(await seen.json()).toMatchObject({ number: 2, repository_url: `${world.github.url}/repos/${elsewhere}` });
    expect(hidden.status).toBe(404);
  });
});

interface SearchAnswer {
  readonly search: {
    readonly issueCount: number;
    readonly nodes: readonly object[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}

describe('a search', () => {
  it('ends after a thousand, and tells how many there are', async () => {
    const { github } = await startWorld();
    for (let number = 1; number <= 1_010; number += 1) github.seed.addIssue(repositoryName, { title: `${number}` });
    const client = clientOf(github, tokens.writer);
    let found = 0;
    let after: string | null = null;
    let issueCount = 0;

    do {
      const { search }: SearchAnswer = await client<SearchAnswer>(
        `query ($after: String) {
          search(type: ISSUE, query: "repo:${repositoryName} is:issue", first: 100, after: $after) {
            issueCount nodes { __typename } pageInfo { endCursor hasNextPage }
          }
        }`,
        { after },
      );
      found += search.nodes.length;
      issueCount = search.issueCount;
      after = search.pageInfo.hasNextPage ? search.pageInfo.endCursor : null;
    } while (after !== null);

    expect({ found, issueCount }).toEqual({ found: 1_000, issueCount: 1_010 });
  });

  it.each([
    ['label:"help wanted",third', [1, 3]],
    ['-label:"help wanted"', [2, 3]],
    ['created:>=2026-01-02T00:00:00Z sort:created-asc', [2, 3]],
    ['assignee:rita', [2]],
  ])('takes %s', async (words, numbers) => {
    const { github } = await startWorld();
    const at = (day: number) => ({ createdAt: `2026-01-0${day}T00:00:00Z` });
    github.seed.addIssue(repositoryName, { title: 'One', labels: ['help wanted'], ...at(1) });
    github.seed.addIssue(repositoryName, { title: 'Two', assignees: ['rita'], ...at(2) });
    github.seed.addIssue(repositoryName, { title: 'Three', labels: ['third'], ...at(3) });

    const { search } = await clientOf(github, tokens.writer)<{ search: { nodes: { number: number }[] } }>(
      'query ($text: String!) { search(type: ISSUE, query: $text, first: 9) { nodes { ... on Issue { number } } } }',
      { text: `repo:${repositoryName} is:issue ${words}` },
    );

    expect(search.nodes.map(({ number }) => number).sort()).toEqual(numbers);
  });
});
