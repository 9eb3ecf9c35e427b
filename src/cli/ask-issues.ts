import pLimit from 'p-limit';
import { type PhaseEnd, type Track, followIssue, phaseError } from '../client/follow.ts';
import type { IssueClient, Sent } from '../client/issues.ts';
import type { GhwError } from '../domain/errors.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import { formatIssue } from '../domain/issue.ts';
import type { IssueSummary } from '../domain/summary.ts';
import { createBoard } from './board.ts';
import type { CommandContext } from './context.ts';
import { describeLeft, describeOutcome } from './describe.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { asGhwError, errorJson } from './output.ts';

/** What a command asks of issues. */
export interface Ask {
  /** What it is called in messages: `plan`. */
  readonly name: string;
  readonly send: (client: IssueClient, issue: IssueIdentity) => Promise<Sent>;
  /** The track to wait for; null where the answer is all there is. */
  readonly follow: (summary: IssueSummary) => Track | null;
}

/** What came of it for one issue. */
type Answer =
  | { readonly issue: IssueIdentity; readonly sent: Sent; readonly end: PhaseEnd | null; readonly error?: GhwError }
  | { readonly issue: IssueIdentity; readonly sent?: undefined; readonly error: GhwError };

/** Issues that are asked at a time; one that is waited for costs next to nothing. */
const PARALLEL = 16;

/**
 * Asks every issue, waits where that is wanted, prints what came of it, and sets the exit code: that of the first issue
 * that did not go well. One issue's failure costs the others nothing.
 *
 * @returns true if all went well and a worker said so
 */
export async function askIssues(context: CommandContext, issues: readonly IssueIdentity[], ask: Ask): Promise<boolean> {
  const client = await context.issues();
  const names = issues.map(formatIssue).join(' ');
  const answers = await interruptible(
    {
      out: context.out,
      explain: () => `The work goes on. Follow it: ghw issues follow ${names}  Cancel it: ghw issues cancel ${names}`,
      cancel: () => cancelAll(client, issues, context.person),
    },
    (signal) => askAll({ context, client, signal }, issues, ask),
  );
  report(context, ask, answers);
  return answers.every(({ sent, error }) => sent?.via === 'update' && error === undefined);
}

interface Asking {
  readonly context: CommandContext;
  readonly client: IssueClient;
  readonly signal: AbortSignal;
}

async function askAll(
  { context, client, signal }: Asking,
  issues: readonly IssueIdentity[],
  ask: Ask,
): Promise<readonly Answer[]> {
  const board = createBoard(context.io);
  const limit = pLimit(PARALLEL);
  const askOne = async (issue: IssueIdentity): Promise<Answer> => {
    try {
      const sent = await ask.send(client, issue);
      const track = sent.via === 'update' ? ask.follow(sent.summary) : null;
      if (track === null) return atOnce(issue, sent);
      const onProgress: Parameters<typeof followIssue>[3]['onProgress'] = (progress) => {
        if (!context.out.json) board.update(issue, progress);
      };
      const end = await followIssue(client, issue, track, { signal, onProgress });
      const error = phaseError(end, track);
      return { issue, sent, end, ...(error === undefined ? {} : { error }) };
    } catch (error) {
      if (signal.aborted) throw error;
      return { issue, error: asGhwError(error) };
    } finally {
      board.done(issue);
    }
  };
  try {
    return await Promise.all(issues.map((issue) => limit(askOne, issue)));
  } finally {
    board.clear();
  }
}

/** An answer that nothing is waited for after; an issue that GitHub does not know is none. */
function atOnce(issue: IssueIdentity, sent: Sent): Answer {
  const isMissing = sent.via === 'update' && sent.summary.outcome === 'not_found';
  const error = isMissing ? phaseError({ result: 'over', summary: sent.summary }, 'plan') : undefined;
  return { issue, sent, end: null, ...(error === undefined ? {} : { error }) };
}

function report(context: CommandContext, ask: Ask, answers: readonly Answer[]): void {
  const { out } = context;
  out.data(answers.map(answerJson), () =>
    answers
      .flatMap((answer) => {
        if (answer.sent === undefined) return [];
        if (answer.sent.via === 'signal') return [describeLeft(answer.issue, ask.name)];
        return [describeOutcome(answer.end?.summary ?? answer.sent.summary)];
      })
      .join('\n'),
  );
  const errors = answers.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const [first] = errors;
  if (first === undefined) return;
  // A script reads one object; all errors are in the answer too.
  for (const error of out.json ? [first] : errors) out.error(error);
  context.exitCode = exitCodeOf(first.name) || exitCodes.failed;
}

function answerJson({ issue, sent, ...answer }: Answer): Record<string, unknown> {
  const end = 'end' in answer ? answer.end : null;
  return {
    repository: issue.repository,
    number: issue.number,
    ...(sent === undefined ? {} : { via: sent.via }),
    ...(end ? { result: end.result } : {}),
    ...(sent?.via === 'update' ? { state: end?.summary ?? sent.summary } : {}),
    ...(sent?.via === 'signal' ? { requestId: sent.requestId } : {}),
    ...(answer.error === undefined ? {} : errorJson(answer.error)),
  };
}

async function cancelAll(client: IssueClient, issues: readonly IssueIdentity[], by: string): Promise<string> {
  const lines = await Promise.all(
    issues.map(async (issue) => {
      try {
        await client.send('cancel', issue, { by, reason: 'Ctrl-C twice' });
        return `${formatIssue(issue)}: cancelled; its work is kept.`;
      } catch (error) {
        return `${formatIssue(issue)}: ${asGhwError(error).message}`;
      }
    }),
  );
  return lines.join('\n');
}
