import { shortDigest, utf8Bytes, digestText } from '../digest.ts';
import { withPlan, type IssueState } from '../issue-state.ts';
import { formatIssue } from '../issue.ts';
import { isPlanStale, stopForVoidApproval } from '../lifecycle.ts';
import {
  addPlanVersion,
  currentPlan,
  MAX_PLAN_BYTES,
  planStateNames,
  planTransitions,
  type PlanVersion,
} from '../plan.ts';
import { mayLead, transition } from '../transitions.ts';
import { refusal, type Command, type CommandEnvelope, type Refusal } from './command.ts';

export interface PlanArgs extends CommandEnvelope {
  readonly agent: string | null;
  readonly model: string | null;
  readonly force: boolean;
  readonly guidance: string | null;
}

function where(state: IssueState): string {
  return formatIssue(state.issue);
}

function notNow(state: IssueState, action: string, hint?: string): Refusal {
  return refusal(
    'NotApplicable',
    `${where(state)}: cannot ${action} while the plan is "${planStateNames[state.plan.state]}"`,
    hint,
  );
}

export const plan: Command<PlanArgs> = {
  description: 'Write a plan. Fields: agent?, model?, force?, guidance?, by?',
  parse: (fields) => ({
    ...fields.envelope('optional'),
    agent: fields.optionalText('agent', 100),
    model: fields.optionalText('model', 200),
    force: fields.flag('force'),
    guidance: fields.optionalText('guidance', 20_000),
  }),
  refuse: (state, args) => {
    if (!mayLead(planTransitions, state.plan.state, 'generating')) {
      return notNow(
        state,
        'plan',
        state.plan.state === 'approved' ? 'unapprove it first: ghw plans unapprove' : undefined,
      );
    }
    if (state.plan.state === 'awaiting_review' && !args.force) {
      return notNow(state, 'plan anew', 'approve it, revise it with feedback, or plan anew with --force');
    }
    return undefined;
  },
  apply: (state, args) =>
    withPlan(
      { ...state, syncDue: true },
      {
        state: transition(planTransitions, state.plan.state, 'generating'),
        attempt: state.plan.attempt + 1,
        request: { kind: 'new', agent: args.agent, model: args.model, text: args.guidance, by: args.by },
        approval: null,
        failure: null,
      },
    ),
};

export interface ApprovePlanArgs extends CommandEnvelope {
  /** A full digest or at least its first 8 digits. */
  readonly digest: string | null;
  readonly version: number | null;
  readonly note: string | null;
  readonly staleOk: boolean;
}

const MIN_DIGEST = 8;

function namedPlan(state: IssueState, args: ApprovePlanArgs): PlanVersion | Refusal {
  const current = currentPlan(state.plan);
  if (!current)
    return refusal('NotApplicable', `${where(state)}: there is no plan yet`, 'ask for one: ghw issues plan');
  if (args.digest === null && args.version === null) {
    return refusal('InvalidInput', `${where(state)}: an approval names the plan by \`digest\` or \`version\``);
  }
  if (
    args.digest !== null &&
    (args.digest.length < MIN_DIGEST || !current.digest.startsWith(args.digest.toLowerCase()))
  ) {
    return refusal(
      'PlanDigestMismatch',
      `${where(state)}: the approval names plan ${args.digest.slice(0, 12)}, but the plan to approve is version ` +
        `${current.version} with digest ${shortDigest(current.digest)}`,
      'read the plan as it is now: ghw plans review',
    );
  }
  if (args.version !== null && args.version !== current.version) {
    return refusal(
      'PlanDigestMismatch',
      `${where(state)}: the approval names version ${args.version}, but the plan to approve is version ${current.version}`,
      'read the plan as it is now: ghw plans review',
    );
  }
  return current;
}

