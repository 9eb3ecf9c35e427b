import { setAssignees, setLabels } from '../../model/discussions.ts';
import type { Discussion } from '../../model/records.ts';
import type { RequestContext } from '../context.ts';
import { requireRight, requireRightOnConversation, target, unprocessable, type Mutation } from './guards.ts';
import { knownIds } from './issues.ts';

function subject(context: RequestContext, id: string, action: string): Discussion {
  const item = target(context, id, 'Issue', 'PullRequest');
  requireRightOnConversation(context, item, { action, permission: 'TRIAGE' });
  return item;
}

interface LabelsInput {
  readonly labelableId: string;
  readonly labelIds: readonly string[];
}

interface AssigneesInput {
  readonly assignableId: string;
  readonly assigneeIds: readonly string[];
}

export const labelAndAssigneeMutations = {
  createLabel: (
    input: { repositoryId: string; name: string; color: string; description?: string | null },
    context: RequestContext,
  ) => {
    const repository = target(context, input.repositoryId, 'Repository');
    requireRight(context, repository, { action: 'CreateLabel', areas: ['issues'], permission: 'TRIAGE' });
    const { store } = context.hub;
    const isTaken = store
      .children(repository.id, 'Label')
      .some(({ name }) => name.toLowerCase() === input.name.toLowerCase());
    if (isTaken) throw unprocessable('Name has already been taken');
    const { name, color, description = null } = input;
    return { label: store.insert('Label', repository.id, { name, color, description }) };
  },

  addLabelsToLabelable: (input: LabelsInput, context: RequestContext) => {
    const labelable = subject(context, input.labelableId, 'AddLabelsToLabelable');
    const added = knownIds(context, input.labelIds, 'Label');
    setLabels(context.hub, labelable, [...labelable.labelIds, ...added], context.viewer.id);
    return { labelable };
  },

  removeLabelsFromLabelable: (input: LabelsInput, context: RequestContext) => {
    const labelable = subject(context, input.labelableId, 'RemoveLabelsFromLabelable');
    const removed = knownIds(context, input.labelIds, 'Label');
    const rest = labelable.labelIds.filter((id) => !removed.includes(id));
    setLabels(context.hub, labelable, rest, context.viewer.id);
    return { labelable };
  },

  addAssigneesToAssignable: (input: AssigneesInput, context: RequestContext) => {
    const assignable = subject(context, input.assignableId, 'AddAssigneesToAssignable');
    const added = knownIds(context, input.assigneeIds, 'User', 'Bot');
    setAssignees(context.hub, assignable, [...assignable.assigneeIds, ...added], context.viewer.id);
    return { assignable };
  },

  removeAssigneesFromAssignable: (input: AssigneesInput, context: RequestContext) => {
    const assignable = subject(context, input.assignableId, 'RemoveAssigneesFromAssignable');
    const rest = assignable.assigneeIds.filter((id) => !input.assigneeIds.includes(id));
    setAssignees(context.hub, assignable, rest, context.viewer.id);
    return { assignable };
  },
} satisfies Record<string, Mutation>;
