import { extname } from 'node:path';
import type { GitPerson, GitTreeEntry } from '../../git/objects.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { connection, type PageArguments } from '../connection.ts';
import type { RequestContext, TypeResolvers } from '../context.ts';
import { rollup } from './checks.ts';
import { gitCommit, gitObject, type GitObjectSource, type GitRefSource } from './git-sources.ts';
import { pullRequestsOf, type PullRequestListArguments } from './lists.ts';
import { addressFields } from './shared.ts';

/** GitHub gives at most this much of a file's text. */
const maximumTextBytes = 512_000;

function read(source: GitObjectSource, context: RequestContext) {
  return context.hub.objects.commit(source.repository, source.oid);
}

function actor(person: GitPerson) {
  return { ...person, person };
}

const objectFields = {
  abbreviatedOid: (source: GitObjectSource) => source.oid.slice(0, 7),
  commitResourcePath: (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    `${context.hub.repositoryPath(source.repository)}/commit/${source.oid}`,
  commitUrl: (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    `${context.hub.baseUrl}${context.hub.repositoryPath(source.repository)}/commit/${source.oid}`,
} satisfies TypeResolvers;

interface HistoryArguments extends PageArguments {
  readonly path?: string | null;
  readonly since?: string | null;
  readonly until?: string | null;
}

async function history(source: GitObjectSource, args: HistoryArguments, context: RequestContext) {
  const limits = [
    ...(args.since == null ? [] : [`--since=${args.since}`]),
    ...(args.until == null ? [] : [`--until=${args.until}`]),
  ];
  const list = await context.hub.remote.run(source.repository, [
    'rev-list',
    ...limits,
    source.oid,
    '--',
    ...(args.path == null ? [] : [`:(literal)${args.path}`]),
  ]);
  const oids = list.split('\n').filter(Boolean);
  return connection(
    oids.map((oid) => gitCommit(source.repository, oid)),
    args,
  );
}

async function associatedPullRequests(
  source: GitObjectSource,
  args: PullRequestListArguments,
  context: RequestContext,
) {
  const all = context.hub.store.children(source.repository.id, 'PullRequest');
  const holds = await Promise.all(
    all.map(async ({ baseOid, headOid, mergeCommitOid }) => {
      const commits = await context.hub.objects.commitsBetween(source.repository, baseOid, headOid);
      return mergeCommitOid === source.oid || commits.includes(source.oid);
    }),
  );
  return pullRequestsOf(
    all.filter((_item, index) => holds[index]),
    args,
    context,
  );
}

async function commitChanges(source: GitObjectSource, context: RequestContext) {
  return context.hub.differences.commitFiles(source.repository, source.oid);
}

const commitFields = {
  ...objectFields,
  ...addressFields((source: GitObjectSource, hub) => `${hub.repositoryPath(source.repository)}/commit/${source.oid}`),
  message: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    (await read(source, context)).message,
  messageHeadline: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    (await read(source, context)).message.split('\n')[0],
  messageBody: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    (await read(source, context)).message.split('\n').slice(1).join('\n').trim(),
  author: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    actor((await read(source, context)).author),
  committer: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    actor((await read(source, context)).committer),
  authors: async (source: GitObjectSource, args: PageArguments, context: RequestContext) =>
    connection([actor((await read(source, context)).author)], args),
  authoredDate: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    (await read(source, context)).author.date,
  committedDate: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    (await read(source, context)).committer.date,
  authoredByCommitter: async (source: GitObjectSource, _args: unknown, context: RequestContext) => {
    const { author, committer } = await read(source, context);
    return author.email === committer.email;
  },
  tree: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    gitObject(source.repository, { oid: (await read(source, context)).tree, type: 'tree' }),
  parents: async (source: GitObjectSource, args: PageArguments, context: RequestContext) =>
    connection(
      (await read(source, context)).parents.map((oid) => gitCommit(source.repository, oid)),
      args,
    ),
  additions: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    (await commitChanges(source, context)).reduce((sum, file) => sum + file.additions, 0),
  deletions: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    (await commitChanges(source, context)).reduce((sum, file) => sum + file.deletions, 0),
  changedFiles: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    (await commitChanges(source, context)).length,
  changedFilesIfAvailable: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    (await commitChanges(source, context)).length,
  history,
  associatedPullRequests,
  file: async (source: GitObjectSource, args: { path: string }, context: RequestContext) => {
    const parent = args.path.includes('/') ? args.path.slice(0, args.path.lastIndexOf('/')) : '';
    const tree = await context.hub.objects.resolve(source.repository, `${source.oid}:${parent}`);
    if (tree?.type !== 'tree') return null;
    const entries = await treeEntries(source.repository, tree.oid, { parent, context });
    return entries.find((entry) => entry.path === args.path) ?? null;
  },
  statusCheckRollup: (source: GitObjectSource, _args: unknown, context: RequestContext) =>
    rollup(context, source.repository, source.oid),
} satisfies TypeResolvers;

interface TreeEntrySource extends GitTreeEntry {
  readonly repository: RepositoryRecord;
  readonly path: string;
}

async function treeEntries(
  repository: RepositoryRecord,
  oid: string,
  { parent, context }: { readonly parent: string; readonly context: RequestContext },
): Promise<TreeEntrySource[]> {
  const entries = await context.hub.objects.tree(repository, oid);
  return entries.map((entry) => ({
    ...entry,
    repository,
    path: parent === '' ? entry.name : `${parent}/${entry.name}`,
  }));
}

async function blob(source: GitObjectSource, context: RequestContext): Promise<Buffer> {
  return context.hub.objects.blob(source.repository, source.oid);
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8000).includes(0);
}

export const gitTypes = {
  Ref: {
    name: (source: GitRefSource) => source.qualifiedName.replace(/^refs\/(heads|tags)\//, ''),
    prefix: (source: GitRefSource) => /^refs\/(?:heads\/|tags\/)?/.exec(source.qualifiedName)?.[0] ?? '',
    target: async (source: GitRefSource, _args: unknown, context: RequestContext) => {
      const found = await context.hub.objects.resolve(source.repository, source.oid);
      return found === null ? null : gitObject(source.repository, found);
    },
    associatedPullRequests: (source: GitRefSource, args: PullRequestListArguments, context: RequestContext) => {
      const branch = source.qualifiedName.replace('refs/heads/', '');
      const all = context.hub.store.children(source.repository.id, 'PullRequest');
      return pullRequestsOf(
        all.filter(({ headRefName }) => headRefName === branch),
        args,
        context,
      );
    },
  },
  Commit: commitFields,
  GitActor: {
    user: (source: { readonly person: GitPerson }, _args: unknown, context: RequestContext) =>
      context.hub.store.all('User').find((account) => account.email === source.person.email) ?? null,
  },
  Tree: {
    ...objectFields,
    entries: (source: GitObjectSource, _args: unknown, context: RequestContext) =>
      treeEntries(source.repository, source.oid, { parent: '', context }),
  },
  TreeEntry: {
    extension: (source: TreeEntrySource) => extname(source.name),
    nameRaw: (source: TreeEntrySource) => Buffer.from(source.name).toString('base64'),
    pathRaw: (source: TreeEntrySource) => Buffer.from(source.path).toString('base64'),
    object: (source: TreeEntrySource) => gitObject(source.repository, source),
  },
  Blob: {
    ...objectFields,
    byteSize: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
      (await blob(source, context)).length,
    isBinary: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
      isBinary(await blob(source, context)),
    isTruncated: async (source: GitObjectSource, _args: unknown, context: RequestContext) =>
      (await blob(source, context)).length > maximumTextBytes,
    text: async (source: GitObjectSource, _args: unknown, context: RequestContext) => {
      const bytes = await blob(source, context);
      return isBinary(bytes) ? null : bytes.subarray(0, maximumTextBytes).toString();
    },
  },
} satisfies Record<string, TypeResolvers>;
