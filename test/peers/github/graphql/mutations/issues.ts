import {
  closeIssue,
  createIssue,
  editDiscussion,
  reopenIssue,
  setAssignees,
  setLabels,
} from '../../model/discussions.ts';
import { deleteIssue, transferIssue } from '../../model/departures.ts';
import type { IssueRecord, IssueStateReason } from '../../model/records.ts';
import type { RequestContext } from '../context.ts';
import { checkBody, checkTitle, requireRight, requireRightOn, target, type Mutation } from './guards.ts';

export interface EditInput {
  readonly title?: string | null;
  readonly body?: string | null;
  readonly labelIds?: readonly string[] | null;
  readonly assigneeIds?: readonly string[] | null;
  readonly milestoneId?: string | null;
}

interface CreateIssueInput extends EditInput {
  readonly repositoryId: string;
  readonly title: string;
}

/** The ids of an input, after a check that each names something of that kind. */
export function knownIds(
  context: RequestContext,
  ids: readonly string[],
  ...types: readonly ('Label' | 'User' | 'Bot' | 'Milestone')[]
): string[] {
  return ids.map((id) => target(context, id, ...types).id);
}

/** Applies the fields that issues and pull requests have in common; what is null stays, but a null milestone goes. */
export function applyEdit(context: RequestContext, item: Parameters<typeof editDiscussion>[1], input: EditInput): void {
  const actorId = context.viewer.id;
  const edit = {
    ...(input.title == null ? {} : { title: checkTitle(input.title) }),
    ...(input.body == null ? {} : { body: checkBody(input.body) }),
    ...(input.milestoneId === undefined ? {} : { milestoneId: input.milestoneId }),
  };
  const labelIds = input.labelIds == null ? null : knownIds(context, input.labelIds, 'Label');
  const assigneeIds = input.assigneeIds == null ? null : knownIds(context, input.assigneeIds, 'User', 'Bot');
  if (edit.milestoneId != null) knownIds(context, [edit.milestoneId], 'Milestone');
  editDiscussion(context.hub, item, edit, actorId);
  if (labelIds !== null) setLabels(context.hub, item, labelIds, actorId);
  if (assigneeIds !== null) setAssignees(context.hub, item, assigneeIds, actorId);
}

function setState(context: RequestContext, issue: IssueRecord, state: 'OPEN' | 'CLOSED'): void {
  if (state === 'OPEN') reopenIssue(context.hub, issue, context.viewer.id);
  else closeIssue(context.hub, issue, { actorId: context.viewer.id });
}

export const issueMutations = {
  createIssue: (input: CreateIssueInput, context: RequestContext) => {
    const repository = target(context, input.repositoryId, 'Repository');
    const isSorting = (input.labelIds?.length ?? 0) + (input.assigneeIds?.length ?? 0) > 0 || input.milestoneId != null;
    const permission = isSorting ? 'TRIAGE' : 'READ';
    requireRight(context, repository, { action: 'CreateIssue', areas: ['issues'], permission });
    const issue = createIssue(context.hub, repository, {
      title: checkTitle(input.title),
      body: checkBody(input.body ?? ''),
      authorId: context.viewer.id,
      labelIds: knownIds(context, input.labelIds ?? [], 'Label'),
      assigneeIds: knownIds(context, input.assigneeIds ?? [], 'User', 'Bot'),
      milestoneId: input.milestoneId == null ? null : target(context, input.milestoneId, 'Milestone').id,
    });
    return { issue };
  },

  updateIssue: (input: EditInput & { id: string; state?: 'OPEN' | 'CLOSED' | null }, context: RequestContext) => {
    const issue = target(context, input.id, 'Issue');
    requireRightOn(context, issue, { action: 'UpdateIssue', permission: 'TRIAGE', authorId: issue.authorId });
    applyEdit(context, issue, input);
    if (input.state != null) setState(context, issue, input.state);
    return { actor: context.viewer, issue };
  },

  closeIssue: (input: { issueId: string; stateReason?: IssueStateReason | null }, context: RequestContext) => {
    const issue = target(context, input.issueId, 'Issue');
    requireRightOn(context, issue, { action: 'CloseIssue', permission: 'TRIAGE', authorId: issue.authorId });
    closeIssue(context.hub, issue, { actorId: context.viewer.id, reason: input.stateReason ?? 'COMPLETED' });
    return { issue };
  },

  deleteIssue: (input: { issueId: string }, context: RequestContext) => {
    const issue = target(context, input.issueId, 'Issue');
    const repository = requireRightOn(context, issue, { action: 'DeleteIssue', permission: 'ADMIN' });
    deleteIssue(context.hub, issue);
    return { repository };
  },

  transferIssue: (input: { issueId: string; repositoryId: string }, context: RequestContext) => {
    const issue = target(context, input.issueId, 'Issue');
    requireRightOn(context, issue, { action: 'TransferIssue', permission: 'WRITE' });
    const repository = target(context, input.repositoryId, 'Repository');
    requireRight(context, repository, { action: 'TransferIssue', areas: ['issues'], permission: 'WRITE' });
    return { issue: transferIssue(context.hub, issue, repository) };
  },

  reopenIssue: (input: { issueId: string }, context: RequestContext) => {
    const issue = target(context, input.issueId, 'Issue');
    requireRightOn(context, issue, { action: 'ReopenIssue', permission: 'TRIAGE', authorId: issue.authorId });
    reopenIssue(context.hub, issue, context.viewer.id);
    return { issue };
  },
} satisfies Record<string, Mutation>;
