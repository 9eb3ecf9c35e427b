/** What the local GitHub remembers: plain, serialisable records, one interface per GitHub type. */

export type Permission = 'ADMIN' | 'MAINTAIN' | 'WRITE' | 'TRIAGE' | 'READ';
export type ReviewState = 'PENDING' | 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED';
export type IssueStateReason = 'COMPLETED' | 'NOT_PLANNED' | 'DUPLICATE' | 'REOPENED';
export type PullRequestState = 'OPEN' | 'CLOSED' | 'MERGED';

interface RecordBase {
  /** The opaque global node id. */
  readonly id: string;
  readonly databaseId: number;
  /** The record that this one belongs to: an issue's repository, a comment's issue. Null for accounts and repositories. */
  readonly parentId: string | null;
  createdAt: string;
  updatedAt: string;
}

interface Written {
  body: string;
  readonly authorId: string;
  lastEditedAt: string | null;
  editorId: string | null;
}

export interface AccountRecord extends RecordBase {
  readonly type: 'User' | 'Bot' | 'Organization';
  readonly login: string;
  name: string | null;
  email: string;
}

export interface RepositoryRecord extends RecordBase {
  readonly type: 'Repository';
  readonly ownerId: string;
  name: string;
  /** Earlier `owner/name`s, in lower case, which still lead here. */
  formerNames: string[];
  description: string | null;
  isPrivate: boolean;
  isArchived: boolean;
  hasIssues: boolean;
  defaultBranch: string;
  /** What each collaborator may do, by login in lower case. */
  permissions: Record<string, Permission>;
  nextNumber: number;
  /** By number, the node id of what a transferred issue became; null for one that was deleted. */
  departed?: Readonly<Record<string, string | null>>;
  pushedAt: string | null;
  allowedMergeMethods: ('MERGE' | 'SQUASH' | 'REBASE')[];
}

export interface LabelRecord extends RecordBase {
  readonly type: 'Label';
  name: string;
  color: string;
  description: string | null;
}

export interface MilestoneRecord extends RecordBase {
  readonly type: 'Milestone';
  readonly number: number;
  title: string;
  description: string | null;
  dueOn: string | null;
  closedAt: string | null;
}

interface Discussed extends RecordBase, Written {
  /** The repository. */
  readonly parentId: string;
  readonly number: number;
  title: string;
  labelIds: string[];
  assigneeIds: string[];
  milestoneId: string | null;
  closedAt: string | null;
  locked: boolean;
}

export interface IssueRecord extends Discussed {
  readonly type: 'Issue';
  state: 'OPEN' | 'CLOSED';
  stateReason: IssueStateReason | null;
}

export interface PullRequestRecord extends Discussed {
  readonly type: 'PullRequest';
  state: PullRequestState;
  isDraft: boolean;
  baseRefName: string;
  readonly headRefName: string;
  /** Head and base when last seen; while the pull request is open, the remote's own refs are asked. */
  headOid: string;
  baseOid: string;
  mergedAt: string | null;
  mergedById: string | null;
  mergeCommitOid: string | null;
  maintainerCanModify: boolean;
}

export interface IssueCommentRecord extends RecordBase, Written {
  readonly type: 'IssueComment';
  readonly parentId: string;
  minimizedReason: string | null;
}

export interface ReviewRecord extends RecordBase, Written {
  readonly type: 'PullRequestReview';
  readonly parentId: string;
  state: ReviewState;
  readonly commitOid: string;
  submittedAt: string | null;
  minimizedReason: string | null;
}

export interface ReviewThreadRecord extends RecordBase {
  readonly type: 'PullRequestReviewThread';
  readonly parentId: string;
  readonly path: string;
  readonly line: number | null;
  readonly startLine: number | null;
  readonly side: 'LEFT' | 'RIGHT';
  readonly startSide: 'LEFT' | 'RIGHT' | null;
  readonly subjectType: 'LINE' | 'FILE';
  readonly commitOid: string;
  resolvedById: string | null;
}

export interface ReviewCommentRecord extends RecordBase, Written {
  readonly type: 'PullRequestReviewComment';
  /** The thread. */
  readonly parentId: string;
  readonly reviewId: string;
  readonly replyToId: string | null;
  readonly commitOid: string;
  minimizedReason: string | null;
}

