import { parseGitNodeId } from '../../model/node-ids.ts';
import type { AccountRecord } from '../../model/records.ts';
import { connection, maximumPage, type PageArguments } from '../connection.ts';
import { exceeded, type RequestContext, type TypeResolvers } from '../context.ts';
import { notFound, Refusal } from '../refusal.ts';
import { gitObject, gitRef } from './git-sources.ts';
import { findRepository } from './repository.ts';
import { searchIssues, searchRepositories, searchUsers } from './search.ts';

async function findGitNode(id: string, context: RequestContext): Promise<unknown> {
  const address = parseGitNodeId(id);
  if (address === null) return undefined;
  const repository = context.hub.store
    .all('Repository')
    .find(({ databaseId }) => databaseId === address.repositoryDatabaseId);
  if (repository === undefined || !context.sees(repository)) return undefined;
  if (address.type === 'Ref') {
    const oid = (await context.refs(repository)).get(address.name);
    return oid === undefined ? undefined : gitRef(repository, address.name, oid);
  }
  const found = await context.hub.objects.resolve(repository, address.name);
  return found === null ? undefined : gitObject(repository, found);
}

/** Whatever a node id names, if this token may know of it. */
export async function findNode(id: string, context: RequestContext): Promise<unknown> {
  const record = context.hub.store.find(id);
  const found = record === undefined ? await findGitNode(id, context) : context.sees(record) ? record : undefined;
  if (found === undefined) throw notFound(id);
  if (record !== undefined) context.meet(record);
  return found;
}

function findAccount(kind: string, types: readonly AccountRecord['type'][]) {
  return (_source: unknown, args: { login: string }, context: RequestContext): AccountRecord => {
    const account = context.hub.store.account(args.login);
    if (account !== undefined && types.includes(account.type)) return account;
    throw new Refusal('NOT_FOUND', `Could not resolve to ${kind} with the login of '${args.login}'.`);
  };
}

function findResource(url: string, context: RequestContext): unknown {
  const path = url.startsWith(context.hub.baseUrl) ? url.slice(context.hub.baseUrl.length) : url;
  const [, owner = '', name = '', kind = '', number = ''] = path.split(/[/#?]/);
  if (name === '') return context.hub.store.account(owner) ?? null;
  const repository = findRepository(context, `${owner}/${name}`);
  if (kind === '') return repository;
  return context.hub.store.discussion(repository.id, Number(number)) ?? null;
}

/** True for what comes after as much as one request may ask for; each node of the list counts the same. */
function isBeyondLimit(ids: readonly string[], index: number, { hub, rate }: RequestContext): boolean {
  const limit = hub.processingLimit;
  if (limit?.shows !== 'partial') return false;
  return ((index + 1) * (rate.nodeCount + ids.length)) / ids.length > limit.nodes;
}

function refused(): Promise<never> {
  return Promise.reject(exceeded());
}

/** However many there are, a search shows no more. */
const searchEnd = 1_000;

interface SearchArguments extends PageArguments {
  readonly query: string;
  readonly type: string;
}

function search(_source: unknown, args: SearchArguments, context: RequestContext) {
  const isIssueSearch = args.type === 'ISSUE' || args.type === 'ISSUE_ADVANCED';
  const issues = isIssueSearch ? searchIssues(context, args.query) : [];
  const repositories = args.type === 'REPOSITORY' ? searchRepositories(context, args.query) : [];
  const users = args.type === 'USER' ? searchUsers(context, args.query) : [];
  return {
    ...connection<unknown>([...issues, ...repositories, ...users].slice(0, searchEnd), args),
    issueCount: issues.length,
    repositoryCount: repositories.length,
    userCount: users.length,
  };
}

export const queryTypes = {
  Query: {
    viewer: (_source: unknown, _args: unknown, context: RequestContext) => context.viewer,
    repository: (
      _source: unknown,
      args: { owner: string; name: string; followRenames?: boolean },
      context: RequestContext,
    ) => findRepository(context, `${args.owner}/${args.name}`, args.followRenames),
    user: findAccount('a User', ['User']),
    organization: findAccount('an Organization', ['Organization']),
    repositoryOwner: (_source: unknown, args: { login: string }, context: RequestContext) =>
      context.hub.store.account(args.login) ?? null,
    resource: (_source: unknown, args: { url: string }, context: RequestContext) => findResource(args.url, context),
    node: (_source: unknown, args: { id: string }, context: RequestContext) => findNode(args.id, context),
    nodes: (_source: unknown, args: { ids: readonly string[] }, context: RequestContext) => {
      if (args.ids.length > maximumPage) {
        const message = `You may not provide more than ${maximumPage} node ids; you provided ${args.ids.length}.`;
        throw new Refusal('ARGUMENT_LIMIT', message);
      }
      // An error in the list leaves the other nodes as they are.
      return args.ids.map((id, index) => (isBeyondLimit(args.ids, index, context) ? refused() : findNode(id, context)));
    },
    search,
    rateLimit: (_source: unknown, _args: unknown, context: RequestContext) => context.rate,
    relay: () => ({}),
    id: () => 'MDU6UXVlcnk=',
  },
} satisfies Record<string, TypeResolvers>;
