import { spendingSince, type BudgetPeriod } from '../../domain/budget.ts';
import { GhwError } from '../../domain/errors.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import { answersOf, type Question } from '../../domain/question.ts';
import { parseInput, textInput, usdInput } from '../../domain/schemas/input.ts';
import type { IssueSummary } from '../../domain/summary.ts';
import { repositorySettings } from '../../config/policy.ts';
import { listIssues } from '../../client/issue-list.ts';
import { askIssues } from '../ask-issues.ts';
import { shortTime } from '../audit.ts';
import type { CommandContext } from '../context.ts';
import { renderTable } from '../table.ts';
import { issueOf, issuesOf } from '../targets.ts';
import { formatUsd, plainLine } from '../text.ts';
import { readTextFile } from '../text-source.ts';
import { personOf } from './issues.ts';

interface ByOption {
  readonly by?: string;
}
export interface AnswerOptions extends ByOption {
  readonly question?: string;
  readonly file?: string;
}
export interface SteerOptions extends ByOption {
  readonly file?: string;
}
export interface BudgetOptions extends ByOption {
  readonly raise?: string;
}

type Words = readonly string[];

export async function answerQuestion(context: CommandContext, options: AnswerOptions, words: Words): Promise<void> {
  const { issue, text } = await said(context, { words, file: options.file, what: 'The answer' });
  const input = { by: personOf(context, options), questionId: options.question ?? null, text };
  await askIssues(context, [issue], {
    name: 'answer',
    send: (client) => client.send('answer', issue, input),
    follow: () => null,
  });
}

export async function steerAgent(context: CommandContext, options: SteerOptions, words: Words): Promise<void> {
  const { issue, text } = await said(context, { words, file: options.file, what: 'The message' });
  const input = { by: personOf(context, options), text };
  let summary: IssueSummary | undefined;
  await askIssues(context, [issue], {
    name: 'steer',
    send: async (client) => {
      const sent = await client.send('steer', issue, input);
      if (sent.via === 'update') summary = sent.summary;
      return sent;
    },
    follow: () => null,
  });
  if (summary === undefined) return;
  const isAtWork = summary.step === 'writePlan' || summary.step === 'implement';
  context.out.note(
    isAtWork
      ? 'The agent stops, its work is kept, and it goes on with your message.'
      : "No agent works on it now: the message is kept for the agent's next run.",
  );
}

/** One question that waits. */
interface WaitingQuestion extends Omit<Question, 'resolution'> {
  readonly repository: string;
  readonly number: number;
}

export async function showQuestions(context: CommandContext, words: Words): Promise<void> {
  const issues = words.length > 0 ? await issuesOf(context, words) : await issuesThatWait(context);
  const client = await context.issues();
  const summaries = await Promise.all(issues.map((issue) => client.state(issue)));
  const waiting = summaries.flatMap(({ number, question, repository }): WaitingQuestion[] =>
    question === null ? [] : [{ repository, number, ...question }],
  );
  context.out.data(waiting, () =>
    waiting.length === 0 ? 'No question waits for an answer.' : waiting.map(questionText).join('\n\n'),
  );
}

async function issuesThatWait(context: CommandContext): Promise<readonly IssueIdentity[]> {
  const found = await listIssues(await context.temporal(), { waitsFor: ['person'] });
  return found
    .filter(({ implementationState, planState }) =>
      [planState, implementationState].some((state) => state === 'needs_clarification'),
    )
    .map(({ number, workflowId, repository }) => ({
      // Workflows are named after the name under which a repository was first registered.
      repository: /^issue:(.+)#\d+$/.exec(workflowId)?.[1] ?? repository,
      repositoryId: null,
      number,
    }));
}

function questionText(question: WaitingQuestion): string {
  const { agent, context, expiresAt, id, options, text, type } = question;
  const issue = formatIssue(question);
  const value = type === 'yes_no' ? 'yes' : type === 'choice' ? '1' : '…';
  return [
    `${issue}  ${id}, asked by ${plainLine(agent)} at ${shortTime(question.askedAt)}`,
    `  ${plainLine(text)}`,
    ...(context === null ? [] : [`  ${plainLine(context)}`]),
    ...(options.length === 0 ? [] : options.map((option, index) => `  ${String(index + 1)}. ${plainLine(option)}`)),
    ...(type === 'choice' ? [] : [`  takes ${answersOf(question)}`]),
    ...(expiresAt === null ? [] : [`  until ${shortTime(expiresAt)}`]),
    `  next: ghw issues answer ${issue} "${value}"`,
  ].join('\n');
}

