import type { TrackedIssue } from '../../client/issue-list.ts';
import type { ImplementationState } from '../../domain/implementation.ts';
import type { IssueOutcome } from '../../domain/issue-state.ts';
import type { Gone } from '../../domain/issue.ts';
import type { Phase, WaitsFor } from '../../domain/lifecycle.ts';
import type { PlanState } from '../../domain/plan.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import type { LedgerIssue } from '../../ledger/ledger.ts';

/** One line of `ghw issues list`; its JSON has exactly these keys. `docs/commands.md` explains them. */
export interface IssueLine {
  readonly repository: string;
  readonly number: number;
  readonly title: string | null;
  readonly url: string | null;
  readonly state: 'open' | 'closed';
  readonly author: string | null;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly phase: Phase;
  readonly planState: PlanState;
  readonly implementationState: ImplementationState;
  readonly waitsFor: WaitsFor;
  readonly paused: boolean;
  readonly outcome: IssueOutcome | null;
  readonly pullRequest: number | null;
  readonly costUsd: number;
  readonly failure: string | null;
  readonly gone: Gone['how'] | null;
  /** True while its workflow runs. */
  readonly live: boolean;
  readonly workflowId: string | null;
}

/** What of the two sources could be read; undefined for one that could not be reached. */
export interface Sources {
  readonly ledger: readonly LedgerIssue[] | undefined;
  readonly live: readonly TrackedIssue[] | undefined;
  /** Workflows that run as well, and of which the ledger says all that there is to say. */
  readonly liveByLedger?: ReadonlySet<string>;
}

/** A configured repository, as far as names are concerned. */
export interface KnownRepository {
  readonly name: string;
  readonly id?: string | undefined;
  readonly renamed_to?: string | undefined;
}

/**
 * One line per issue that either source knows. What runs is as Temporal says; what GitHub shows, and what is over, is as
 * the ledger says.
 *
 * @param repositories - those of the configuration: they say which names are one repository's
 */
export function joinIssues(
  { ledger, live, liveByLedger }: Sources,
  repositories: readonly KnownRepository[],
): readonly IssueLine[] {
  const ids = idsByName(ledger ?? [], repositories);
  const keyOf = (name: string, number: number): string => `${ids.get(name) ?? name}#${String(number)}`;
  const running = new Map<string, TrackedIssue>();
  for (const issue of live ?? []) running.set(keyOf(registeredName(issue), issue.number), issue);
  const lines: IssueLine[] = [];
  for (const issue of ledger ?? []) {
    const key = `${issue.repositoryId}#${String(issue.number)}`;
    lines.push(lineOf(issue, running.get(key), liveByLedger?.has(issue.progress?.workflowId ?? '') ?? false));
    running.delete(key);
  }
  const shown = shownNames(repositories);
  for (const issue of running.values()) lines.push(liveLine(issue, shown));
  return lines;
}

function lineOf(issue: LedgerIssue, live: TrackedIssue | undefined, isLive: boolean): IssueLine {
  const { progress } = issue;
  const isNewer = live !== undefined && (live.open || progress === null);
  const stands = isNewer ? live : progress;
  const isSame =
    stands?.planState === progress?.planState && stands?.implementationState === progress?.implementationState;
  return {
    repository: issue.repository,
    number: issue.number,
    title: issue.title,
    url: issue.url,
    state: issue.state,
    author: issue.author,
    labels: issue.labels,
    assignees: issue.assignees,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    phase: stands?.phase ?? 'new',
    planState: stands?.planState ?? 'none',
    implementationState: stands?.implementationState ?? 'none',
    waitsFor: stands?.waitsFor ?? 'nobody',
    paused: stands?.paused ?? false,
    outcome: isNewer ? null : (progress?.outcome ?? null),
    pullRequest: stands?.pullRequest ?? null,
    // The ledger remembers what earlier workflows cost.
    costUsd: Math.max(live?.costUsd ?? 0, progress?.costUsd ?? 0),
    failure: isSame ? (progress?.failure ?? null) : null,
    gone: issue.gone?.how ?? null,
    live: live?.open ?? isLive,
    workflowId: live?.workflowId ?? progress?.workflowId ?? null,
  };
}

function liveLine(issue: TrackedIssue, shown: ReadonlyMap<string, string>): IssueLine {
  return {
    repository: shown.get(registeredName(issue)) ?? issue.repository,
    number: issue.number,
    title: issue.title,
    url: issue.url,
    state: issue.open ? 'open' : 'closed',
    author: issue.author,
    labels: issue.labels,
    assignees: issue.assignees,
    createdAt: null,
    updatedAt: null,
    phase: issue.phase ?? 'new',
    planState: issue.planState,
    implementationState: issue.implementationState,
    waitsFor: issue.open ? (issue.waitsFor ?? 'nobody') : 'nobody',
    paused: issue.paused,
    outcome: null,
    pullRequest: issue.pullRequest,
    costUsd: issue.costUsd,
    failure: null,
    gone: null,
    live: issue.open,
    workflowId: issue.workflowId,
  };
}

/** The name that a workflow's id keeps, whatever the repository is called now. */
function registeredName({ workflowId, repository }: TrackedIssue): string {
  return canonicalRepositoryName(/^issue:(.+)#\d+$/.exec(workflowId)?.[1] ?? repository);
}

function idsByName(
  ledger: readonly LedgerIssue[],
  repositories: readonly KnownRepository[],
): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  let last = '';
  for (const { repository, repositoryId } of ledger) {
    // Thousands of lines are of one repository.
    if (repository !== last) ids.set(canonicalRepositoryName(repository), repositoryId);
    last = repository;
  }
  for (const { name, id, renamed_to: now } of repositories) {
    if (id === undefined) continue;
    ids.set(canonicalRepositoryName(name), id);
    if (now !== undefined) ids.set(canonicalRepositoryName(now), id);
  }
  return ids;
}

/** Workflow ids are in lower case; people see a repository's own spelling. */
function shownNames(repositories: readonly KnownRepository[]): ReadonlyMap<string, string> {
  return new Map(repositories.map(({ name, renamed_to: now }) => [canonicalRepositoryName(name), now ?? name]));
}
