import { describe, expect, it } from '@jest/globals';
import {
  addBranch,
  clientOf,
  openPullRequest,
  refusalOf,
  repositoryName,
  startWorld,
  tokens,
} from './support/world.ts';

const createRef = 'mutation ($input: CreateRefInput!) { createRef(input: $input) { ref { id name target { oid } } } }';

interface CreatedRef {
  readonly createRef: {
    readonly ref: { readonly id: string; readonly name: string; readonly target: { readonly oid: string } };
  };
}

async function worldWithRef() {
  const world = await startWorld();
  const client = clientOf(world.github, tokens.writer);
  const { main = '' } = await world.github.repository(repositoryName).branches();
  const create = (name: string, oid = main) =>
    client<CreatedRef>(createRef, { input: { repositoryId: world.repositoryId, name, oid } });
  return { ...world, client, main, create };
}

describe('a ref', () => {
  it('is made, moved and deleted in the remote itself', async () => {
    const { github, client, main, create } = await worldWithRef();
    const next = await addBranch(github, 'other', { 'a.txt': 'a\n' });
    const branches = () => github.repository(repositoryName).branches();

    const { id } = (await create('refs/heads/topic')).createRef.ref;
    expect(await branches()).toMatchObject({ topic: main });
    await client(
      'mutation ($id: ID!, $oid: GitObjectID!) { updateRef(input: { refId: $id, oid: $oid }) { clientMutationId } }',
      { id, oid: next },
    );
    expect(await branches()).toMatchObject({ topic: next });
    await client('mutation ($id: ID!) { deleteRef(input: { refId: $id }) { clientMutationId } }', { id });
    expect(await branches()).toEqual({ main, other: next });
  });

  it.each([
    ['there already', 'refs/heads/main', undefined, 'A ref named "refs/heads/main" already exists in the repository.'],
    ['no full name', 'topic', undefined, "Reference name must start with 'refs/'."],
    ['of an object that is not there', 'refs/heads/topic', 'a'.repeat(40), 'Object does not exist'],
  ])('cannot be made if it is %s', async (_what, name, oid, message) => {
    const { create } = await worldWithRef();

    const refusal = await refusalOf(create(name, oid));

    expect(refusal.errors).toMatchObject([{ type: 'UNPROCESSABLE', message }]);
  });

  it('is not moved backwards without force', async () => {
    const { github, client, main, create } = await worldWithRef();
    const next = await addBranch(github, 'other', { 'a.txt': 'a\n' });
    const { id } = (await create('refs/heads/topic', next)).createRef.ref;
    const update = (force: boolean) =>
      client('mutation ($input: UpdateRefInput!) { updateRef(input: $input) { clientMutationId } }', {
        input: { refId: id, oid: main, force },
      });

    const refusal = await refusalOf(update(false));
    await update(true);

    expect(refusal.errors).toMatchObject([{ message: 'Update is not a fast forward' }]);
    expect(await github.repository(repositoryName).branches()).toMatchObject({ topic: main });
  });

  it('that is deleted closes the pull request of its branch', async () => {
    const { github, client, repositoryId } = await worldWithRef();
    const head = await addBranch(github, 'topic', { 'a.txt': 'a\n' });
    const { id } = await openPullRequest({ github, repositoryId }, { headRefName: 'topic' });
    const found = await client<{ node: { headRef: { id: string } } }>(
      'query ($id: ID!) { node(id: $id) { ... on PullRequest { headRef { id } } } }',
      { id },
    );

    await client('mutation ($id: ID!) { deleteRef(input: { refId: $id }) { clientMutationId } }', {
      id: found.node.headRef.id,
    });

    const after = await client(
      'query ($id: ID!) { node(id: $id) { ... on PullRequest { state headRef { id } headRefOid changedFiles } } }',
      { id },
    );
    expect(after).toEqual({ node: { state: 'CLOSED', headRef: null, headRefOid: head, changedFiles: 1 } });
  });
});
