import { utf8Bytes } from '../../domain/digest.ts';
import { GhwError } from '../../domain/errors.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import { MAX_PLAN_BYTES, planStateNames } from '../../domain/plan.ts';
import { askIssues } from '../ask-issues.ts';
import type { CommandContext } from '../context.ts';
import { type EditedText, editText, readTextFile } from '../text-source.ts';
import { issueOf } from '../targets.ts';
import { personOf } from './issues.ts';

export interface EditOptions {
  readonly by?: string;
  readonly file?: string;
}

/** Replaces a plan by a text from a file or an editor: the next version, unapproved. */
export async function editPlan(context: CommandContext, options: EditOptions, words: readonly string[]): Promise<void> {
  const issue = await issueOf(context, words);
  const by = personOf(context, options);
  if (options.file !== undefined) {
    await send(context, issue, { by, text: await readTextFile(context.io, options.file) });
    return;
  }
  const edited = await inEditor(context, issue);
  if (edited === null) {
    context.out.note('The plan is as it was; nothing was sent.');
    return;
  }
  let isSent = false;
  try {
    isSent = await send(context, issue, { by, text: edited.text });
  } finally {
    if (isSent) await edited.discard();
    else {
      context.out.note(
        `Your text is kept in ${edited.path}. Send it: ghw plans edit ${formatIssue(issue)} --file ${edited.path}`,
      );
    }
  }
}

/** What a person made of the plan; null if they left it as it was. */
async function inEditor(context: CommandContext, issue: IssueIdentity): Promise<EditedText | null> {
  if (!context.interactive) {
    throw new GhwError('InvalidInput', 'There is no text, and no terminal to edit one.', {
      hint: 'Give it with --file, or - for standard input.',
    });
  }
  const client = await context.issues();
  const [{ plan: track }, plan] = await Promise.all([client.state(issue), client.plan(issue)]);
  // Said before somebody has written for an hour.
  if (track.state !== 'awaiting_review' && track.state !== 'approved') {
    throw new GhwError(
      'NotApplicable',
      `${formatIssue(issue)}: cannot edit while the plan is "${planStateNames[track.state]}".`,
      { hint: `ghw issues plan ${formatIssue(issue)}` },
    );
  }
  return editText(context.io, plan?.text ?? '');
}

/** @returns true if it arrived */
async function send(
  context: CommandContext,
  issue: IssueIdentity,
  input: { readonly by: string; readonly text: string },
): Promise<boolean> {
  check(issue, input.text);
  return askIssues(context, [issue], {
    name: 'edit',
    send: (client) => client.send('editPlan', issue, input),
    follow: () => null,
  });
}

/** What can be said without asking anybody. */
function check(issue: IssueIdentity, text: string): void {
  if (text.trim() === '') throw new GhwError('InvalidInput', 'The plan would be empty; nothing was changed.');
  const bytes = utf8Bytes(text);
  if (bytes <= MAX_PLAN_BYTES) return;
  throw new GhwError(
    'PlanTooLong',
    `${formatIssue(issue)}: the plan has ${String(bytes)} bytes; at most ${String(MAX_PLAN_BYTES)} fit into one comment. Nothing was sent.`,
    { hint: 'Shorten it; long material belongs into the repository or the issue.' },
  );
}
