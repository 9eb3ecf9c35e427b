import type { CyclePhase } from '../../domain/cycle/phases.ts';
import type { WaitsFor } from '../../domain/lifecycle.ts';
import { formatIssue } from '../../domain/issue.ts';
import type { LedgerIssue, SpendLine } from '../../ledger/ledger.ts';
import { standingText } from '../describe.ts';
import type { IssueLine } from '../listing/line.ts';
import { sortLines } from '../listing/sort.ts';
import { nextCommand } from '../next-step.ts';

/** How far set-up is; each stage has a command that leads to the next. */
export type SetUpStage = 'uninitialized' | 'broken' | 'configured' | 'repositories' | 'synced' | 'ready';

/** What `ghw status --json` prints. `docs/commands.md` explains it. */
export interface Status {
  readonly setUp: {
    readonly stage: SetUpStage;
    /** The configuration file. */
    readonly path: string;
    readonly repositories: number;
    /** Null where the ledger cannot be reached. */
    readonly issues: number | null;
    /** Whether a worker answers; null where Temporal cannot be reached. */
    readonly worker: boolean | null;
  };
  /** The command to give next. */
  readonly next: string;
  /** What could not be found out, and why. */
  readonly problems: readonly { readonly part: Part; readonly message: string }[];
  /** Work cycles. Null where that cannot be known, as below. */
  readonly cycles: readonly RunningCycle[] | null;
  readonly running: readonly RunningIssue[] | null;
  readonly waiting: readonly WaitingIssue[] | null;
  readonly failed: readonly WaitingIssue[] | null;
  /** Open pull requests, as discovery saw them last. */
  readonly pullRequests: PullRequestsStatus | null;
  readonly cost: {
    readonly todayUsd: number;
    readonly totalUsd: number;
    readonly byAgent: readonly SpendLine[];
  } | null;
}

/** A work cycle that runs. */
export interface RunningCycle {
  readonly id: string;
  /** Null where no worker says how far it is, like the phase. */
  readonly startedAt: string | null;
  readonly phase: CyclePhase | null;
  /** Of the phase: what it is done with, and all that it has taken. */
  readonly ended: number;
  readonly taken: number;
}

export interface PullRequestsStatus {
  /** With failed checks. */
  readonly failing: readonly WaitingPullRequest[];
  /** Whose checks have passed, and which wait to be reviewed. */
  readonly waiting: readonly WaitingPullRequest[];
}

export interface WaitingPullRequest {
  readonly repository: string;
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly what: string;
  readonly next: string;
}

export type Part = 'configuration' | 'temporal' | 'ledger';

interface Named {
  readonly repository: string;
  readonly number: number;
  readonly title: string | null;
  readonly costUsd: number;
}

export interface RunningIssue extends Named {
  /** Such as `plan being generated`. */
  readonly doing: string;
  /** As far as Temporal tells. */
  readonly step: string | null;
  readonly agent: string | null;
  readonly attempt: number | null;
  readonly since: string | null;
}

export interface WaitingIssue extends Named {
  readonly what: string;
  readonly next: string;
}

/** What is known of the set-up, whatever could be reached. */
export interface SetUpFacts {
  readonly configured: boolean;
  readonly broken: boolean;
  readonly repositories: readonly string[];
  readonly issues: number | null;
  readonly worker: boolean | null;
}

/** How far set-up is. What cannot be found out is not held to be done. */
export function stageOf({ configured, broken, repositories, issues, worker }: SetUpFacts): SetUpStage {
  if (broken) return 'broken';
  if (repositories.length === 0) return configured ? 'configured' : 'uninitialized';
  if (issues === null || issues === 0) return 'repositories';
  return worker === true ? 'ready' : 'synced';
}

/** The command that leads on from a stage. @param first - an issue to plan, where one is known */
export function nextOf(stage: SetUpStage, { worker }: SetUpFacts, first: string | undefined): string {
  switch (stage) {
    case 'uninitialized':
      return 'ghw init';
    case 'broken':
      return 'ghw config validate';
    case 'configured':
      return 'ghw repositories add owner/repo';
    case 'repositories':
      return worker === true ? 'ghw issues sync' : 'ghw up';
    case 'synced':
      return 'ghw up';
    case 'ready':
      return first ?? 'ghw issues list';
  }
}

/**
 * What to begin with where nothing waits: an approved plan is implemented when somebody says so; else an issue is planned,
 * with a label that selects it rather than without.
 */
export function firstCommand(newest: readonly LedgerIssue[], labels: readonly string[]): string | undefined {
  const approved = newest.find(
    ({ progress }) => progress?.planState === 'approved' && progress.implementationState === 'none',
  );
  if (approved !== undefined) return `ghw issues implement ${formatIssue(approved)}`;
  const fresh = newest.filter(({ progress }) => (progress?.phase ?? 'new') === 'new');
  const first = fresh.find((issue) => issue.labels.some((label) => labels.includes(label))) ?? fresh[0];
  return first && `ghw issues plan ${formatIssue(first)}`;
}

function isFailed({ planState, implementationState, waitsFor }: IssueLine): boolean {
  if (waitsFor === 'agent') return false;
  return planState === 'failed' || implementationState === 'failed' || implementationState === 'review_failed';
}

/** The issues that wait for one of these, as lines of the status: failed ones apart. */
export function sorted(lines: readonly IssueLine[]): {
  readonly running: readonly IssueLine[];
  readonly waiting: readonly WaitingIssue[];
  readonly failed: readonly WaitingIssue[];
} {
  const inOrder = sortLines(lines, 'number');
  const isOf = (whom: WaitsFor) => (line: IssueLine) => line.waitsFor === whom && !isFailed(line);
  return {
    running: inOrder.filter(isOf('agent')),
    waiting: inOrder.filter(isOf('person')).map(waitingIssue),
    failed: inOrder.filter(isFailed).map((line) => ({ ...waitingIssue(line), next: commandAgain(line) })),
  };
}

function commandAgain(line: IssueLine): string {
  const issue = formatIssue(line);
  if (line.planState === 'failed') return `ghw issues plan ${issue}`;
  return line.implementationState === 'failed' ? `ghw issues implement ${issue} --force` : `ghw issues review ${issue}`;
}

function waitingIssue(line: IssueLine): WaitingIssue {
  const { repository, number, title, costUsd, url, outcome, paused, planState, implementationState, waitsFor } = line;
  const standing = { repository, number, url, outcome, paused, waitsFor };
  const next = nextCommand({ ...standing, plan: { state: planState }, implementation: { state: implementationState } });
  return {
    ...{ repository, number, title, costUsd },
    what: `${standingText(line)}${line.failure === null ? '' : ` (${line.failure})`}`,
    // An open pull request waits to be read and merged.
    next: next ?? `ghw open ${formatIssue(line)} --pull-request`,
  };
}
