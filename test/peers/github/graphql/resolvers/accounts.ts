import type { AccountRecord } from '../../model/records.ts';
import { sortedConnection, type PageArguments } from '../connection.ts';
import type { RequestContext, TypeResolvers } from '../context.ts';
import { pullRequestsOf, issuesOf, type IssueListArguments, type PullRequestListArguments } from './lists.ts';
import { addressFields, byAge } from './shared.ts';

function path(account: AccountRecord): string {
  return account.type === 'Bot' ? `/apps/${account.login}` : `/${account.login}`;
}

interface RepositoryListArguments extends PageArguments {
  readonly ownerAffiliations?: readonly string[] | null;
  readonly isArchived?: boolean | null;
  readonly orderBy?: { readonly field: string; readonly direction: string } | null;
}

const accountFields = {
  ...addressFields(path),
  avatarUrl: (source: AccountRecord, _args: unknown, context: RequestContext) =>
    `${context.hub.baseUrl}/avatars/${source.databaseId}`,
  repositories: (source: AccountRecord, args: RepositoryListArguments, context: RequestContext) => {
    const { isArchived, orderBy } = args;
    // What somebody was given rights in counts where it is asked for by name.
    const withShared = args.ownerAffiliations?.includes('COLLABORATOR') ?? false;
    const found = context.hub.store
      .all('Repository')
      .filter(
        (repository) =>
          repository.ownerId === source.id ||
          (withShared && repository.permissions[source.login.toLowerCase()] !== undefined),
      )
      .filter((repository) => context.sees(repository))
      .filter((repository) => isArchived == null || repository.isArchived === isArchived);
    if (orderBy?.field !== 'PUSHED_AT') return sortedConnection(found, args, byAge);
    return sortedConnection(found, args, {
      key: (repository) => [repository.pushedAt ?? '', repository.databaseId],
      descending: orderBy.direction === 'DESC',
    });
  },
  repository: (source: AccountRecord, args: { name: string; followRenames?: boolean }, context: RequestContext) => {
    const found = context.hub.store.repository(`${source.login}/${args.name}`, args.followRenames);
    return found !== undefined && context.sees(found) ? found : null;
  },
} satisfies TypeResolvers;

export const accountTypes = {
  User: {
    ...accountFields,
    // An app that asks for `viewer` gets a user of this name, while its comments are by the bot without the suffix.
    login: (source: AccountRecord) => (source.type === 'Bot' ? `${source.login}[bot]` : source.login),
    isViewer: (source: AccountRecord, _args: unknown, context: RequestContext) => source.id === context.viewer.id,
    issues: (source: AccountRecord, args: IssueListArguments, context: RequestContext) =>
      issuesOf(
        context.hub.store.all('Issue').filter((issue) => issue.authorId === source.id && context.sees(issue)),
        args,
        context,
      ),
    pullRequests: (source: AccountRecord, args: PullRequestListArguments, context: RequestContext) =>
      pullRequestsOf(
        context.hub.store.all('PullRequest').filter((item) => item.authorId === source.id && context.sees(item)),
        args,
        context,
      ),
  },
  Bot: accountFields,
  Organization: accountFields,
} satisfies Record<string, TypeResolvers>;
