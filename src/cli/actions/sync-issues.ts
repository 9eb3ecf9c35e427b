import { syncSelections } from '../../client/sync.ts';
import { GhwError } from '../../domain/errors.ts';
import { lineInput, parseInput } from '../../domain/schemas/input.ts';
import type { RepositorySyncResult } from '../../domain/selection.ts';
import { askIssues } from '../ask-issues.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { interruptible } from '../interrupt.ts';
import { repositoryOf, targetsOf } from '../targets.ts';
import { plainLine } from '../text.ts';

export interface SyncOptions {
  readonly label?: readonly string[];
  readonly all?: boolean;
}

export async function syncIssues(
  context: CommandContext,
  options: SyncOptions,
  words: readonly string[],
): Promise<void> {
  const targets = await targetsOf(context, words);
  if (options.all === true && options.label !== undefined) {
    throw new GhwError('InvalidInput', '--all and --label exclude each other.');
  }
  if (targets.issues.length > 0 && targets.repositories.length > 0) {
    throw new GhwError('InvalidInput', 'Name issues or whole repositories, not both at once.');
  }
  if (targets.issues.length > 0) {
    await askIssues(context, targets.issues, {
      name: 'sync',
      send: (client, issue) => client.sync(issue),
      follow: () => null,
    });
    return;
  }
  await syncRepositories(context, options, targets.repositories);
}

async function syncRepositories(
  context: CommandContext,
  options: SyncOptions,
  named: readonly { readonly repository: string; readonly repositoryId: string | null }[],
): Promise<void> {
  const { config } = await context.config();
  const repositories = named.length > 0 ? named : config.repositories.map(({ name }) => repositoryOf(config, name));
  if (repositories.length === 0) {
    throw new GhwError('RepositoryNotConfigured', 'No repository is configured yet.', {
      hint: 'ghw repositories add owner/repo',
    });
  }
  const labels = options.all
    ? []
    : (options.label?.map((label) => parseInput(lineInput, label, 'A label')) ?? config.sync.labels);
  const temporal = await context.temporal();
  const { repositories: results } = await interruptible(
    {
      out: context.out,
      explain: () => 'The sync goes on.',
      cancel: () => Promise.resolve('A sync ends by itself within moments; nothing was cancelled.'),
    },
    (signal) =>
      syncSelections(
        temporal,
        config.temporal.task_queue,
        repositories.map((repository) => ({ ...repository, numbers: null, labels })),
        signal,
      ),
  );
  context.out.data(results, () => describe(results, labels));
  const failures = results.flatMap(({ repository, failed }) => failed.map((failure) => ({ repository, ...failure })));
  if (failures.length === 0) return;
  for (const { repository, number, message } of failures) {
    context.out.note(`${repository}${number === null ? '' : `#${String(number)}`}: ${plainLine(message)}`);
  }
  context.exitCode = exitCodes.failed;
}

function describe(results: readonly RepositorySyncResult[], labels: readonly string[]): string {
  const which = labels.length === 0 ? 'open' : `open, label ${labels.map(plainLine).join(' or ')}`;
  return results
    .map(({ repository, synced, failed }) => {
      const broken = failed.length === 0 ? '' : `, ${String(failed.length)} failed`;
      return `${repository}: ${String(synced.length)} issues (${which})${broken}`;
    })
    .concat('Next: ghw issues list')
    .join('\n');
}
