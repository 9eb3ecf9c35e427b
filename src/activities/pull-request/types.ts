import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { PullRequestEvent } from '../../domain/pull-request/event.ts';
import type { PullRequestIdentity } from '../../domain/pull-request/identity.ts';
import type { PullRequestNotice } from '../../domain/pull-request/notice.ts';

/** The steps of a pull request's workflow. Each may run twice and leaves the same. */
export interface PullRequestActivities {
  /** Has an issue's workflow read its issue, which shows it what became of its pull request. Never begins one. */
  tellIssue(issue: IssueIdentity): Promise<{ readonly isThere: boolean }>;
  /** Hands an event to every hook that wants it; fails while one of them does. */
  deliverEvent(event: PullRequestEvent): Promise<void>;
  /** What the ledger knows, without changes; null if it knows nothing of it. */
  recallPullRequest(pullRequest: PullRequestIdentity): Promise<PullRequestNotice | null>;
}
