import type { Discussion, IssueRecord, PullRequestRecord } from '../../model/records.ts';
import { sortedConnection, type PageArguments } from '../connection.ts';
import type { RequestContext } from '../context.ts';

interface Order {
  readonly field: 'CREATED_AT' | 'UPDATED_AT' | 'COMMENTS';
  readonly direction: 'ASC' | 'DESC';
}

export interface IssueListArguments extends PageArguments {
  readonly orderBy?: Order | null;
  readonly labels?: readonly string[] | null;
  readonly states?: readonly string[] | null;
  readonly filterBy?: {
    readonly assignee?: string | null;
    readonly createdBy?: string | null;
    readonly labels?: readonly string[] | null;
    readonly mentioned?: string | null;
    readonly milestone?: string | null;
    readonly milestoneNumber?: string | null;
    readonly since?: string | null;
    readonly states?: readonly string[] | null;
  } | null;
}

export interface PullRequestListArguments extends PageArguments {
  readonly orderBy?: Order | null;
  readonly labels?: readonly string[] | null;
  readonly states?: readonly string[] | null;
  readonly headRefName?: string | null;
  readonly baseRefName?: string | null;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function mentions(text: string, login: string): boolean {
  return [...text.matchAll(/@([A-Za-z0-9-]+)/g)].some(([, name = '']) => same(name, login));
}

function labelNames(item: Discussion, context: RequestContext): string[] {
  return item.labelIds.map((id) => context.hub.store.get(id, 'Label').name);
}

/** A filter by somebody or something: undefined asks for all, null for none, `*` for any. */
function matches(present: readonly string[], wanted: string | null | undefined): boolean {
  if (wanted === undefined) return true;
  if (wanted === null) return present.length === 0;
  return wanted === '*' ? present.length > 0 : present.some((value) => same(value, wanted));
}

function hasAnyLabel(item: Discussion, labels: readonly string[] | null | undefined, context: RequestContext): boolean {
  if (labels == null || labels.length === 0) return true;
  return labelNames(item, context).some((name) => labels.some((label) => same(label, name)));
}

function passesFilter(issue: IssueRecord, filter: IssueListArguments['filterBy'], context: RequestContext): boolean {
  if (filter == null) return true;
  const { store } = context.hub;
  const login = (id: string) => store.accountById(id).login;
  const names = labelNames(issue, context);
  const milestone = issue.milestoneId === null ? [] : [String(store.get(issue.milestoneId, 'Milestone').number)];
  return (
    matches(issue.assigneeIds.map(login), filter.assignee) &&
    matches([login(issue.authorId)], filter.createdBy ?? undefined) &&
    matches(milestone, filter.milestoneNumber) &&
    matches(milestone, filter.milestone) &&
    (filter.mentioned == null || mentions(issue.body, filter.mentioned)) &&
    (filter.labels ?? []).every((label) => names.some((name) => same(name, label))) &&
    (filter.since == null || Date.parse(issue.updatedAt) >= Date.parse(filter.since)) &&
    (filter.states == null || filter.states.includes(issue.state))
  );
}

function ordered<T extends Discussion>(
  items: readonly T[],
  args: PageArguments & { readonly orderBy?: Order | null },
  context: RequestContext,
) {
  const field = args.orderBy?.field ?? 'CREATED_AT';
  const value = (item: T): string | number => {
    if (field === 'COMMENTS') return context.hub.store.children(item.id, 'IssueComment').length;
    return field === 'UPDATED_AT' ? item.updatedAt : item.createdAt;
  };
  return sortedConnection(items, args, {
    key: (item) => [value(item), item.databaseId],
    descending: args.orderBy?.direction === 'DESC',
  });
}

/** GitHub's list of issues: its filters, its order, its pages. */
export function issuesOf(issues: readonly IssueRecord[], args: IssueListArguments, context: RequestContext) {
  const wanted = issues.filter(
    (issue) =>
      (args.states == null || args.states.length === 0 || args.states.includes(issue.state)) &&
      hasAnyLabel(issue, args.labels, context) &&
      passesFilter(issue, args.filterBy, context),
  );
  return ordered(wanted, args, context);
}

/** GitHub's list of pull requests: its filters, its order, its pages. */
export function pullRequestsOf(
  pullRequests: readonly PullRequestRecord[],
  args: PullRequestListArguments,
  context: RequestContext,
) {
  const wanted = pullRequests.filter(
    (item) =>
      (args.states == null || args.states.length === 0 || args.states.includes(item.state)) &&
      (args.headRefName == null || args.headRefName === item.headRefName) &&
      (args.baseRefName == null || args.baseRefName === item.baseRefName) &&
      hasAnyLabel(item, args.labels, context),
  );
  return ordered(wanted, args, context);
}
