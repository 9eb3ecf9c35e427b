import type { Command } from 'commander';
import type { ExportTranscriptOptions, TranscriptOptions } from '../actions/transcript.ts';
import { type Cli, group, leaf } from '../command.ts';

const actions = () => import('../actions/transcript.ts');
const ISSUE_HELP = '42, owner/repo 42, owner/repo#42, or its address';
const RUN_HELP = 'which run, as `ghw transcript list` numbers them (default: the newest)';

/** `ghw transcript` */
export function transcriptCommand(cli: Cli): Command {
  return group('transcript', 'Read what agents did, also while they do it.')
    .addCommand(
      leaf(cli, 'list', "An issue's runs.", async (context, _, words) =>
        (await actions()).listTranscripts(context, words),
      ).argument('<issue...>', ISSUE_HELP),
    )
    .addCommand(
      leaf<TranscriptOptions>(cli, 'show', 'What happened in a run.', async (context, options, words) =>
        (await actions()).showTranscript(context, options, words),
      )
        .argument('<issue...>', ISSUE_HELP)
        .option('--run <n>', RUN_HELP)
        .option('--raw', "the agent's own lines"),
    )
    .addCommand(
      leaf<ExportTranscriptOptions>(
        cli,
        'export',
        "Write a run's events, or the agent's own lines, to a file.",
        async (context, options, words) => (await actions()).exportTranscript(context, options, words),
      )
        .argument('<issue...>', ISSUE_HELP)
        .option('--run <n>', RUN_HELP)
        .option('--raw', "the agent's own lines")
        .requiredOption('--output <file>', 'a file that does not exist yet'),
    );
}
