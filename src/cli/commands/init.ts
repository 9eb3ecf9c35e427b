import type { Command } from 'commander';
import type { InitOptions } from '../actions/init.ts';
import { type Cli, collect, leaf } from '../command.ts';

export function initCommand(cli: Cli): Command {
  return leaf<InitOptions>(
    cli,
    'init',
    'Set everything up; on a terminal, by a few questions.',
    async (context, options) => (await import('../actions/init.ts')).init(context, options),
  )
    .option('--issues-path <path>', 'where files about issues are kept for people')
    .option('--data-path <path>', 'where work in progress, transcripts and what `ghw up` keeps are')
    .option('--repository-path <path>', 'where copies of the repositories are')
    .option('--agent <name>', 'the agent to use')
    .option('--api-key-env <name>', 'the environment variable that holds the key of the agent’s model')
    .option('--repository <name>', 'a repository to work on, owner/repo (may be repeated)', collect)
    .option('--token-file <file>', 'a file with the GitHub token, if GITHUB_TOKEN is not set')
    .option('--api-url <url>', 'another GitHub: https://github.example.org/api/v3')
    .option('--no-verify', 'take repositories as they are, without asking GitHub')
    .option('--check', 'look whether everything works (default: on a terminal); exit code 1 if not')
    .option('--no-check', 'do not look')
    .option('-y, --yes', 'ask nothing')
    .option('-f, --force', 'replace a configuration that is there; it is kept beside the new one');
}
