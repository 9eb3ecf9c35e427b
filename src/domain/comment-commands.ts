import { applyCommand } from './commands/index.ts';
import type { IssueComment, Permission } from './issue.ts';
import { mayWrite } from './issue.ts';
import { withAudit, type IssueState } from './issue-state.ts';
import type { CommentsSeen } from './comments-seen.ts';
import { currentPlan, planCommentKey } from './plan.ts';

/** What a person asked for in a comment on the issue. */
export interface CommentCommand {
  /** Node id of the comment. */
  readonly id: string;
  readonly by: string;
  /** ISO 8601, by GitHub's clock. */
  readonly at: string;
  readonly name: 'approve' | 'revise' | 'answer';
  /** The rest of the line; for `revise` and `answer` the lines after it too. */
  readonly text: string;
}

/** A command with what GitHub says its author may do. */
export interface ConfirmedCommand extends CommentCommand {
  readonly permission: Permission;
}

const MAX_HANDLED = 200;
/** Every comment of ours begins with one; what an agent wrote into it is nobody's command. */
const OUR_MARKER = '<!-- gh-worker:';

/**
 * The commands in new comments, oldest first. A command is a whole token at the start of a line, outside code, in a
 * comment that nobody has edited; one comment gives one.
 */
export function commandsIn(comments: readonly IssueComment[], seen: CommentsSeen): readonly CommentCommand[] {
  const { since, handled } = seen;
  if (since === null) return [];
  return comments
    .filter(({ id, createdAt }) => createdAt >= since && !handled.includes(id))
    .map(commandIn)
    .filter((command) => command !== null);
}

function commandIn({ id, author, body, createdAt, editedAt, viewerDidAuthor }: IssueComment): CommentCommand | null {
  if (author === null || editedAt !== null) return null;
  if (viewerDidAuthor && body.startsWith(OUR_MARKER)) return null;
  let fence: string | null = null;
  const lines = body.split(/\r\n|\r|\n/);
  for (const [index, line] of lines.entries()) {
    const [, mark = null] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === null) fence = mark;
    else if (mark?.startsWith(fence) === true) fence = null;
    if (fence !== null || mark !== null) continue;
    const [, name, rest = ''] = /^\/(approve|revise|answer)(?:[ \t]+(.*))?$/.exec(line.trimEnd()) ?? [];
    if (name !== 'approve' && name !== 'revise' && name !== 'answer') continue;
    const after = name === 'approve' ? [] : lines.slice(index + 1);
    return { id, by: author, at: createdAt, name, text: [rest, ...after].join('\n').trim() };
  }
  return null;
}

/** Takes in commands that GitHub has confirmed the authors of. What does not apply is in the audit, with the reason. */
export function applyCommentCommands(
  state: IssueState,
  commands: readonly ConfirmedCommand[],
  now: string,
): IssueState {
  return commands.reduce((current, command) => {
    if (current.comments.handled.includes(command.id)) return current;
    const handled = [...current.comments.handled, command.id].slice(-MAX_HANDLED);
    return applyOne({ ...current, comments: { ...current.comments, handled } }, command, now);
  }, state);
}

function applyOne(state: IssueState, command: ConfirmedCommand, now: string): IssueState {
  const name = commandNames[command.name];
  const refused = (reason: string): IssueState =>
    withAudit(state, { at: now, action: name, by: command.by, door: 'comment', detail: `refused: ${reason}` });
  if (!mayWrite(command.permission)) {
    return refused(`GitHub gives them the permission "${command.permission}" in this repository; it takes "write"`);
  }
  const envelope = { by: command.by, door: 'comment', requestId: `comment:${command.id}` };
  const context = { now, door: 'signal' } as const;
  if (name === 'answer') {
    const { text } = command;
    if (text === '') return refused('nothing was said after /answer');
    const questionId = askedBefore(state, command.at);
    if (questionId === null) return refused('no question was open when they wrote it');
    return applyCommand(state, name, { ...envelope, ...namedQuestion(text, questionId) }, context).state;
  }
  if (name === 'revisePlan') {
    if (command.text === '') return refused('no feedback was given after /revise');
    return applyCommand(state, name, { ...envelope, feedback: command.text }, context).state;
  }
  const digest = command.text === '' ? postedDigest(state, command.at) : command.text.toLowerCase();
  if (digest === null) return refused('the plan that they had read is not the present one any more');
  return applyCommand(state, name, { ...envelope, digest }, context).state;
}

const commandNames = { approve: 'approvePlan', revise: 'revisePlan', answer: 'answer' } as const;

/** The question that the issue showed at that time, open or answered since; null if it showed none. */
function askedBefore({ conversation }: IssueState, at: string): string | null {
  const { comment, question } = conversation;
  const shown = comment?.questionId === question?.id && comment?.at != null && comment.at <= at;
  return shown ? (question?.id ?? null) : null;
}

/** `/answer q2 yes` names its question; any other answer is to the one that was shown. */
function namedQuestion(text: string, shown: string): { readonly questionId: string; readonly text: string } {
  const [, questionId, rest] = /^(q\d{1,6})[ \t:]+(\S[^]*)$/.exec(text) ?? [];
  return questionId !== undefined && rest !== undefined ? { questionId, text: rest } : { questionId: shown, text };
}

/** The digest of the plan that the issue showed at that time; null if it shows another one since. */
function postedDigest({ plan }: IssueState, at: string): string | null {
  const { comment } = plan;
  const shown = comment?.key === planCommentKey(plan) && comment?.at !== null && (comment?.at ?? at) <= at;
  return shown ? (currentPlan(plan)?.digest ?? null) : null;
}
