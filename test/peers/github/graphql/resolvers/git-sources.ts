import type { GitObjectName } from '../../git/objects.ts';
import { gitNodeId } from '../../model/node-ids.ts';
import type { RepositoryRecord } from '../../model/records.ts';

/** A git object as a source of fields; what it holds is read from the remote when asked for. */
export interface GitObjectSource {
  readonly type: 'Commit' | 'Tree' | 'Blob' | 'Tag';
  readonly id: string;
  readonly repository: RepositoryRecord;
  readonly oid: string;
}

export interface GitRefSource {
  readonly type: 'Ref';
  readonly id: string;
  readonly repository: RepositoryRecord;
  readonly qualifiedName: string;
  readonly oid: string;
}

const typeNames = { commit: 'Commit', tree: 'Tree', blob: 'Blob', tag: 'Tag' } as const;

export function gitObject(
  repository: RepositoryRecord,
  { oid, type }: Pick<GitObjectName, 'oid' | 'type'>,
): GitObjectSource {
  const name = typeNames[type];
  const id = gitNodeId({ type: name, repositoryDatabaseId: repository.databaseId, name: oid });
  return { type: name, id, repository, oid };
}

export function gitCommit(repository: RepositoryRecord, oid: string): GitObjectSource {
  return gitObject(repository, { oid, type: 'commit' });
}

export function gitRef(repository: RepositoryRecord, qualifiedName: string, oid: string): GitRefSource {
  const id = gitNodeId({ type: 'Ref', repositoryDatabaseId: repository.databaseId, name: qualifiedName });
  return { type: 'Ref', id, repository, qualifiedName, oid };
}
