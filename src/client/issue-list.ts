import { GhwError } from '../domain/errors.ts';
import { type ImplementationState, implementationStates } from '../domain/implementation.ts';
import type { Phase, WaitsFor } from '../domain/lifecycle.ts';
import type { PlanState } from '../domain/plan.ts';
import { canonicalRepositoryName } from '../domain/repository-name.ts';
import { ISSUE_WORKFLOW, type IssueMemo, searchAttributes as attributes } from '../workflows/protocol.ts';
import type { TemporalClient } from './connection.ts';

/** A line of `ghw issues list`, from what Temporal's visibility holds: no worker is asked. */
export interface TrackedIssue {
  readonly repository: string;
  readonly number: number;
  readonly title: string | null;
  readonly url: string | null;
  readonly author: string | null;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly pullRequest: number | null;
  readonly paused: boolean;
  readonly phase: Phase | null;
  readonly planState: PlanState;
  readonly implementationState: ImplementationState;
  readonly waitsFor: WaitsFor | null;
  readonly costUsd: number;
  /** False once merged or closed. */
  readonly open: boolean;
  readonly workflowId: string;
}

export interface IssueListOptions {
  /** Names in any spelling; all if absent. */
  readonly repositories?: readonly string[];
  /** Also what is over. */
  readonly all?: boolean;
}

/** The issues that have a workflow, by repository and number. The newest run of each counts. */
export async function listIssues(
  temporal: TemporalClient,
  options: IssueListOptions = {},
): Promise<readonly TrackedIssue[]> {
  const newest = new Map<string, TrackedIssue>();
  try {
    // Visibility gives the newest start first.
    for await (const execution of temporal.client.workflow.list({ query: listQuery(options), pageSize: 1000 })) {
      const { workflowId, typedSearchAttributes: found } = execution;
      const named = /^issue:(.+)#(\d+)$/.exec(workflowId);
      if (named === null || newest.has(workflowId)) continue;
      const memo = (execution.memo ?? {}) as Partial<IssueMemo>;
      const tags = found.get(attributes.tags) ?? [];
      newest.set(workflowId, {
        repository: found.get(attributes.repository) ?? named[1] ?? '',
        number: Number(named[2]),
        title: memo.title ?? null,
        url: memo.url ?? null,
        author: memo.author ?? null,
        labels: tagged(tags, 'label'),
        assignees: tagged(tags, 'assignee'),
        pullRequest: memo.pullRequest ?? null,
        paused: memo.paused ?? false,
        phase: (found.get(attributes.phase) as Phase | undefined) ?? null,
        planState: (found.get(attributes.planState) as PlanState | undefined) ?? 'none',
        implementationState: implementationState(found.get(attributes.implementationState)),
        waitsFor: (found.get(attributes.waitsFor) as WaitsFor | undefined) ?? null,
        costUsd: found.get(attributes.costUsd) ?? 0,
        open: execution.status.name === 'RUNNING',
        workflowId,
      });
    }
  } catch (error) {
    throw new GhwError('TemporalUnreachable', `Temporal cannot list the issues: ${String(error)}`, {
      hint: 'See `ghw doctor`.',
      cause: error,
    });
  }
  return [...newest.values()].sort((a, b) => a.repository.localeCompare(b.repository) || a.number - b.number);
}

/** Repository names hold no quotes, by GitHub's rules; they were checked before they came here. */
function listQuery(options: IssueListOptions): string {
  const terms = [`WorkflowType = '${ISSUE_WORKFLOW}'`];
  if (options.all !== true) terms.push(`ExecutionStatus = 'Running'`);
  if (options.repositories !== undefined) {
    const prefixes = options.repositories.map(
      (repository) => `WorkflowId STARTS_WITH 'issue:${canonicalRepositoryName(repository)}#'`,
    );
    terms.push(prefixes.length === 0 ? `WorkflowId = ''` : `(${prefixes.join(' OR ')})`);
  }
  return terms.join(' AND ');
}

/** What the tags `kind:…` say. */
function tagged(tags: readonly string[], kind: 'label' | 'assignee'): readonly string[] {
  return tags.filter((tag) => tag.startsWith(`${kind}:`)).map((tag) => tag.slice(kind.length + 1));
}

function implementationState(text: string | undefined): ImplementationState {
  return implementationStates.find((state) => state === text) ?? 'none';
}
