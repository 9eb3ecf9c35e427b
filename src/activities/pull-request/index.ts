import { activity } from '../failures.ts';
import { shortStep } from '../short-step.ts';
import { createDeliverEvent } from './deliver-event.ts';
import type { PullRequestDependencies } from './dependencies.ts';
import { createRecallPullRequest } from './recall-pull-request.ts';
import type { PullRequestActivities } from './types.ts';

/** The steps of pull requests, for the main task queue. */
export function createPullRequestActivities(deps: PullRequestDependencies): PullRequestActivities {
  return {
    tellIssue: shortStep(async (issue) => ({ isThere: await deps.tellIssue(issue) })),
    deliverEvent: activity(createDeliverEvent(deps)),
    recallPullRequest: shortStep(createRecallPullRequest(deps)),
  };
}
