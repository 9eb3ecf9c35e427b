import {
  implementationLeadsTo,
  implementationStateNames,
  type ImplementationReason,
  type ImplementationStage,
  type ImplementationTrack,
} from '../implementation.ts';
import { withReview, type IssueState } from '../issue-state.ts';
import { formatIssue } from '../issue.ts';
import { isPlanApproved, moveImplementation } from '../lifecycle.ts';
import { planStateNames } from '../plan.ts';
import { publishTargets, type PublishTarget } from '../policy.ts';
import { refusal, type Command, type CommandEnvelope, type Refusal } from './command.ts';

function where(state: IssueState): string {
  return formatIssue(state.issue);
}

function notNow(state: IssueState, action: string, hint?: string): Refusal {
  const name = implementationStateNames[state.implementation.state];
  return refusal('NotApplicable', `${where(state)}: cannot ${action} while the implementation is "${name}"`, hint);
}

function needsApproval(state: IssueState): Refusal | undefined {
  if (isPlanApproved(state)) return undefined;
  return refusal(
    'NotApplicable',
    `${where(state)}: the plan is not approved (it is "${planStateNames[state.plan.state]}")`,
    'approve it first: ghw plans approve',
  );
}

export interface ImplementArgs extends CommandEnvelope {
  readonly agent: string | null;
  readonly model: string | null;
  readonly force: boolean;
  readonly publish: PublishTarget | null;
}

interface Start {
  readonly stage: ImplementationStage;
  readonly reason: ImplementationReason;
  readonly patch: Partial<ImplementationTrack>;
}

const afresh: Start = {
  stage: 'run',
  reason: 'implement',
  patch: { baseOid: null, baseRefName: null, change: null, checkpoint: null },
};

/** Where an implementation begins: finished work is not done again, unfinished work is gone on with. */
function startOf(state: IssueState): Start {
  const { implementation } = state;
  switch (implementation.state) {
    case 'pr_opened': {
      const reason = state.review.last?.report.verdict === 'request_changes' ? 'review' : 'implement';
      return { stage: 'run', reason, patch: { checkpoint: null } };
    }
    case 'none':
    case 'failed':
      if (implementation.checkpoint) return { stage: 'run', reason: 'continue', patch: {} };
      if (implementation.change === null) return afresh;
      return implementation.planDigest === state.plan.approval?.digest
        ? { stage: 'validate', reason: 'implement', patch: {} }
        : { stage: 'run', reason: 'continue', patch: {} };
    default:
      return afresh;
  }
}

export const implement: Command<ImplementArgs> = {
  description:
    'Implement the approved plan. Fields: agent?, model?, force?, publish? (none, branch, pull_request), by?',
  parse: (fields) => ({
    ...fields.envelope('optional'),
    agent: fields.optionalText('agent', 100),
    model: fields.optionalText('model', 200),
    force: fields.flag('force'),
    publish: fields.choice('publish', publishTargets),
  }),
  refuse: (state, args) => {
    const { implementation } = state;
    if (!implementationLeadsTo(implementation).includes('generating')) return notNow(state, 'implement');
    if (implementation.state === 'reviewed' && !args.force)
      return notNow(state, 'implement again', 'do it again with --force');
    if (implementation.state !== 'none' && implementation.state !== 'reviewed' && !args.force) {
      return notNow(state, 'implement', 'try again with --force');
    }
    return needsApproval(state);
  },
  apply: (state, args) => {
    const start = startOf(state);
    const implementation = state.implementation;
    return moveImplementation(
      withReview({ ...state, syncDue: true }, { rounds: 0, returns: false, failure: null }),
      'generating',
      {
        ...start.patch,
        stage: start.stage,
        reason: start.reason,
        request: { agent: args.agent, model: args.model, publish: args.publish, by: args.by },
        attempt: implementation.attempt + 1,
        round: 0,
        planDigest: state.plan.approval?.digest ?? null,
        validationFailures: 0,
        concerns: [],
        publishWish: null,
        failure: null,
      },
    );
  },
  detail: (args) =>
    [args.force ? 'force' : '', args.publish ? `publish ${args.publish}` : ''].filter(Boolean).join(', '),
};

export interface ReviewArgs extends CommandEnvelope {
  readonly agent: string | null;
  readonly model: string | null;
}

export const review: Command<ReviewArgs> = {
  description: 'Have the implementation reviewed. Fields: agent?, model?, by?',
  parse: (fields) => ({
    ...fields.envelope('optional'),
    agent: fields.optionalText('agent', 100),
    model: fields.optionalText('model', 200),
  }),
  refuse: (state) => {
    const { implementation, observed } = state;
    if (!implementationLeadsTo(implementation).includes('reviewing')) return notNow(state, 'review');
    if (implementation.state === 'none' && observed && !implementation.pullRequest) {
      return refusal(
        'NotApplicable',
        `${where(state)}: there is nothing to review yet`,
        'implement it first: ghw issues implement',
      );
    }
    return undefined;
  },
  apply: (state, args) => {
    const reviewing = moveImplementation({ ...state, syncDue: true }, 'reviewing', { publishWish: null });
    return withReview(reviewing, {
      request: { agent: args.agent, model: args.model, by: args.by },
      attempt: state.review.attempt + 1,
      rounds: 0,
      failure: null,
    });
  },
};

export interface OpenPullRequestArgs extends CommandEnvelope {
  readonly headSha: string;
  readonly draft: boolean | null;
}

export const openPullRequest: Command<OpenPullRequestArgs> = {
  description: 'Publish the implementation that was shown. Fields: headSha, draft?, by',
  parse: (fields) => ({
    ...fields.envelope('required'),
    headSha: fields.text('headSha', 64),
    draft: fields.optionalFlag('draft'),
  }),
  refuse: (state, args) => {
    const { change, state: current, publishWish } = state.implementation;
    if (!['awaiting_review', 'reviewed', 'review_failed'].includes(current))
      return notNow(state, 'open a pull request');
    if (publishWish) return notNow(state, 'ask twice: it is being published already;');
    if (!change) return refusal('NotApplicable', `${where(state)}: there is no change to publish`);
    if (args.headSha !== change.headOid) {
      return refusal(
        'NotApplicable',
        `${where(state)}: the change is at ${change.headOid.slice(0, 12)}, not at ${args.headSha.slice(0, 12)}`,
        'look at it as it is now: ghw implementations review',
      );
    }
    return state.implementation.pullRequest?.state === 'open' ? undefined : needsApproval(state);
  },
  apply: (state, args) =>
    moveImplementation({ ...state, syncDue: true }, state.implementation.state, {
      stage: 'publish',
      publishWish: { headOid: args.headSha, draft: args.draft, by: args.by },
      failure: null,
    }),
  detail: (args) => `head ${args.headSha.slice(0, 12)}`,
};
