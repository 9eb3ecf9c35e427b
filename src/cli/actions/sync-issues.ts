import { type SyncStatus, startSync } from '../../client/sync.ts';
import { GhwError } from '../../domain/errors.ts';
import type { RepositorySyncResult, SyncSelection } from '../../domain/selection.ts';
import { askIssues } from '../ask-issues.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { interruptible } from '../interrupt.ts';
import { createLiveLine } from '../live-line.ts';
import { type SyncOptions, syncFilterOf } from '../sync-filter.ts';
import { describeSynced, syncProgressText } from '../sync-text.ts';
import { repositoryOf, targetsOf } from '../targets.ts';
import { plainLine } from '../text.ts';

export type { SyncOptions };

export async function syncIssues(
  context: CommandContext,
  options: SyncOptions,
  words: readonly string[],
): Promise<void> {
  const filter = syncFilterOf(options);
  const targets = await targetsOf(context, words);
  if (targets.issues.length > 0 && targets.repositories.length > 0) {
    throw new GhwError('InvalidInput', 'Name issues or whole repositories, not both at once.');
  }
  if (targets.issues.length > 0) {
    if (filter !== null || options.all === true) {
      throw new GhwError('InvalidInput', 'Issues that are named are read as they are: no filter goes with them.');
    }
    await askIssues(context, targets.issues, {
      name: 'sync',
      send: (client, issue) => client.sync(issue),
      follow: () => null,
    });
    return;
  }
  const { config } = await context.config();
  const active = config.repositories.filter((repository) => repository.active);
  const repositories =
    targets.repositories.length > 0 ? targets.repositories : active.map(({ name }) => repositoryOf(config, name));
  if (repositories.length === 0) {
    throw new GhwError('RepositoryNotConfigured', 'No repository is configured yet.', {
      hint: 'ghw repositories add owner/repo',
    });
  }
  const results = await follow(context, { repositories, filter, anew: options.all ?? false });
  context.out.data(results, () => [...results.map(describeSynced), 'Next: ghw issues list'].join('\n'));
  report(context, results);
}

async function follow(context: CommandContext, selection: SyncSelection): Promise<readonly RepositorySyncResult[]> {
  const [temporal, { config }] = await Promise.all([context.temporal(), context.config()]);
  const sync = await startSync(temporal, config.temporal.task_queue, selection);
  const line = createLiveLine(context.io);
  let told: string | undefined;
  const onProgress = (status: SyncStatus): void => {
    if (context.out.json) return;
    const { steady, moving } = syncProgressText(status, selection.repositories.length);
    line.show(`${steady}${moving}`, steady === told ? undefined : steady);
    told = steady;
  };
  try {
    const { repositories } = await interruptible(
      {
        out: context.out,
        explain: () => 'The sync goes on.',
        cancel: async () => {
          await sync.cancel();
          return 'Cancelled. What was read stays, and the next sync reads the rest.';
        },
      },
      (signal) => sync.result({ signal, onProgress }),
    );
    return repositories;
  } finally {
    line.clear();
  }
}

/** Names every repository that failed; the exit code is that of the first. */
function report(context: CommandContext, results: readonly RepositorySyncResult[]): void {
  for (const { repository, failure } of results) {
    if (failure === null) continue;
    context.out.note(`${repository}: ${plainLine(failure.message)}`);
    if (context.exitCode === exitCodes.ok) context.exitCode = exitCodeOf(failure.name) || exitCodes.failed;
  }
}
