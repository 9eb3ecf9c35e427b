import type { Command } from 'commander';
import type { InitOptions } from '../actions/init.ts';
import { type Cli, collect, leaf } from '../command.ts';

export function initCommand(cli: Cli): Command {
  return leaf<InitOptions>(
    cli,
    'init',
    'Write a configuration; on a terminal, after a few questions.',
    async (context, options) => (await import('../actions/init.ts')).init(context, options),
  )
    .option('--issues-path <path>', 'where files about issues are kept for people')
    .option('--data-path <path>', 'where workspaces, artifacts and the embedded Temporal live')
    .option('--agent <name>', 'the agent to use')
    .option('--repository <name>', 'a repository to work on, owner/repo (may be repeated)', collect)
    .option('--token-file <file>', 'a file with the GitHub token, if GITHUB_TOKEN is not set')
    .option('--no-verify', 'take repositories as they are, without asking GitHub')
    .option('-y, --yes', 'ask nothing')
    .option('-f, --force', 'replace a configuration that is there; it is kept beside the new one');
}
