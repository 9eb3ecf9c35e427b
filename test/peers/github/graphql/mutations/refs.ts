import { parseGitNodeId } from '../../model/node-ids.ts';
import { branchRef, followRefs } from '../../model/pull-requests.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import type { RequestContext } from '../context.ts';
import { notFound } from '../refusal.ts';
import { gitRef, type GitRefSource } from '../resolvers/git-sources.ts';
import { findNode } from '../resolvers/query.ts';
import { requireRight, target, unprocessable, type Mutation } from './guards.ts';

async function findRef(context: RequestContext, id: string): Promise<GitRefSource> {
  if (parseGitNodeId(id)?.type !== 'Ref') throw notFound(id);
  return (await findNode(id, context)) as GitRefSource;
}

function requireContents(context: RequestContext, repository: RepositoryRecord, action: string): void {
  requireRight(context, repository, { action, areas: ['contents'], permission: 'WRITE' });
}

async function requireCommit(context: RequestContext, repository: RepositoryRecord, oid: string): Promise<void> {
  const found = await context.hub.objects.resolve(repository, oid);
  if (found === null) throw unprocessable('Object does not exist');
}

async function moved(context: RequestContext, repository: RepositoryRecord): Promise<void> {
  context.forgetRefs(repository);
  context.hub.store.note(repository, { pushedAt: context.hub.now() });
  await followRefs(context.hub, repository, context.viewer.id);
}

export const refMutations = {
  createRef: async (input: { repositoryId: string; name: string; oid: string }, context: RequestContext) => {
    const repository = target(context, input.repositoryId, 'Repository');
    requireContents(context, repository, 'CreateRef');
    if (!/^refs\/(heads|tags)\/[^/-]/.test(input.name)) throw unprocessable(`Reference name must start with 'refs/'.`);
    await requireCommit(context, repository, input.oid);
    if ((await context.refs(repository)).has(input.name)) {
      throw unprocessable(`A ref named "${input.name}" already exists in the repository.`);
    }
    if (!(await context.hub.remote.updateRef(repository, input.name, input.oid, '0'.repeat(40)))) {
      throw unprocessable(`${input.name} is not a valid ref name.`);
    }
    await moved(context, repository);
    return { ref: gitRef(repository, input.name, input.oid) };
  },

  updateRef: async (input: { refId: string; oid: string; force?: boolean | null }, context: RequestContext) => {
    const ref = await findRef(context, input.refId);
    const { repository, qualifiedName } = ref;
    requireContents(context, repository, 'UpdateRef');
    await requireCommit(context, repository, input.oid);
    const common = await context.hub.objects.mergeBase(repository, ref.oid, input.oid);
    if (input.force !== true && common !== ref.oid) throw unprocessable('Update is not a fast forward');
    if (!(await context.hub.remote.updateRef(repository, qualifiedName, input.oid, ref.oid))) {
      throw unprocessable('Reference cannot be updated');
    }
    await moved(context, repository);
    return { ref: gitRef(repository, qualifiedName, input.oid) };
  },

  deleteRef: async (input: { refId: string }, context: RequestContext) => {
    const { repository, qualifiedName, oid } = await findRef(context, input.refId);
    requireContents(context, repository, 'DeleteRef');
    if (qualifiedName === branchRef(repository.defaultBranch)) throw unprocessable('Cannot delete the default branch');
    if (!(await context.hub.remote.updateRef(repository, qualifiedName, null, oid))) {
      throw unprocessable('Reference cannot be deleted');
    }
    await moved(context, repository);
    return {};
  },
} satisfies Record<string, Mutation>;
