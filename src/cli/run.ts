import { type Command, CommanderError } from 'commander';
import { GhwError } from '../domain/errors.ts';
import { type Cli, group } from './command.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { groups, isGroupName } from './groups.ts';
import { Interrupted } from './interrupt.ts';
import type { Io } from './io.ts';
import { Output, asGhwError } from './output.ts';
import { version } from './version.ts';

/**
 * Runs `ghw`: finds the group, loads it alone, does the command. Never throws; says what went wrong.
 *
 * @param args - without the program's own name
 * @returns the exit code
 */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const cli: Cli = { io, exitCode: exitCodes.ok };
  try {
    const program = await createProgram(cli, args);
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    return report(error, new Output(io, { json: args.includes('--json') }), io);
  }
}

async function createProgram(cli: Cli, args: readonly string[]): Promise<Command> {
  const program = group('ghw', 'Turns GitHub issues into merged pull requests.')
    .version(version(), '--version', 'print the version')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'print JSON')
    .configureOutput({ writeOut: (text) => cli.io.stdout.write(text) })
    .addHelpText('after', '\nStart with: ghw init. Errors and exit codes: docs/errors.md');
  const wanted = args.find((argument, index) => isGroupName(argument) && args[index - 1] !== '--config');
  for (const [name, entry] of Object.entries(groups)) {
    if (name !== wanted) {
      program.addCommand(group(name, entry.description));
      continue;
    }
    const command = await entry.load(cli);
    inheritOutput(command, cli);
    program.addCommand(command);
  }
  return program;
}

function inheritOutput(command: Command, cli: Cli): void {
  command.configureOutput({ writeOut: (text) => cli.io.stdout.write(text), writeErr: () => undefined });
  for (const below of command.commands) inheritOutput(below, cli);
}

function report(error: unknown, out: Output, io: Io): ExitCode {
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok;
    out.error(usageError(error));
    return exitCodes.usage;
  }
  const known = asGhwError(error);
  out.error(known);
  if (io.env.GHW_DEBUG && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
  return exitCodeOf(known.name);
}

/** Commander's message in our form; its suggestion becomes the hint. */
function usageError(error: CommanderError): GhwError {
  if (error.code === 'commander.help') {
    return new GhwError('InvalidInput', 'A command is missing.', { hint: 'Add --help to see the commands.' });
  }
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  return new GhwError('InvalidInput', sentence.endsWith('.') ? sentence : `${sentence}.`, {
    hint: suggestion?.replace(/^\((.*)\)$/, '$1') ?? 'Add --help to see how it is used.',
  });
}