/** What `ghw issues budget --json` prints. `docs/commands.md` explains it. */
interface BudgetLine {
  readonly budget: 'run' | 'issue' | 'repository' | 'day';
  readonly period: BudgetPeriod | 'run';
  /** Null for no limit. */
  readonly limitUsd: number | null;
  /** Null where the ledger tells nothing. */
  readonly spentUsd: number | null;
}

export async function issueBudget(context: CommandContext, options: BudgetOptions, words: Words): Promise<void> {
  const issue = await issueOf(context, words);
  if (options.raise !== undefined) return raise(context, issue, { by: personOf(context, options), usd: options.raise });
  const [state, spent, { config }] = await Promise.all([
    context.issues().then((client) => client.state(issue)),
    spentOn(context, issue),
    context.config(),
  ]);
  const { agent, budgets } = repositorySettings(config, issue.repository);
  const issueUsd = budgets.issue_usd === null ? null : budgets.issue_usd + state.raisedUsd;
  const lines: BudgetLine[] = [
    { budget: 'run', period: 'run', limitUsd: agent.budget_usd, spentUsd: null },
    { budget: 'issue', period: 'total', limitUsd: issueUsd, spentUsd: Math.max(state.costUsd, spent?.issueUsd ?? 0) },
    {
      budget: 'repository',
      period: budgets.repository_period,
      limitUsd: budgets.repository_usd,
      spentUsd: spent?.repositoryUsd ?? null,
    },
    { budget: 'day', period: 'day', limitUsd: budgets.day_usd, spentUsd: spent?.dayUsd ?? null },
  ];
  const { raisedUsd, stop } = state;
  context.out.data({ repository: state.repository, number: state.number, raisedUsd, stop, budgets: lines }, () =>
    [
      budgetTable(context, lines),
      ...(raisedUsd > 0 ? [`raised by ${formatUsd(raisedUsd)}`] : []),
      ...stopLines(state),
    ].join('\n'),
  );
}

async function spentOn(context: CommandContext, issue: IssueIdentity) {
  try {
    const { config } = await context.config();
    const { budgets } = repositorySettings(config, issue.repository);
    const now = new Date().toISOString();
    return await (await context.ledger()).spending.of(issue, spendingSince(budgets.repository_period, now));
  } catch (error) {
    if (!(error instanceof GhwError)) throw error;
    context.out.warn(`Without the ledger, only the issue's own cost is known: ${error.message}`);
    return null;
  }
}

function budgetTable(context: CommandContext, lines: readonly BudgetLine[]): string {
  const periods: Readonly<Record<BudgetLine['period'], string>> = {
    run: 'one run',
    day: 'this day (UTC)',
    month: 'this month (UTC)',
    total: 'all time',
  };
  const rows = lines.map(({ budget, limitUsd, period, spentUsd }) => [
    budget,
    periods[period],
    spentUsd === null ? '-' : formatUsd(spentUsd),
    limitUsd === null ? 'no limit' : formatUsd(limitUsd),
  ]);
  return renderTable(['budget', 'counts', 'spent', 'limit'], rows, {
    width: context.out.width,
    head: context.out.colors.bold,
  });
}

function stopLines({ number, repository, stop }: IssueSummary): readonly string[] {
  if (stop === null) return [];
  return [
    `stopped since ${shortTime(stop.at)}: ${plainLine(stop.message)}`,
    `next: ghw issues budget ${formatIssue({ repository, number })} --raise 5`,
  ];
}

async function raise(
  context: CommandContext,
  issue: IssueIdentity,
  options: { readonly by: string; readonly usd: string },
): Promise<void> {
  const usd = parseInput(usdInput, options.usd, 'The amount after --raise');
  const isRaised = await askIssues(context, [issue], {
    name: 'raiseBudget',
    send: (client) => client.send('raiseBudget', issue, { by: options.by, usd }),
    follow: () => null,
  });
  if (isRaised) context.out.note(`Raised by ${formatUsd(usd)} as ${options.by}.`);
}

/** The issue and what is said to it: the last word, or a file. */
async function said(
  context: CommandContext,
  { file, what, words }: { readonly words: Words; readonly file: string | undefined; readonly what: string },
): Promise<{ readonly issue: IssueIdentity; readonly text: string }> {
  const named = file === undefined ? words.slice(0, -1) : words;
  const text = file === undefined ? words.at(-1) : await readTextFile(context.io, file);
  if (named.length === 0 || text === undefined) {
    throw new GhwError('InvalidInput', `${what} is missing.`, {
      hint: 'Write the issue first, then the text in quotes: owner/repo#42 "…"',
    });
  }
  return { issue: await issueOf(context, named), text: parseInput(textInput, text.trim(), what) };
}
