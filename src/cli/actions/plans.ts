import type { CommandInput, IssueClient } from '../../client/issues.ts';
import { noWorker } from '../../client/errors.ts';
import type { CommandName } from '../../domain/commands/index.ts';
import { GhwError } from '../../domain/errors.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import { countInput, digestInput, lineInput, parseInput, textInput } from '../../domain/schemas/input.ts';
import { askIssues } from '../ask-issues.ts';
import type { CommandContext } from '../context.ts';
import { shortDigest } from '../describe.ts';
import { readTextFile } from '../text-source.ts';
import { issueOf } from '../targets.ts';
import { personOf } from './issues.ts';

export { diffPlans, type DiffOptions } from './diff-plans.ts';
export { editPlan, type EditOptions } from './edit-plan.ts';
export { listPlans } from './list-plans.ts';
export { reviewPlan, type PlanReviewOptions } from './review-plan.ts';

interface ByOption {
  readonly by?: string;
}
export interface ApproveOptions extends ByOption {
  readonly digest?: string;
  readonly planVersion?: string;
  readonly note?: string;
  readonly staleOk?: boolean;
}
export interface ReasonOptions extends ByOption {
  readonly reason?: string;
}
export interface ReviseOptions extends ByOption {
  readonly feedback?: string;
  readonly file?: string;
  readonly wait: boolean;
}

type Words = readonly string[];

export async function approvePlan(context: CommandContext, options: ApproveOptions, words: Words): Promise<void> {
  const issue = await issueOf(context, words);
  const input = {
    by: personOf(context, options),
    note: options.note === undefined ? null : parseInput(lineInput, options.note, 'The note'),
    staleOk: options.staleOk ?? false,
    version: options.planVersion === undefined ? null : parseInput(countInput, options.planVersion, 'The version'),
    digest: options.digest === undefined ? null : parseInput(digestInput, options.digest, 'The digest'),
  };
  const isNamed = input.version !== null || input.digest !== null;
  const named = isNamed ? input : { ...input, digest: await currentDigest(await context.issues(), issue) };
  if (!(await tell(context, 'approvePlan', issue, named))) return;
  context.out.note(
    named.digest === null
      ? `Approved as ${named.by}: version ${String(named.version)}.`
      : `Approved as ${named.by}: the plan with digest ${shortDigest(named.digest)}.`,
  );
}

export async function unapprovePlan(context: CommandContext, options: ReasonOptions, words: Words): Promise<void> {
  const issue = await issueOf(context, words);
  await tell(context, 'unapprovePlan', issue, { by: personOf(context, options), reason: reasonOf(options) });
}

export async function rejectPlan(context: CommandContext, options: ReasonOptions, words: Words): Promise<void> {
  const issue = await issueOf(context, words);
  await tell(context, 'rejectPlan', issue, { by: personOf(context, options), reason: reasonOf(options) });
}

export async function revisePlan(context: CommandContext, options: ReviseOptions, words: Words): Promise<void> {
  const issue = await issueOf(context, words);
  const feedback = parseInput(textInput, await feedbackOf(context, options), 'The feedback');
  const input = { by: personOf(context, options), feedback };
  await askIssues(context, [issue], {
    name: 'revise',
    send: (client) => client.send('revisePlan', issue, input),
    follow: () => (options.wait ? 'plan' : null),
  });
}

/** Sends a command that is answered at once. */
async function tell<Name extends CommandName>(
  context: CommandContext,
  name: Name,
  issue: IssueIdentity,
  input: CommandInput<Name>,
): Promise<boolean> {
  return askIssues(context, [issue], {
    name,
    send: (client) => client.send(name, issue, input),
    follow: () => null,
  });
}

/** The digest of the plan as it is now: what a person approves who names none. */
async function currentDigest(client: IssueClient, issue: IssueIdentity): Promise<string> {
  try {
    const { plan } = await client.state(issue);
    if (plan.digest !== null) return plan.digest;
  } catch (error) {
    if (!(error instanceof GhwError) || error.name !== 'NoWorker') throw error;
    throw new GhwError('NoWorker', noWorker(issue).message, {
      hint: 'Name the plan that you read with --digest (it is in the comment on the issue), and the approval is left for the worker that comes.',
    });
  }
  throw new GhwError('NotApplicable', `${formatIssue(issue)} has no plan yet.`, {
    hint: `ghw issues plan ${formatIssue(issue)}`,
  });
}

async function feedbackOf(context: CommandContext, options: ReviseOptions): Promise<string> {
  if (options.feedback !== undefined) return options.feedback;
  if (options.file !== undefined) return readTextFile(context.io, options.file);
  if (context.interactive) return (await import('../prompts.ts')).written('What should change?', { required: true });
  throw new GhwError('InvalidInput', 'There is no feedback.', { hint: 'Give it with --feedback or --file.' });
}

function reasonOf({ reason }: ReasonOptions): string | null {
  return reason === undefined ? null : parseInput(lineInput, reason, 'The reason');
}
