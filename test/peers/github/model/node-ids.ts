import type { RecordType } from './records.ts';

const prefixes: Readonly<Record<string, string>> = {
  User: 'U',
  Bot: 'BOT',
  Organization: 'O',
  Repository: 'R',
  Issue: 'I',
  PullRequest: 'PR',
  IssueComment: 'IC',
  PullRequestReview: 'PRR',
  PullRequestReviewThread: 'PRRT',
  PullRequestReviewComment: 'PRRC',
  Label: 'LA',
  Milestone: 'MI',
  Reaction: 'REA',
  CheckSuite: 'CS',
  CheckRun: 'CR',
  StatusContext: 'SC',
};

/** Git objects and refs, which have ids but no record: the remote itself is asked for them. */
export const gitNodePrefixes = { Commit: 'C', Tree: 'T', Blob: 'B', Tag: 'TA', Ref: 'REF' } as const;
export type GitNodeType = keyof typeof gitNodePrefixes;

export interface GitNodeAddress {
  readonly type: GitNodeType;
  readonly repositoryDatabaseId: number;
  /** An object id, or a full ref name. */
  readonly name: string;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = 0xce;
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

/** A node id of GitHub's present form: a prefix and MessagePack of `[0, repository?, number]` in base64url. */
export function nodeId(type: RecordType, databaseId: number, repositoryDatabaseId?: number): string {
  const parts =
    repositoryDatabaseId === undefined
      ? [Buffer.from([0x92, 0]), uint32(databaseId)]
      : [Buffer.from([0x93, 0]), uint32(repositoryDatabaseId), uint32(databaseId)];
  return `${prefixes[type] ?? 'EV'}_${Buffer.concat(parts).toString('base64url')}`;
}

/** The node id of a commit, tree, blob, tag or ref, from which it can be found again. */
export function gitNodeId({ type, repositoryDatabaseId, name }: GitNodeAddress): string {
  const bytes = Buffer.from(name);
  const text = Buffer.concat([Buffer.from([0xda, bytes.length >> 8, bytes.length & 0xff]), bytes]);
  const packed = Buffer.concat([Buffer.from([0x93, 0]), uint32(repositoryDatabaseId), text]);
  return `${gitNodePrefixes[type]}_${packed.toString('base64url')}`;
}

/** What a git node id names, or null if it is not one. */
export function parseGitNodeId(id: string): GitNodeAddress | null {
  const separator = id.indexOf('_');
  const type = (Object.keys(gitNodePrefixes) as GitNodeType[]).find(
    (candidate) => gitNodePrefixes[candidate] === id.slice(0, separator),
  );
  const packed = Buffer.from(id.slice(separator + 1), 'base64url');
  if (type === undefined || packed.length < 10 || packed[0] !== 0x93 || packed[7] !== 0xda) return null;
  return { type, repositoryDatabaseId: packed.readUInt32BE(3), name: packed.subarray(10).toString() };
}