export interface ReactionRecord extends RecordBase {
  readonly type: 'Reaction';
  readonly parentId: string;
  readonly content: string;
  readonly userId: string;
}

export const eventTypes = [
  'AssignedEvent',
  'BaseRefChangedEvent',
  'ClosedEvent',
  'CommentDeletedEvent',
  'ConvertToDraftEvent',
  'CrossReferencedEvent',
  'HeadRefDeletedEvent',
  'HeadRefForcePushedEvent',
  'LabeledEvent',
  'MergedEvent',
  'MilestonedEvent',
  'ReadyForReviewEvent',
  'RenamedTitleEvent',
  'ReopenedEvent',
  'ReviewDismissedEvent',
  'UnassignedEvent',
  'UnlabeledEvent',
] as const;
export type EventType = (typeof eventTypes)[number];

export interface EventRecord extends RecordBase {
  readonly type: EventType;
  /** The issue or pull request on whose timeline it stands. */
  readonly parentId: string;
  readonly actorId: string | null;
  /** The other party: the label, the assignee, the referring issue, the closing pull request. */
  readonly otherId: string | null;
  readonly details: Readonly<Record<string, string>>;
}

export type CheckStatus = 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED';
export type CheckConclusion =
  | 'SUCCESS'
  | 'FAILURE'
  | 'NEUTRAL'
  | 'CANCELLED'
  | 'SKIPPED'
  | 'TIMED_OUT'
  | 'ACTION_REQUIRED'
  | 'STALE'
  | 'STARTUP_FAILURE';

export interface CheckSuiteRecord extends RecordBase {
  readonly type: 'CheckSuite';
  readonly parentId: string;
  readonly headOid: string;
  readonly appName: string;
}

export interface CheckAnnotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'FAILURE' | 'NOTICE' | 'WARNING';
  readonly message: string;
  readonly title: string | null;
}

export interface CheckRunRecord extends RecordBase {
  readonly type: 'CheckRun';
  /** The suite. */
  readonly parentId: string;
  readonly name: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  detailsUrl: string | null;
  isRequired: boolean;
  annotations: CheckAnnotation[];
  /** The log of the job, served by the REST route; null where there is none. */
  log: string | null;
}

export interface StatusContextRecord extends RecordBase {
  readonly type: 'StatusContext';
  readonly parentId: string;
  readonly headOid: string;
  readonly context: string;
  state: 'ERROR' | 'EXPECTED' | 'FAILURE' | 'PENDING' | 'SUCCESS';
  description: string | null;
  targetUrl: string | null;
}

export type Discussion = IssueRecord | PullRequestRecord;
export type AnyRecord =
  | AccountRecord
  | RepositoryRecord
  | LabelRecord
  | MilestoneRecord
  | IssueRecord
  | PullRequestRecord
  | IssueCommentRecord
  | ReviewRecord
  | ReviewThreadRecord
  | ReviewCommentRecord
  | ReactionRecord
  | EventRecord
  | CheckSuiteRecord
  | CheckRunRecord
  | StatusContextRecord;

export type RecordType = AnyRecord['type'];
type Matching<R, T> = R extends { readonly type: infer U } ? ([Extract<U, T>] extends [never] ? never : R) : never;
export type RecordOf<T extends RecordType> = Matching<AnyRecord, T>;

/** What a token may do; a missing entry means no right. Names and values are those of GitHub App permissions. */
export interface TokenPermissions {
  readonly contents?: 'read' | 'write';
  readonly issues?: 'read' | 'write';
  readonly pull_requests?: 'read' | 'write';
  readonly checks?: 'read' | 'write';
  readonly statuses?: 'read' | 'write';
  readonly actions?: 'read' | 'write';
  readonly workflows?: 'write';
}

export interface TokenRecord {
  readonly token: string;
  readonly login: string;
  readonly permissions: TokenPermissions;
  /** The only repositories it reaches, as `owner/name` in lower case; null for all that its login reaches. */
  readonly repositories: readonly string[] | null;
}
