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

const DEADLINE_MS = 20_000;

export interface IssueListOptions {
  /** Names in any spelling; all if absent. */
  readonly repositories?: readonly string[];
  /** Also what is over. */
  readonly all?: boolean;
  /** Only those with which something was begun: what comes before that, the ledger knows as well. */
  readonly begun?: boolean;
  /** Only those that wait for one of these; all if absent. */
  readonly waitsFor?: readonly WaitsFor[];
}

/** Temporal's largest page. */
const PAGE = 1_000;
/** `WORKFLOW_EXECUTION_STATUS_RUNNING`. */
const RUNNING = 1;

/** The issues that have a workflow. The newest run of each counts. */
export async function listIssues(
  { connection, namespace }: TemporalClient,
  options: IssueListOptions = {},
): Promise<readonly TrackedIssue[]> {
  const newest = new Map<string, TrackedIssue>();
  const query = listQuery(options);
  let nextPageToken: Uint8Array | undefined;
  try {
    do {
      // Not the client's own list: it decodes each value of thousands on its own, which takes longer than all else.
      const page = await connection.withDeadline(Date.now() + DEADLINE_MS, () =>
        connection.workflowService.listWorkflowExecutions({ namespace, query, pageSize: PAGE, nextPageToken }),
      );
      // Visibility gives the newest start first.
      for (const execution of page.executions) {
        const issue = trackedIssue(execution);
        if (issue !== undefined && !newest.has(issue.workflowId)) newest.set(issue.workflowId, issue);
      }
      nextPageToken = page.nextPageToken;
    } while (nextPageToken.length > 0);
  } catch (error) {
    throw unreachable(error);
  }
  return [...newest.values()];
}

/** How many workflows of issues there are; this costs Temporal next to nothing. @throws GhwError `TemporalUnreachable` */
export async function countIssues(
  { connection, namespace }: TemporalClient,
  options: IssueListOptions = {},
): Promise<number> {
  try {
    const { count } = await connection.withDeadline(Date.now() + DEADLINE_MS, () =>
      connection.workflowService.countWorkflowExecutions({ namespace, query: listQuery(options) }),
    );
    return Number(count);
  } catch (error) {
    throw unreachable(error);
  }
}

function unreachable(cause: unknown): GhwError {
  return new GhwError('TemporalUnreachable', `Temporal cannot list the issues: ${String(cause)}`, {
    hint: 'See `ghw doctor`.',
    cause,
  });
}

type Execution = Awaited<
  ReturnType<TemporalClient['connection']['workflowService']['listWorkflowExecutions']>
>['executions'][number];
type Payloads = Readonly<Record<string, { readonly data?: Uint8Array | null }>> | null | undefined;

function trackedIssue({ execution, status, memo, searchAttributes }: Execution): TrackedIssue | undefined {
  const workflowId = execution?.workflowId ?? '';
  const named = /^issue:(.+)#(\d+)$/.exec(workflowId);
  if (named === null) return undefined;
  const told = (key: keyof IssueMemo): unknown => valueOf(memo?.fields, key);
  const found = (key: keyof typeof attributes): unknown =>
    valueOf(searchAttributes?.indexedFields, attributes[key].name);
  const tags = (found('tags') ?? []) as readonly string[];
  return {
    repository: (found('repository') as string | undefined) ?? named[1] ?? '',
    number: Number(named[2]),
    title: (told('title') as IssueMemo['title'] | undefined) ?? null,
    url: (told('url') as IssueMemo['url'] | undefined) ?? null,
    author: (told('author') as IssueMemo['author'] | undefined) ?? null,
    labels: tagged(tags, 'label'),
    assignees: tagged(tags, 'assignee'),
    pullRequest: (told('pullRequest') as IssueMemo['pullRequest'] | undefined) ?? null,
    paused: (told('paused') as IssueMemo['paused'] | undefined) ?? false,
    phase: (found('phase') as Phase | undefined) ?? null,
    planState: (found('planState') as PlanState | undefined) ?? 'none',
    implementationState: implementationState(found('implementationState')),
    waitsFor: (found('waitsFor') as WaitsFor | undefined) ?? null,
    costUsd: (found('costUsd') as number | undefined) ?? 0,
    open: Number(status) === RUNNING,
    workflowId,
  };
}

/** Our workflows and Temporal itself write JSON. */
function valueOf(payloads: Payloads, key: string): unknown {
  const data = payloads?.[key]?.data;
  return data == null || data.length === 0 ? undefined : (JSON.parse(Buffer.from(data).toString()) as unknown);
}

/** Repository names hold no quotes, by GitHub's rules; they were checked before they came here. */
function listQuery(options: IssueListOptions): string {
  const terms = [`WorkflowType = '${ISSUE_WORKFLOW}'`];
  if (options.all !== true) terms.push(`ExecutionStatus = 'Running'`);
  if (options.begun === true) terms.push(`${attributes.phase.name} != 'new'`);
  if (options.waitsFor !== undefined) {
    terms.push(`${attributes.waitsFor.name} IN (${options.waitsFor.map((one) => `'${one}'`).join(', ')})`);
  }
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

function implementationState(text: unknown): ImplementationState {
  return implementationStates.find((state) => state === text) ?? 'none';
}
