import { GhwError } from '../../domain/errors.ts';
import { formatPullRequest } from '../../domain/pull-request/identity.ts';
import { pullRequestPhaseNames } from '../../domain/pull-request/phase.ts';
import { assigneeInput, countInput, lineInput, parseInput, repositoryInput } from '../../domain/schemas/input.ts';
import type { LedgerRepository } from '../../ledger/ledger.ts';
import type { PullRequestFilter } from '../../ledger/pull-request-ledger.ts';
import type { CommandContext } from '../context.ts';
import { checksText, prLine, sortPrLines, type PrLine } from '../prs/line.ts';
import { checksChoices, prSortKeys, prStates } from '../prs/choices.ts';
import { type Column, renderTable } from '../table.ts';
import { repositoryOf } from '../targets.ts';

export interface PrListOptions {
  readonly state?: string;
  readonly checks?: readonly string[];
  readonly author?: string;
  readonly label?: string;
  readonly draft?: boolean;
  readonly own?: boolean;
  readonly repository?: readonly string[];
  readonly search?: string;
  readonly sort?: string;
  readonly reverse?: boolean;
  readonly limit?: string;
}

/** `ghw prs list` */
export async function listPrs(
  context: CommandContext,
  options: PrListOptions,
  words: readonly string[],
): Promise<void> {
  const odd = options.checks?.find((word) => !checksChoices.some((known) => known === word));
  if (odd !== undefined) {
    throw new GhwError('InvalidInput', `Checks cannot be ${JSON.stringify(odd)}.`, {
      hint: `Write one of ${checksChoices.join(', ')}.`,
    });
  }
  const limit = options.limit === undefined ? undefined : parseInput(countInput, options.limit, 'The limit');
  const search = options.search === undefined ? undefined : parseInput(lineInput, options.search, 'What to search for');
  const author = options.author === undefined ? undefined : await loginOf(context, options.author);
  const names = await wantedNames(context, [...words, ...(options.repository ?? [])]);
  const ledger = await context.ledger();
  const repositories = await ledger.repositories.list();
  const filter: PullRequestFilter = {
    state: prStates.find((state) => state === options.state) ?? 'open',
    ...(names === undefined ? {} : { repositoryIds: idsOf(repositories, names) }),
    ...(author === undefined ? {} : { author }),
    ...(options.label === undefined ? {} : { label: parseInput(lineInput, options.label, 'A label') }),
    ...(options.draft === undefined ? {} : { isDraft: options.draft }),
  };
  const isWanted = (line: PrLine): boolean =>
    (options.checks === undefined || options.checks.includes(line.checks)) &&
    (options.own !== true || line.issue !== null) &&
    (search === undefined || line.title.toLowerCase().includes(search.toLowerCase()));
  const found = (await ledger.pullRequests.list(filter)).map(prLine).filter(isWanted);
  const key = prSortKeys.find((one) => one === options.sort) ?? 'number';
  const shown = sortPrLines(found, key, options.reverse ?? false).slice(0, limit);
  context.out.data(shown, () => human(context, shown, { filter, repositories }));
  if (found.length > shown.length) {
    context.out.warn(`… and ${String(found.length - shown.length)} more than --limit lets through.`);
  }
}

function human(
  context: CommandContext,
  lines: readonly PrLine[],
  { filter, repositories }: { readonly filter: PullRequestFilter; readonly repositories: readonly LedgerRepository[] },
): string {
  if (lines.length === 0) {
    return repositories.length === 0 || Object.keys(filter).length === 1
      ? 'No pull requests are known here. Look for some: ghw discovery run'
      : 'No pull request is like that.';
  }
  const head: Column[] = [
    { title: 'pull request' },
    { title: 'is' },
    { title: 'checks', optional: true },
    { title: 'author', optional: true },
    { title: 'issue', optional: true },
    { title: 'title' },
  ];
  const rows = lines.map((line) => [
    formatPullRequest(line),
    `${pullRequestPhaseNames[line.phase]}${line.skippedBy === null ? '' : ' (skipped)'}`,
    checksText(line),
    line.author,
    line.issue === null ? '' : `#${String(line.issue)}`,
    line.title,
  ]);
  return renderTable(head, rows, { width: context.out.width, head: context.out.colors.bold });
}

async function wantedNames(
  context: CommandContext,
  words: readonly string[],
): Promise<readonly { readonly repository: string; readonly repositoryId: string | null }[] | undefined> {
  if (words.length === 0) return undefined;
  const { config } = await context.config();
  return words.map((word) => repositoryOf(config, parseInput(repositoryInput, word, 'A repository')));
}

/** Node ids; one that the ledger does not know yet has no pull requests either. */
function idsOf(
  known: readonly LedgerRepository[],
  wanted: readonly { readonly repository: string; readonly repositoryId: string | null }[],
): readonly string[] {
  return wanted.flatMap(({ repository, repositoryId }) => {
    if (repositoryId !== null) return [repositoryId];
    const found = known.find(({ name }) => name.toLowerCase() === repository.toLowerCase());
    return found === undefined ? [] : [found.id];
  });
}

async function loginOf(context: CommandContext, word: string): Promise<string> {
  const author = parseInput(assigneeInput, word, 'The author');
  if (author !== '@me') return author;
  const [{ config }, { githubOf }] = await Promise.all([context.config(), import('../github.ts')]);
  const { login } = await githubOf(config, context.io.env).viewer();
  return login;
}
