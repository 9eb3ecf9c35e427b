import { describe, expect, it } from '@jest/globals';
import { GraphqlResponseError } from '@octokit/graphql';
import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';
import { githubSchema } from '../peers/github/graphql/schema.ts';
import {
  addBranch,
  clientOf,
  openPullRequest,
  repositoryName,
  startWorld,
  tokens,
  type World,
} from './support/world.ts';

/** Values for required arguments of fields that cannot be asked for without. */
const argumentValues: Readonly<Record<string, string>> = {
  'Int!': '1',
  'String!': '"main"',
  'GitObjectID!': `"${'0'.repeat(40)}"`,
  'ID!': '"none"',
  'URI!': '"http://localhost/acme"',
};

function argumentsOf(field: GraphQLField<unknown, unknown>): string | null {
  const required = field.args.filter(isRequiredArgument);
  const values = required.map(({ name, type }) => [name, argumentValues[String(type)]] as const);
  if (values.some(([, value]) => value === undefined)) return null;
  const pages = field.args.some(({ name }) => name === 'first') ? ['first: 1'] : [];
  const all = [...values.map(([name, value]) => `${name}: ${value}`), ...pages];
  return all.length === 0 ? '' : `(${all.join(', ')})`;
}

/** A selection of everything that a type has, `depth` levels deep. Aliases keep fields of different types apart. */
function everything(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).map((field) => {
    const given = argumentsOf(field);
    if (given === null) return '';
    const alias = `${type.name}_${field.name}: ${field.name}${given}`;
    const inner = getNamedType(field.type);
    if (!isCompositeType(inner)) return alias;
    if (depth > 1 && isObjectType(inner)) return `${alias} { ${everything(inner, depth - 1)} }`;
    if (isInterfaceType(inner)) {
      const scalars = Object.values(inner.getFields()).filter(
        ({ args, type: leaf }) => args.length === 0 && !isCompositeType(getNamedType(leaf)),
      );
      return `${alias} { __typename ${scalars.map(({ name }) => name).join(' ')} }`;
    }
    return `${alias} { __typename }`;
  });
  return ['__typename', ...fields].join('\n');
}

interface Answer {
  readonly node: { readonly __typename: string };
}

async function answerTo(request: Promise<Answer>): Promise<{ data: Answer | undefined; errors: { type?: string }[] }> {
  try {
    return { data: await request, errors: [] };
  } catch (error) {
    if (!(error instanceof GraphqlResponseError)) throw error;
    const { data, errors } = error as GraphqlResponseError<Answer>;
    return { data, errors: errors ?? [] };
  }
}

async function populate(): Promise<World & { ids: Record<string, string> }> {
  const world = await startWorld();
  const { github } = world;
  github.seed.addMilestone(repositoryName, 'v1');
  const issue = github.seed.addIssue(repositoryName, {
    title: 'One',
    labels: ['bug'],
    assignees: ['wanda'],
    milestone: 'v1',
  });
  const comment = github.seed.addComment(repositoryName, 1, { body: 'Hello', author: 'rita' });
  const headOid = await addBranch(github, 'topic', { 'src/index.ts': 'export const one = 2;\n' });
  const pullRequest = await openPullRequest(world, { headRefName: 'topic', body: 'Closes #1' });
  const run = github.seed.addCheckRun(repositoryName, { oid: headOid, name: 'test', conclusion: 'SUCCESS', log: 'ok' });
  const status = github.seed.addStatus(repositoryName, { oid: headOid, context: 'ci/lint', state: 'SUCCESS' });
  const client = clientOf(github, tokens.owner);
  const reviewed = await client<{ addPullRequestReview: { pullRequestReview: { id: string } } }>(
    `mutation ($id: ID!) {
      addPullRequestReview(input: { pullRequestId: $id, event: APPROVE, threads: [{ path: "src/index.ts", line: 1, body: "Nice" }] }) {
        pullRequestReview { id }
      }
    }`,
    { id: pullRequest.id },
  );
  await client('mutation ($id: ID!) { addReaction(input: { subjectId: $id, content: HEART }) { reaction { id } } }', {
    id: comment.id,
  });
  const git = await client<{ repository: { main: { id: string; target: { id: string; tree: { id: string } } } } }>(`{
    repository(owner: "acme", name: "widgets") {
      main: ref(qualifiedName: "main") { id target { id ... on Commit { tree { id } } } }
    }
  }`);
  const { main } = git.repository;
  return {
    ...world,
    ids: {
      Repository: world.repositoryId,
      Issue: issue.id,
      IssueComment: comment.id,
      PullRequest: pullRequest.id,
      PullRequestReview: reviewed.addPullRequestReview.pullRequestReview.id,
      CheckRun: run.id,
      StatusContext: status.id,
      User: github.seed.addUser('wanda').id,
      Bot: github.seed.addUser('ghw-app').id,
      Ref: main.id,
      Commit: main.target.id,
      Tree: main.target.tree.id,
    },
  };
}

describe('a valid query that nobody has thought of', () => {
  it('is answered for every field, three levels deep, of everything that is modelled', async () => {
    const { github, ids } = await populate();
    const client = clientOf(github, tokens.owner);

    for (const [name, id] of Object.entries(ids)) {
      const type = githubSchema().getType(name);
      if (!isObjectType(type)) throw new Error(`${name} is not an object type`);
      const depth = ['Repository', 'User'].includes(name) ? 2 : 3;
      const query = `query ($id: ID!) { node(id: $id) { ... on ${name} { ${everything(type, depth)} } } }`;
      const { data, errors } = await answerTo(client<Answer>(query, { id }));
      // Numbers that name nothing are refused as on GitHub; all else has an answer.
      expect({ name, errors: errors.filter(({ type }) => type !== 'NOT_FOUND') }).toEqual({ name, errors: [] });
      expect(data?.node.__typename).toBe(name);
    }
  });

  it('goes through interfaces, unions, fragments, aliases and directives', async () => {
    const { github, ids } = await populate();

    const answer = await clientOf(github, tokens.owner)(
      `query ($ids: [ID!]!, $withAuthor: Boolean!) {
        things: nodes(ids: $ids) {
          kind: __typename
          id
          ...Closes
          ... on Comment { body author @include(if: $withAuthor) { login ... on User { isViewer } } }
        }
      }
      fragment Closes on Closable { closed ... on Issue { shout: title } }`,
      { ids: [ids.Issue, ids.IssueComment, ids.User], withAuthor: false },
    );

    expect(answer).toEqual({
      things: [
        { kind: 'Issue', id: ids.Issue, closed: false, shout: 'One', body: '' },
        { kind: 'IssueComment', id: ids.IssueComment, body: 'Hello' },
        { kind: 'User', id: ids.User },
      ],
    });
  });
});
