import type { AgentPhase } from './agent-run.ts';
import type { Budgets } from './budget.ts';
import type { WorkerType } from './worker-type.ts';

/** How far an implementation goes by itself. */
export const publishTargets = ['none', 'branch', 'pull_request'] as const;
export type PublishTarget = (typeof publishTargets)[number];

/** Which agent and model a phase uses. `model: null` means the agent's own default. */
export interface AgentChoice {
  readonly agent: string;
  readonly model: string | null;
}

export const expiries = ['fail', 'assume', 'never'] as const;
/** What an agent's question comes to that nobody answers: a failure, an assumption, or nothing. */
export type OnExpiry = (typeof expiries)[number];
/** What one run of an agent may take. */
export interface RunLimits {
  /** Longest run of an agent, in milliseconds. */
  readonly wallClockMs: number;
  /** Longest silence of an agent before it counts as hung, in milliseconds. */
  readonly idleMs: number;
  readonly maxTurns: number;
  /** US dollars for one run; null for no limit. */
  readonly budgetUsd: number | null;
}

/** Which agent takes issues with a label; null where the choice leaves it as it is. */
export interface LabelChoice {
  readonly label: string;
  readonly phases: readonly AgentPhase[];
  readonly agent: string | null;
  readonly model: string | null;
  readonly limits: Partial<RunLimits>;
}

/** What an agent brings along that has a name of its own. */
export interface NamedAgentPolicy {
  readonly model: string | null;
  readonly limits: Partial<RunLimits>;
}

/**
 * What the worker's configuration says for one repository, in the plain form in which a workflow takes it.
 * Read anew at the start of every phase; never held longer.
 */
export interface IssuePolicy {
  readonly taskType: WorkerType;
  /** Of the repository: 1 critical to 4 low. */
  readonly priority: number;
  readonly plan: AgentChoice;
  readonly implement: AgentChoice & {
    readonly publish: PublishTarget;
    readonly draft: boolean;
    /** How often a failed validation goes back to the agent before the implementation fails. */
    readonly validationRounds: number;
  };
  readonly review: AgentChoice & {
    /** How often a review that asks for changes goes back to the agent before a person is asked. */
    readonly maxRounds: number;
  };
  readonly run: RunLimits;
  /** The first that fits an issue counts; left out by workers of earlier versions. */
  readonly choices?: readonly LabelChoice[];
  /** Agents that take over, in this order. */
  readonly fallback?: readonly string[];
  /** By name. */
  readonly namedAgents?: Readonly<Record<string, NamedAgentPolicy>>;
  readonly approval: {
    /** Until a person is first reminded of what waits for them, in milliseconds; null for never. */
    readonly reminderMs: number | null;
    /** Between the reminders that follow, in milliseconds. */
    readonly remindAgainMs: number;
    /** Whether commands in comments on the issue count. */
    readonly commentCommands: boolean;
  };
  readonly clarification: {
    readonly onExpiry: OnExpiry;
    /** From the question on, in milliseconds. */
    readonly expiresAfterMs: number;
    /** How many questions one piece of work may ask. */
    readonly maxRounds: number;
  };
  readonly budgets: Budgets;
  readonly notifications: {
    /** Whether questions and reminders are written as a comment on the issue. */
    readonly githubComment: boolean;
  };
  readonly validation: {
    /** Longest run of all validation commands together, in milliseconds. */
    readonly timeoutMs: number;
  };
}

/** What holds until the configuration has been read. */
export const defaultTalk: Pick<IssuePolicy, 'clarification' | 'budgets'> = {
  clarification: { onExpiry: 'fail', expiresAfterMs: 30 * 60_000, maxRounds: 3 },
  budgets: { issueUsd: null, repositoryUsd: null, repositoryPeriod: 'month', dayUsd: null },
};
