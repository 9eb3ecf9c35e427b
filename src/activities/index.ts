import type { ArtifactStore } from '../artifacts/store.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import type { IssuePolicy } from '../domain/policy.ts';
import type { Publisher, Remote } from '../workspace/workspace.ts';
import type { AgentDependencies } from './agent/dependencies.ts';
import { createReleaseWorkspace } from './agent/release-workspace.ts';
import { createReviewChange } from './agent/review-change.ts';
import { createRunAgent } from './agent/run-agent.ts';
import { createValidateChange } from './agent/validate-change.ts';
import {
  PLAN_MARKER,
  planComment,
  REVIEW_MARKER,
  reminderComment,
  reminderMarker,
  reviewComment,
} from './comment-texts.ts';
import type { CycleDependencies } from './cycle/dependencies.ts';
import { createCycleActivities } from './cycle/index.ts';
import type { CycleActivities } from './cycle/types.ts';
import { activity } from './failures.ts';
import { createRecallIssue, createRecordIssue } from './ledger.ts';
import { createOpenPullRequest } from './open-pull-request.ts';
import { postOwnComment } from './own-comment.ts';
import { questionComment, questionMarker } from './question-comment.ts';
import { createPublishChange } from './publish-change.ts';
import type { SyncDependencies } from './sync/dependencies.ts';
import { createSyncRepositories } from './sync/sync-repositories.ts';
import { shortStep } from './short-step.ts';
import { createSyncIssue } from './sync-issue.ts';
import type { AgentActivities, MainActivities } from './types.ts';

/** What the short steps stand on. */
export interface MainDependencies extends SyncDependencies, CycleDependencies {
  readonly artifacts: ArtifactStore;
  readonly publisher: Publisher;
  /** Whether an issue's unfinished work was pushed as well. */
  readonly hasCheckpointRef: (issue: IssueIdentity) => Promise<boolean>;
  readonly remoteOf: (repository: string) => Remote;
  /** The configuration's policy now, by name or node id. */
  readonly policyOf: (repository: { readonly name: string; readonly id: string | null }) => Promise<IssuePolicy>;
}

/** The short steps, for the main task queue. */
export function createMainActivities(deps: MainDependencies): MainActivities & CycleActivities {
  return {
    ...createCycleActivities(deps),
    syncIssue: shortStep(createSyncIssue(deps)),
    loadPolicy: activity(deps.policyOf),
    recallIssue: shortStep(createRecallIssue(deps)),
    recordIssue: shortStep(createRecordIssue(deps)),
    publishPlan: shortStep((input) =>
      postOwnComment(deps.github, { subjectId: input.issueId, marker: PLAN_MARKER, body: planComment(input) }),
    ),
    publishQuestion: shortStep((input) =>
      postOwnComment(deps.github, {
        subjectId: input.issueId,
        marker: questionMarker(input.question),
        body: questionComment(input),
      }),
    ),
    postReminder: shortStep((input) =>
      postOwnComment(deps.github, {
        subjectId: input.issueId,
        marker: reminderMarker(input),
        body: reminderComment(input),
      }),
    ),
    publishChange: shortStep(createPublishChange(deps)),
    openPullRequest: shortStep(createOpenPullRequest(deps)),
    publishReview: shortStep(({ pullRequest, review }) =>
      postOwnComment(deps.github, { subjectId: pullRequest.id, marker: REVIEW_MARKER, body: reviewComment(review) }),
    ),
    syncRepositories: activity(createSyncRepositories(deps)),
  };
}

/** The long steps, for the task queue of a worker type. */
export function createAgentActivities(deps: AgentDependencies): AgentActivities {
  return {
    runAgent: activity(createRunAgent(deps)),
    reviewChange: activity(createReviewChange(deps)),
    validateChange: activity(createValidateChange(deps)),
    releaseWorkspace: activity(createReleaseWorkspace(deps)),
  };
}
