import { canSee, permissionOf } from '../../model/access.ts';
import { branchRef } from '../../model/pull-requests.ts';
import type { AccountRecord, LabelRecord, MilestoneRecord, Permission, RepositoryRecord } from '../../model/records.ts';
import { connection, sortedConnection, type PageArguments } from '../connection.ts';
import type { RequestContext, TypeResolvers } from '../context.ts';
import { Refusal } from '../refusal.ts';
import { gitObject, gitRef } from './git-sources.ts';
import { issuesOf, pullRequestsOf, type IssueListArguments, type PullRequestListArguments } from './lists.ts';
import { addressFields, byAge, repositoryField, requireReading, viewerPermission } from './shared.ts';

/** The repository that a query names, if this token may know of it. */
export function findRepository(context: RequestContext, nameWithOwner: string, followRenames = true): RepositoryRecord {
  const found = context.hub.store.repository(nameWithOwner, followRenames);
  if (found !== undefined && canSee(context.hub.store, found, context.token)) {
    context.meet(found);
    return found;
  }
  throw new Refusal('NOT_FOUND', `Could not resolve to a Repository with the name '${nameWithOwner}'.`);
}

function numbered(type: 'Issue' | 'PullRequest' | null, name: string) {
  return (source: RepositoryRecord, args: { number: number }, context: RequestContext) => {
    requireReading(context, source, type === 'PullRequest' ? 'pull_requests' : 'issues');
    const found = context.hub.store.discussion(source.id, args.number);
    if (found !== undefined && (type === null || found.type === type)) return found;
    throw new Refusal('NOT_FOUND', `Could not resolve to ${name} with the number of ${args.number}.`);
  };
}

function collaborators(source: RepositoryRecord, context: RequestContext) {
  const { store } = context.hub;
  const logins = [store.accountById(source.ownerId).login, ...Object.keys(source.permissions)];
  const accounts = logins.map((login) => store.account(login));
  return [...new Set(accounts)].filter((account): account is AccountRecord => account?.type === 'User');
}

interface CollaboratorArguments extends PageArguments {
  readonly login?: string | null;
  readonly query?: string | null;
}

async function refsUnder(source: RepositoryRecord, prefix: string, context: RequestContext) {
  const refs = await context.refs(source);
  return [...refs].filter(([name]) => name.startsWith(prefix)).map(([name, oid]) => gitRef(source, name, oid));
}

function isAtLeastWriter(permission: Permission | null): boolean {
  return permission !== null && permission !== 'READ';
}

