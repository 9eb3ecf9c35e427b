import { GhwError } from '../../domain/errors.ts';
import { implementationStateNames } from '../../domain/implementation.ts';
import { formatIssue } from '../../domain/issue.ts';
import { planStateNames } from '../../domain/plan.ts';
import type { CommandContext } from '../context.ts';
import { matcherOf } from '../listing/filter.ts';
import type { IssueLine } from '../listing/line.ts';
import { type ListOptions, type ListWish, listWishOf, repositoriesOf } from '../listing/options.ts';
import { type ReadLines, readLines } from '../listing/read.ts';
import { sortLines } from '../listing/sort.ts';
import { type Column, renderTable } from '../table.ts';
import { targetsOf } from '../targets.ts';
import { formatUsd } from '../text.ts';
import { watch } from '../watch.ts';

export type { ListOptions };

type Repositories = Awaited<ReturnType<typeof targetsOf>>['repositories'];

/** Lists the issues that are synced or worked on. */
export async function listTrackedIssues(
  context: CommandContext,
  options: ListOptions,
  words: readonly string[],
): Promise<void> {
  const wish = await withLogin(context, listWishOf(options));
  const { issues, repositories } = await targetsOf(context, [...words, ...repositoriesOf(options)]);
  if (issues.length > 0) {
    throw new GhwError('InvalidInput', 'A list is of repositories, not of one issue.', {
      hint: `For one issue: ghw issues show ${issues.map(formatIssue).join(' ')}`,
    });
  }
  if (options.watch === true) {
    await watch(context, async () => {
      const listed = await list(context, wish, repositories);
      return { value: listed.shown, text: () => [...notesOf(listed), human(context, listed)].join('\n') };
    });
    return;
  }
  const listed = await list(context, wish, repositories);
  context.out.data(listed.shown, () => human(context, listed));
  for (const note of notesOf(listed)) context.out.warn(note);
}

interface Listed extends ReadLines {
  readonly shown: readonly IssueLine[];
  readonly wish: ListWish;
  /** That match, shown or not. */
  readonly count: number;
}

async function list(context: CommandContext, wish: ListWish, repositories: Repositories): Promise<Listed> {
  const { state } = wish.filter;
  const isNarrowed = repositories.length > 0;
  const read = await readLines(context, { state, ...(isNarrowed ? { repositories } : {}) });
  const names = isNarrowed ? await namesOf(context, repositories) : undefined;
  const found = read.lines.filter(
    matcherOf({ ...wish.filter, ...(names === undefined ? {} : { repositories: names }) }),
  );
  const sorted = sortLines(found, wish.sort, wish.reverse);
  return { ...read, wish, count: found.length, shown: sorted.slice(0, wish.limit) };
}

/** What a repository is called now, too: the ledger shows that. */
async function namesOf(context: CommandContext, repositories: Repositories): Promise<readonly string[]> {
  const { config } = await context.config();
  return repositories.flatMap(({ repository }) => {
    const now = config.repositories.find(({ name }) => name === repository)?.renamed_to;
    return now === undefined ? [repository] : [repository, now];
  });
}

/** `@me` is whom GitHub knows the token's owner as, whatever an issue says. */
async function withLogin(context: CommandContext, wish: ListWish): Promise<ListWish> {
  const { author, assignee } = wish.filter;
  if (author !== '@me' && assignee !== '@me') return wish;
  const [{ config }, { githubOf }] = await Promise.all([context.config(), import('../github.ts')]);
  const { login } = await githubOf(config, context.io.env).viewer();
  const filter = {
    ...wish.filter,
    ...(author === '@me' ? { author: login } : {}),
    ...(assignee === '@me' ? { assignee: login } : {}),
  };
  return { ...wish, filter };
}

function notesOf({ ledgerError, temporalError, shown, count }: Listed): readonly string[] {
  return [
    ...(count > shown.length ? [`… and ${String(count - shown.length)} more than --limit lets through.`] : []),
    ...(ledgerError === null ? [] : [`Without the ledger, only what Temporal knows is shown: ${ledgerError.message}`]),
    ...(temporalError === null
      ? []
      : [`Without Temporal, this is what was last told to the ledger: ${temporalError.message}`]),
  ];
}

function human(context: CommandContext, { shown, lines, wish }: Listed): string {
  if (shown.length > 0) return table(context, shown, wish.filter.state !== 'open');
  return lines.length > 0
    ? 'No issue is like that.'
    : 'No issues are here yet. Read some: ghw issues sync (or ghw issues plan owner/repo#42)';
}

function table(context: CommandContext, lines: readonly IssueLine[], showsState: boolean): string {
  const head: Column[] = [
    { title: 'issue' },
    ...(showsState ? [{ title: 'state', optional: true }] : []),
    { title: 'plan' },
    { title: 'implementation' },
    { title: 'PR', optional: true },
    { title: 'waits for', optional: true },
    { title: 'cost', align: 'right', optional: true },
    { title: 'title' },
  ];
  const rows = lines.map((line) => [
    formatIssue(line),
    ...(showsState ? [line.gone ?? line.state] : []),
    planStateNames[line.planState],
    implementationStateNames[line.implementationState],
    line.pullRequest === null ? '' : `#${String(line.pullRequest)}`,
    `${line.waitsFor === 'nobody' ? '' : line.waitsFor}${line.paused ? ' (paused)' : ''}`,
    formatUsd(line.costUsd),
    line.title ?? '',
  ]);
  return renderTable(head, rows, { width: context.out.width, head: context.out.colors.bold });
}
