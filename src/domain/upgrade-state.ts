import { emptyPurse } from './budget.ts';
import { noConversation } from './conversation.ts';
import { STATE_SCHEMA, type IssueState } from './issue-state.ts';
import { defaultTalk } from './policy.ts';

/**
 * Brings a carried state to the present schema.
 *
 * @throws Error for a schema that this version does not know (a newer worker wrote it).
 */
export function upgradeIssueState(state: IssueState): IssueState {
  const { schema }: { readonly schema: number } = state;
  if (schema === STATE_SCHEMA) return state;
  if (schema === 1) return fromFirst(state);
  throw new Error(`Unknown issue state schema ${String(schema)}`);
}

/** Before there were questions and budgets. */
function fromFirst(state: IssueState): IssueState {
  return {
    ...state,
    schema: STATE_SCHEMA,
    conversation: noConversation,
    stop: null,
    purse: emptyPurse,
    // What the configuration says is read before the next phase; until then nothing new is asked of it.
    policy: state.policy && { ...defaultTalk, ...state.policy },
  };
}
