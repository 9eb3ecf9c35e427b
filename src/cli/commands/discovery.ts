import type { Command } from 'commander';
import type { DiscoveryNoteOptions, DiscoveryRunOptions } from '../actions/discovery.ts';
import { type Cli, group, leaf } from '../command.ts';

const actions = () => import('../actions/discovery.ts');
const BY = ['--by <name>', 'who asks (default: your user name)'] as const;
const REASON = ['--reason <text>', 'why; shown beside the schedule'] as const;

export function discoveryCommand(cli: Cli): Command {
  const discovery = group('discovery', 'Look for new and changed pull requests and checks in all repositories.');
  discovery.addCommand(
    leaf<DiscoveryRunOptions>(cli, 'run', 'Look now, and follow it.', async (...given) =>
      (await actions()).runDiscoveryNow(...given),
    )
      .argument('[repositories...]', 'owner/repo, due or not; all that are due if absent')
      .option('--fail-on-error', 'exit code 1 if a repository could not be read')
      .option('--no-wait', 'do not follow it'),
  );
  discovery.addCommand(
    leaf(
      cli,
      'status',
      'Show the schedule, the last cycle, its problems and what is left of GitHub’s budget.',
      async (context) => (await actions()).showDiscovery(context),
    ),
  );
  discovery.addCommand(
    leaf<DiscoveryNoteOptions>(
      cli,
      'pause',
      'Let the next starts pass; a cycle that runs goes on.',
      async (context, options) => (await actions()).pauseSchedule(context, options),
    )
      .option(...REASON)
      .option(...BY),
  );
  discovery.addCommand(
    leaf<DiscoveryNoteOptions>(cli, 'resume', 'Go on after a pause.', async (context, options) =>
      (await actions()).resumeSchedule(context, options),
    )
      .option(...REASON)
      .option(...BY),
  );
  return discovery;
}