export const approvePlan: Command<ApprovePlanArgs> = {
  description: 'Approve the plan. Fields: digest (or version), by, note?, staleOk?',
  parse: (fields) => ({
    ...fields.envelope('required'),
    digest: fields.optionalText('digest', 64),
    version: fields.optionalInteger('version'),
    note: fields.optionalText('note'),
    staleOk: fields.flag('staleOk'),
  }),
  refuse: (state, args) => {
    const named = namedPlan(state, args);
    if ('message' in named) return named;
    if (state.plan.state !== 'awaiting_review') return notNow(state, 'approve');
    if (isPlanStale(state) && !args.staleOk) {
      return refusal(
        'PlanStale',
        `${where(state)}: the issue's text has changed since plan version ${named.version} was written`,
        'plan anew with ghw issues plan --force, or approve it all the same with --stale-ok',
      );
    }
    return undefined;
  },
  apply: (state, args, context) => {
    const current = currentPlan(state.plan);
    if (!current) return state;
    return withPlan(state, {
      state: transition(planTransitions, state.plan.state, 'approved'),
      approval: {
        digest: current.digest,
        issueTextDigest: state.observed?.textDigest ?? current.issueTextDigest,
        by: args.by,
        door: context.door,
        note: args.note,
        at: context.now,
      },
    });
  },
  detail: (args) =>
    [args.digest ? `digest ${shortDigest(args.digest)}` : `version ${args.version}`, args.note]
      .filter(Boolean)
      .join('; '),
};

export interface ReasonArgs extends CommandEnvelope {
  readonly reason: string | null;
}

export const unapprovePlan: Command<ReasonArgs> = {
  description: 'Take the approval back; a running implementation stops, its work is kept. Fields: by, reason?',
  parse: (fields) => ({ ...fields.envelope('required'), reason: fields.optionalText('reason') }),
  refuse: (state) => (state.plan.state === 'approved' ? undefined : notNow(state, 'take an approval back')),
  apply: (state) => stopForVoidApproval(state),
  detail: (args) => args.reason ?? '',
};

export interface RevisePlanArgs extends CommandEnvelope {
  readonly feedback: string;
}

export const revisePlan: Command<RevisePlanArgs> = {
  description: 'Have the plan rewritten with feedback, in the same session. Fields: feedback, by',
  parse: (fields) => ({ ...fields.envelope('required'), feedback: fields.text('feedback', 20_000) }),
  refuse: (state) => (state.plan.state === 'awaiting_review' ? undefined : notNow(state, 'revise')),
  apply: (state, args) =>
    withPlan(
      { ...state, syncDue: true },
      {
        state: transition(planTransitions, state.plan.state, 'generating'),
        attempt: state.plan.attempt + 1,
        request: {
          kind: 'revise',
          agent: state.plan.request?.agent ?? null,
          model: state.plan.request?.model ?? null,
          text: args.feedback,
          by: args.by,
        },
        failure: null,
      },
    ),
  detail: (args) => args.feedback.slice(0, 200),
};

export interface EditPlanArgs extends CommandEnvelope {
  readonly text: string;
}

export const editPlan: Command<EditPlanArgs> = {
  description: 'Replace the plan by a text of your own; it becomes the next version, unapproved. Fields: text, by',
  parse: (fields) => ({ ...fields.envelope('required'), text: fields.text('text', 1_000_000) }),
  refuse: (state, args) => {
    if (state.plan.state !== 'awaiting_review' && state.plan.state !== 'approved') return notNow(state, 'edit');
    const bytes = utf8Bytes(args.text);
    if (bytes > MAX_PLAN_BYTES) {
      return refusal(
        'PlanTooLong',
        `${where(state)}: the plan has ${bytes} bytes; at most ${MAX_PLAN_BYTES} fit into one comment`,
      );
    }
    if (digestText(args.text) === currentPlan(state.plan)?.digest) {
      return refusal('NotApplicable', `${where(state)}: the text is the same as that of the current plan`);
    }
    return undefined;
  },
  apply: (state, args, context) => {
    const stopped = state.plan.state === 'approved' ? stopForVoidApproval(state) : state;
    return withPlan(stopped, {
      versions: addPlanVersion(stopped.plan.versions, {
        digest: digestText(args.text),
        text: args.text,
        issueTextDigest: state.observed?.textDigest ?? '',
        author: args.by,
        door: 'person',
        createdAt: context.now,
      }),
    });
  },
};

export const rejectPlan: Command<ReasonArgs> = {
  description: 'Reject the plan. Fields: by, reason',
  parse: (fields) => ({ ...fields.envelope('required'), reason: fields.text('reason') }),
  refuse: (state) => (state.plan.state === 'awaiting_review' ? undefined : notNow(state, 'reject')),
  apply: (state) => withPlan(state, { state: transition(planTransitions, state.plan.state, 'rejected') }),
  detail: (args) => args.reason ?? '',
};
