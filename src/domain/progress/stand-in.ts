import type { ChosenAgent } from '../agent-choice.ts';
import type { ErrorName, Failure } from '../errors.ts';
import { withAudit, type IssueState } from '../issue-state.ts';

/** What says that the agent cannot, and not that the work cannot be done. */
const passedOn: readonly ErrorName[] = ['AgentOverloaded', 'AgentExhausted'];

/** Agents that could not do a piece of work. */
export function failedAgents({ standIn }: IssueState, work: string): readonly string[] {
  return standIn?.work === work ? standIn.failed : [];
}

/** The next agent takes the piece of work over; null where there is none, or where it is not the agent that failed. */
export function applyStandIn(
  state: IssueState,
  { work, choice, failure }: { readonly work: string; readonly choice: ChosenAgent; readonly failure: Failure },
): IssueState | null {
  if (choice.standIn === null || !passedOn.includes(failure.name)) return null;
  const detail = `${choice.agent} could not (${failure.name}), so ${choice.standIn} takes over.`;
  const entry = { at: failure.at, action: 'standIn', by: 'gh-worker', door: 'workflow', detail };
  return withAudit({ ...state, standIn: { work, failed: [...failedAgents(state, work), choice.agent] } }, entry);
}
