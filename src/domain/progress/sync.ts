import { applyCommentCommands, type ConfirmedCommand } from '../comment-commands.ts';
import { withIssueRead } from '../cycle/request.ts';
import { hasOpenPullRequest, type ImplementationTrack } from '../implementation.ts';
import { withAudit, withImplementation, type IssueState, type ObservedIssue } from '../issue-state.ts';
import type { PullRequest } from '../issue.ts';
import { isPlanApproved, moveImplementation, stopForVoidApproval } from '../lifecycle.ts';
import { defaultTalk, type IssuePolicy } from '../policy.ts';

/** What a sync brought home. */
export interface SyncResult {
  readonly observed: ObservedIssue;
  readonly commands: readonly ConfirmedCommand[];
  readonly policy: IssuePolicy;
}

/**
 * Takes in what GitHub says now: a merged or closed pull request, a closed issue, a changed text that makes an approval
 * void, the repository's present name, and what people asked for in comments.
 */
export function applySync(state: IssueState, result: SyncResult): IssueState {
  const { commands, observed } = result;
  // A worker of an older version leaves out what it does not know.
  const policy: IssuePolicy = { ...defaultTalk, ...result.policy };
  const seen: IssueState = {
    ...state,
    issue: {
      ...state.issue,
      repository: observed.repository.nameWithOwner,
      repositoryId: observed.repository.id,
    },
    observed,
    policy,
    taskType: policy.taskType,
    syncDue: false,
    // Told at every sync, also where nothing is new: the ledger may have been lost since.
    recorded: { ...state.recorded, key: null },
  };
  const taken = applyIssueClosed(applyChangedText(applyPullRequest(seen, observed.ownPullRequest)));
  return withIssueRead(applyCommentCommands(taken, commands, observed.at));
}

function audited(state: IssueState, action: string, detail: string): IssueState {
  return withAudit(state, { at: state.observed?.at ?? '', action, by: 'GitHub', door: 'sync', detail });
}

/** Ends what runs in favour of a state of the pull request. */
function toPullRequestState(state: IssueState, to: 'pr_closed' | 'pr_opened', pullRequest: PullRequest): IssueState {
  return moveImplementation(state, to, {
    stage: null,
    publishWish: null,
    pullRequest,
    published: publishedBy(state, pullRequest),
  });
}

function publishedBy(state: IssueState, pullRequest: PullRequest): ImplementationTrack['published'] {
  return state.implementation.published ?? { branch: pullRequest.headRefName, headOid: pullRequest.headOid };
}

function applyPullRequest(state: IssueState, pullRequest: PullRequest | null): IssueState {
  const known = state.implementation.pullRequest;
  if (!pullRequest) return state;
  if (known?.number !== pullRequest.number) return adoptPullRequest(state, pullRequest);
  if (known.state === pullRequest.state) return withImplementation(state, { pullRequest });
  const label = `pull request #${pullRequest.number}`;
  switch (pullRequest.state) {
    case 'merged': {
      const merged = hasOpenPullRequest(state.implementation)
        ? moveImplementation(state, 'merged', { stage: null, publishWish: null, pullRequest })
        : withImplementation(state, { state: 'merged', stage: null, publishWish: null, pullRequest });
      return { ...audited(merged, 'merged', label), outcome: 'merged' };
    }
    case 'closed':
      return audited(toPullRequestState(state, 'pr_closed', pullRequest), 'pullRequestClosed', label);
    case 'open':
      return state.implementation.state === 'pr_closed'
        ? audited(toPullRequestState(state, 'pr_opened', pullRequest), 'pullRequestReopened', label)
        : withImplementation(state, { pullRequest });
  }
}

/** A pull request of ours that this run did not open: an earlier run did. */
function adoptPullRequest(state: IssueState, pullRequest: PullRequest): IssueState {
  const published = publishedBy(state, pullRequest);
  if (state.implementation.state !== 'none' || pullRequest.state === 'merged') {
    const remembered = pullRequest.state === 'open' ? { pullRequest, published } : { published };
    return withImplementation(state, remembered);
  }
  const to = pullRequest.state === 'open' ? 'pr_opened' : 'pr_closed';
  const adopted = toPullRequestState(state, to, pullRequest);
  return audited(adopted, 'pullRequestFound', `pull request #${pullRequest.number}, ${pullRequest.state}`);
}

function applyChangedText(state: IssueState): IssueState {
  if (state.plan.state !== 'approved' || isPlanApproved(state) || hasOpenPullRequest(state.implementation))
    return state;
  return audited(stopForVoidApproval(state), 'approvalVoid', "the issue's title or body changed after the approval");
}

function applyIssueClosed(state: IssueState): IssueState {
  if (state.outcome || state.observed?.state !== 'closed') return state;
  return { ...audited(state, 'issueClosed', ''), outcome: 'closed' };
}

/** The issue does not exist, or not any more. */
export function applyIssueMissing(state: IssueState): IssueState {
  return { ...state, syncDue: false, outcome: 'not_found' };
}
