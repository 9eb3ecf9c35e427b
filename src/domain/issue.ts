/** Names one issue. `repository` is `owner/repo` as GitHub shows it. */
export interface IssueRef {
  readonly repository: string;
  readonly number: number;
}

/** `owner/repo#42`, the form used in messages to people. */
export function formatIssue(issue: IssueRef): string {
  return `${issue.repository}#${issue.number}`;
}

/** A repository as GitHub describes it now. */
export interface Repository {
  /** GraphQL node id; survives renames. */
  readonly id: string;
  readonly nameWithOwner: string;
  readonly url: string;
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
  /** False where issues are turned off. */
  readonly hasIssues: boolean;
  /** Null for a repository without commits. */
  readonly defaultBranch: { readonly name: string; readonly oid: string } | null;
  /** What our own identity may do. */
  readonly viewerPermission: Permission;
}

/** GitHub's repository permissions, least first. */
export const permissions = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Permission = (typeof permissions)[number];

/** True for the permissions that may approve plans and cause work (write, maintain, admin). */
export function mayWrite(permission: Permission): boolean {
  return permissions.indexOf(permission) >= permissions.indexOf('write');
}

export interface IssueComment {
  readonly id: string;
  /** Null where GitHub shows the ghost user. */
  readonly author: string | null;
  readonly body: string;
  readonly url: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Null if its text is as it was first written. */
  readonly editedAt: string | null;
  /** True if our own identity wrote it; only then does a marker in it count. */
  readonly viewerDidAuthor: boolean;
}

/** A pull request that GitHub links to an issue, or one of ours. */
export interface PullRequest {
  readonly id: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly isDraft: boolean;
  readonly headRefName: string;
  readonly headOid: string;
  readonly baseRefName: string;
  /** `owner/repo` of the head; null if that repository was deleted. A fork's branch is never ours. */
  readonly headRepository: string | null;
  /** True if our own identity opened it. */
  readonly viewerDidAuthor: boolean;
}

/** A whole issue, as sync reads it. */
export interface IssueSnapshot {
  readonly id: string;
  readonly repository: Repository;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly state: 'open' | 'closed';
  readonly author: string | null;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly milestone: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  /** Oldest first, all of them. */
  readonly comments: readonly IssueComment[];
  /** Pull requests that close or mention this issue, by GitHub's own links. */
  readonly linkedPullRequests: readonly PullRequest[];
}

/** An issue without its long texts. */
export interface ListedIssue {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly state: 'open' | 'closed';
  readonly author: string | null;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly milestone: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
}

/** An issue as a listing brings it: everything but its discussion. */
export interface SyncedIssue extends ListedIssue {
  readonly body: string;
}

/** Where an issue went that its repository no longer has. */
export type Gone = { readonly how: 'deleted' } | { readonly how: 'transferred'; readonly to: IssueRef };
