import { withAudit, withRequest, type IssueState } from '../issue-state.ts';
import { formatIssue } from '../issue.ts';
import {
  Fields,
  FieldProblem,
  isRefusal,
  refusal,
  type Command,
  type CommandEnvelope,
  type Refusal,
} from './command.ts';
import { answer } from './answer.ts';
import { raiseBudget } from './budget.ts';
import { cancel, pause, resume } from './control.ts';
import { implement, openPullRequest, review } from './implementation.ts';
import { approvePlan, editPlan, plan, rejectPlan, revisePlan, unapprovePlan } from './plan.ts';
import { steer } from './steer.ts';

/** Every command, by the name of its update (and signal). */
export const commands = {
  plan,
  approvePlan,
  unapprovePlan,
  revisePlan,
  editPlan,
  rejectPlan,
  implement,
  review,
  openPullRequest,
  answer,
  steer,
  raiseBudget,
  pause,
  resume,
  cancel,
} as const;

export type CommandName = keyof typeof commands;
export const commandNames = Object.keys(commands) as readonly CommandName[];

/** Commands that exist as signals too: they can be sent while no worker answers. A plan's text is too dear to lose so. */
export const signalNames: readonly CommandName[] = commandNames.filter((name) => name !== 'editPlan');

type AnyCommand = Command<CommandEnvelope>;

function commandOf(name: CommandName): AnyCommand {
  // Each command's functions take what its own `parse` gave; the table cannot say so.
  return commands[name] as unknown as AnyCommand;
}

/** What a command would come to: the arguments as read, or a reasoned no. Changes nothing. */
export function judge(state: IssueState, name: CommandName, input: unknown): CommandEnvelope | Refusal {
  const command = commandOf(name);
  const args = parseArguments(state, name, input);
  if (isRefusal(args)) return args;
  if (args.requestId !== null && state.requests.includes(args.requestId)) return args;
  if (state.outcome) return refusal('NotApplicable', `${formatIssue(state.issue)} is ${state.outcome}`);
  return command.refuse(state, args) ?? args;
}

function parseArguments(state: IssueState, name: CommandName, input: unknown): CommandEnvelope | Refusal {
  try {
    return commandOf(name).parse(new Fields(input));
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error;
    return refusal(
      'InvalidInput',
      `${formatIssue(state.issue)}: ${name}: ${error.message}`,
      commandOf(name).description,
    );
  }
}

export interface Applied {
  readonly state: IssueState;
  /** Null if the command was applied (now or before). */
  readonly refused: Refusal | null;
}

/**
 * Applies a command, or records why not. A request id that was seen before changes nothing.
 *
 * @param input - the message's arguments, untrusted
 * @param at - now, and the kind of message it came as
 */
export function applyCommand(
  state: IssueState,
  name: CommandName,
  input: unknown,
  at: { readonly now: string; readonly door: 'update' | 'signal' },
): Applied {
  const judged = judge(state, name, input);
  if (isRefusal(judged)) {
    const detail = `refused: ${judged.message}`;
    const entry = { at: at.now, action: name, by: claimedBy(input), door: at.door, detail };
    return { state: withAudit(state, entry), refused: judged };
  }
  if (judged.requestId !== null && state.requests.includes(judged.requestId)) return { state, refused: null };
  const command = commandOf(name);
  const door = judged.door ?? at.door;
  const applied = command.apply(state, judged, { now: at.now, door });
  const audited = withAudit(applied, {
    at: at.now,
    action: name,
    by: judged.by,
    door,
    detail: command.detail?.(judged) ?? '',
  });
  return { state: judged.requestId === null ? audited : withRequest(audited, judged.requestId), refused: null };
}

/** Who a refused message claims to come from, whatever else is wrong with it. */
function claimedBy(input: unknown): string {
  const by = typeof input === 'object' && input !== null && 'by' in input ? input.by : undefined;
  return typeof by === 'string' && by !== '' ? by.slice(0, 100) : 'someone';
}

export type { Refusal } from './command.ts';
export { isRefusal } from './command.ts';