const repositoryFields = {
  ...addressFields((source: RepositoryRecord, hub) => hub.repositoryPath(source)),
  nameWithOwner: (source: RepositoryRecord, _args: unknown, context: RequestContext) =>
    context.hub.store.nameWithOwner(source),
  owner: (source: RepositoryRecord, _args: unknown, context: RequestContext) =>
    context.hub.store.accountById(source.ownerId),
  isInOrganization: (source: RepositoryRecord, _args: unknown, context: RequestContext) =>
    context.hub.store.accountById(source.ownerId).type === 'Organization',
  sshUrl: (source: RepositoryRecord, _args: unknown, context: RequestContext) =>
    `git@${new URL(context.hub.baseUrl).hostname}:${context.hub.store.nameWithOwner(source)}.git`,
  visibility: (source: RepositoryRecord) => (source.isPrivate ? 'PRIVATE' : 'PUBLIC'),
  archivedAt: (source: RepositoryRecord) => (source.isArchived ? source.updatedAt : null),
  hasIssuesEnabled: (source: RepositoryRecord) => source.hasIssues,
  forkingAllowed: (source: RepositoryRecord) => !source.isPrivate,
  mergeCommitAllowed: (source: RepositoryRecord) => source.allowedMergeMethods.includes('MERGE'),
  squashMergeAllowed: (source: RepositoryRecord) => source.allowedMergeMethods.includes('SQUASH'),
  rebaseMergeAllowed: (source: RepositoryRecord) => source.allowedMergeMethods.includes('REBASE'),
  viewerDefaultMergeMethod: (source: RepositoryRecord) => source.allowedMergeMethods[0],
  isEmpty: async (source: RepositoryRecord, _args: unknown, context: RequestContext) =>
    (await refsUnder(source, 'refs/heads/', context)).length === 0,
  defaultBranchRef: async (source: RepositoryRecord, _args: unknown, context: RequestContext) => {
    const name = branchRef(source.defaultBranch);
    const oid = (await context.refs(source)).get(name);
    return oid === undefined ? null : gitRef(source, name, oid);
  },
  ref: async (source: RepositoryRecord, args: { qualifiedName: string }, context: RequestContext) => {
    const refs = await context.refs(source);
    const wanted = args.qualifiedName;
    const name = [wanted, `refs/heads/${wanted}`, `refs/tags/${wanted}`, `refs/${wanted}`].find(
      (candidate) => candidate.startsWith('refs/') && refs.has(candidate),
    );
    return name === undefined ? null : gitRef(source, name, refs.get(name) ?? '');
  },
  refs: async (
    source: RepositoryRecord,
    args: PageArguments & { refPrefix: string; query?: string | null; direction?: 'ASC' | 'DESC' | null },
    context: RequestContext,
  ) => {
    const refs = await refsUnder(source, args.refPrefix, context);
    const query = args.query?.toLowerCase() ?? '';
    const wanted = refs.filter((ref) => ref.qualifiedName.toLowerCase().includes(query));
    return sortedConnection(wanted, args, {
      key: (ref) => [ref.qualifiedName],
      descending: args.direction === 'DESC',
    });
  },
  object: async (
    source: RepositoryRecord,
    args: { expression?: string | null; oid?: string | null },
    context: RequestContext,
  ) => {
    const found = await context.hub.objects.resolve(source, args.oid ?? args.expression ?? '');
    return found === null ? null : gitObject(source, found);
  },
  viewerPermission: (source: RepositoryRecord, _args: unknown, context: RequestContext) =>
    viewerPermission(context, source),
  viewerCanAdminister: (source: RepositoryRecord, _args: unknown, context: RequestContext) =>
    viewerPermission(context, source) === 'ADMIN',
  collaborators: (source: RepositoryRecord, args: CollaboratorArguments, context: RequestContext) => {
    if (!isAtLeastWriter(viewerPermission(context, source))) {
      throw new Refusal('FORBIDDEN', `You do not have permission to view repository collaborators.`);
    }
    const wanted = collaborators(source, context).filter(
      ({ login }) =>
        (args.login == null || login.toLowerCase() === args.login.toLowerCase()) &&
        (args.query == null || login.toLowerCase().includes(args.query.toLowerCase())),
    );
    return connection(wanted, args, {
      key: (account) => [account.databaseId],
      edge: (account) => ({ permission: permissionOf(context.hub.store, source, account.login) }),
    });
  },
  assignableUsers: (source: RepositoryRecord, args: PageArguments, context: RequestContext) =>
    sortedConnection(collaborators(source, context), args, byAge),
  mentionableUsers: (source: RepositoryRecord, args: PageArguments, context: RequestContext) =>
    sortedConnection(collaborators(source, context), args, byAge),
  label: (source: RepositoryRecord, args: { name: string }, context: RequestContext) =>
    context.hub.store
      .children(source.id, 'Label')
      .find((label) => label.name.toLowerCase() === args.name.toLowerCase()) ?? null,
  labels: (source: RepositoryRecord, args: PageArguments & { query?: string | null }, context: RequestContext) =>
    sortedConnection(
      context.hub.store.children(source.id, 'Label').filter((label) => label.name.includes(args.query ?? '')),
      args,
      byAge,
    ),
  milestone: (source: RepositoryRecord, args: { number: number }, context: RequestContext) =>
    context.hub.store.children(source.id, 'Milestone').find(({ number }) => number === args.number) ?? null,
  milestones: (source: RepositoryRecord, args: PageArguments, context: RequestContext) =>
    sortedConnection(context.hub.store.children(source.id, 'Milestone'), args, byAge),
  issue: numbered('Issue', 'an Issue'),
  pullRequest: numbered('PullRequest', 'a PullRequest'),
  issueOrPullRequest: numbered(null, 'an issue or pull request'),
  issues: (source: RepositoryRecord, args: IssueListArguments, context: RequestContext) => {
    requireReading(context, source, 'issues');
    return issuesOf(context.hub.store.children(source.id, 'Issue'), args, context);
  },
  pullRequests: (source: RepositoryRecord, args: PullRequestListArguments, context: RequestContext) => {
    requireReading(context, source, 'pull_requests');
    return pullRequestsOf(context.hub.store.children(source.id, 'PullRequest'), args, context);
  },
} satisfies TypeResolvers;

const milestoneFields = {
  ...addressFields(
    (source: MilestoneRecord, hub) =>
      `${hub.repositoryPath(hub.store.repositoryOf(source.id))}/milestone/${source.number}`,
  ),
  ...repositoryField,
  closed: (source: MilestoneRecord) => source.closedAt !== null,
  state: (source: MilestoneRecord) => (source.closedAt === null ? 'OPEN' : 'CLOSED'),
  issues: (source: MilestoneRecord, args: IssueListArguments, context: RequestContext) =>
    issuesOf(
      context.hub.store.children(source.parentId ?? '', 'Issue').filter((issue) => issue.milestoneId === source.id),
      args,
      context,
    ),
} satisfies TypeResolvers;

const labelFields = {
  ...addressFields(
    (source: LabelRecord, hub) =>
      `${hub.repositoryPath(hub.store.repositoryOf(source.id))}/labels/${encodeURIComponent(source.name)}`,
  ),
  ...repositoryField,
  issues: (source: LabelRecord, args: IssueListArguments, context: RequestContext) =>
    issuesOf(
      context.hub.store.children(source.parentId ?? '', 'Issue').filter(({ labelIds }) => labelIds.includes(source.id)),
      args,
      context,
    ),
  pullRequests: (source: LabelRecord, args: PullRequestListArguments, context: RequestContext) =>
    pullRequestsOf(
      context.hub.store
        .children(source.parentId ?? '', 'PullRequest')
        .filter(({ labelIds }) => labelIds.includes(source.id)),
      args,
      context,
    ),
} satisfies TypeResolvers;

export const repositoryTypes = {
  Repository: repositoryFields,
  Milestone: milestoneFields,
  Label: labelFields,
} satisfies Record<string, TypeResolvers>;
