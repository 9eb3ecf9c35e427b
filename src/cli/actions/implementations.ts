import { GhwError } from '../../domain/errors.ts';
import type { ValidationReport } from '../../domain/change.ts';
import { formatIssue } from '../../domain/issue.ts';
import { commitInput, parseInput } from '../../domain/schemas/input.ts';
import type { IssueSummary } from '../../domain/summary.ts';
import { askIssues } from '../ask-issues.ts';
import type { CommandContext } from '../context.ts';
import { changeLine, stateLine } from '../describe.ts';
import { nextCommand } from '../next-step.ts';
import { issueOf } from '../targets.ts';
import { plainLine, plainText } from '../text.ts';
import { personOf } from './issues.ts';

export interface ImplementationReviewOptions {
  readonly yes?: boolean;
  readonly head?: string;
  readonly draft?: boolean;
  readonly by?: string;
}

const publishable: readonly string[] = ['awaiting_review', 'reviewed', 'review_failed'];

/** Shows an implementation and, on a person's word about exactly that head, has it published. */
export async function reviewImplementation(
  context: CommandContext,
  options: ImplementationReviewOptions,
  words: readonly string[],
): Promise<void> {
  const issue = await issueOf(context, words);
  const head = options.head === undefined ? undefined : parseInput(commitInput, options.head, 'The head');
  const summary = await (await context.issues()).state(issue);
  const { headSha, state } = summary.implementation;
  if (headSha === null) {
    throw new GhwError('NotApplicable', `${formatIssue(issue)} has no implementation yet (${stateLine(summary)}).`, {
      hint: nextCommand(summary) ?? '',
    });
  }
  const answers = options.yes === true;
  // With --yes the answer is what came of the publication, which shows the implementation too.
  if (!answers || !context.out.json) context.out.data(summary, () => describe(context, summary));
  if (!publishable.includes(state)) {
    if (answers) throw notPublishable(summary);
    return;
  }
  if (!answers && !(await asked(context, summary))) return;
  await askIssues(context, [issue], {
    name: 'openPullRequest',
    send: (client) =>
      client.send('openPullRequest', issue, {
        headSha: head ?? headSha,
        draft: options.draft ?? null,
        by: personOf(context, options),
      }),
    follow: () => 'implementation',
  });
}

async function asked(context: CommandContext, summary: IssueSummary): Promise<boolean> {
  if (context.interactive) {
    return (await import('../prompts.ts')).confirmed(
      `Publish ${(summary.implementation.headSha ?? '').slice(0, 12)} and open the pull request?`,
    );
  }
  const { headSha } = summary.implementation;
  context.out.note(`next: ghw implementations review ${formatIssue(summary)} --yes --head ${headSha ?? ''}`);
  return false;
}

function notPublishable(summary: IssueSummary): GhwError {
  const next = nextCommand(summary);
  return new GhwError('NotApplicable', `${formatIssue(summary)} cannot be published now: ${stateLine(summary)}.`, {
    ...(next === undefined ? {} : { hint: next }),
  });
}

function describe(context: CommandContext, summary: IssueSummary): string {
  const { bold, green, red, yellow } = context.out.colors;
  const { implementation, review } = summary;
  const { files, filesChanged, validation, concerns, pullRequest } = implementation;
  const lines = [
    bold(`${formatIssue(summary)}  ${plainLine(summary.title ?? '')}`),
    stateLine(summary),
    `${changeLine(summary)} (${implementation.headSha ?? ''})`,
    '',
    ...files.map(
      ({ path, additions, deletions, status }) =>
        `  ${status.padEnd(8)} ${green(`+${String(additions)}`)} ${red(`-${String(deletions)}`)}  ${plainLine(path)}`,
    ),
    ...(filesChanged > files.length ? [`  … and ${String(filesChanged - files.length)} more`] : []),
    '',
    ...validationLines(validation),
  ];
  if (review.report === null) lines.push('review: none');
  else {
    const isOld = review.headSha !== implementation.headSha;
    lines.push(`review: ${review.report.verdict.replace('_', ' ')}${isOld ? ' (of an earlier head)' : ''}`);
    lines.push(...indented(review.report.summary));
    for (const { severity, path, line, message } of review.report.findings) {
      const place = path === null ? '' : `${plainLine(path)}${line === null ? '' : `:${String(line)}`}: `;
      lines.push(`  ${severity}: ${place}${plainLine(message)}`);
    }
  }
  for (const { severity, message } of concerns) {
    lines.push(yellow(`${severity === 'refused' ? 'refused' : 'needs your word'}: ${plainLine(message)}`));
  }
  if (implementation.failure !== null) lines.push(red(`failed: ${plainLine(implementation.failure.message)}`));
  if (pullRequest !== null) lines.push(`pull request: ${plainLine(pullRequest.url)} (${pullRequest.state})`);
  return lines.join('\n');
}

function validationLines(validation: ValidationReport | null): readonly string[] {
  if (validation === null) return ['validation: not run'];
  if (validation.steps.length === 0) return ['validation: nothing to run'];
  return [
    `validation: ${validation.ok ? 'ok' : 'failed'}`,
    ...validation.steps.flatMap(({ command, ok, exitCode, outputTail }) => [
      `  ${ok ? 'ok' : `exit ${String(exitCode ?? 'by signal')}`}  ${plainLine(command)}`,
      ...(ok ? [] : indented(outputTail)),
    ]),
  ];
}

function indented(text: string): readonly string[] {
  return plainText(text)
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`);
}
