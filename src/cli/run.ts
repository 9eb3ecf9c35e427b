import { type Command, CommanderError } from 'commander';
import { GhwError } from '../domain/errors.ts';
import { commandPlace } from './command-place.ts';
import { type Cli, group } from './command.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { type GroupEntry, groups, isGroupName } from './groups.ts';
import { Interrupted } from './interrupt.ts';
import { type Io, columnsOf } from './io.ts';
import { Output, asGhwError } from './output.ts';
import { plainLine } from './text.ts';
import { version } from './version.ts';

/**
 * Runs `ghw`: finds the group, loads it alone, does the command. What is no command of ours may be a plug-in's. Never
 * throws; says what went wrong.
 *
 * @param args - without the program's own name
 * @returns the exit code: one of {@link exitCodes}, or a plug-in's own
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const cli: Cli = { io, exitCode: exitCodes.ok, program: (name) => createProgram(cli, name) };
  try {
    const place = commandPlace(args);
    const name = place === -1 ? undefined : args[place];
    if (name !== undefined && !isGroupName(name)) {
      const { findPlugIn, runPlugIn } = await import('./plug-ins.ts');
      const plugIn = await findPlugIn(name, io.env);
      if (plugIn !== undefined) return await runPlugIn(plugIn, args.toSpliced(place, 1), io.env);
    }
    const program = await createProgram(cli, name);
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    return report(error, new Output(io, { json: args.includes('--json') }), io);
  }
}

/** Where there is no terminal. */
const HELP_WIDTH = 100;

/**
 * All commands, one of them with what is below it.
 *
 * @param name - the command that is wanted; without one there is only help to give
 */
async function createProgram(cli: Cli, name: string | undefined): Promise<Command> {
  const program = group('ghw', 'Turns GitHub issues into merged pull requests.')
    .version(version(), '--version', 'print the version')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nStart with: ghw init. Errors and exit codes: docs/errors.md');
  for (const [own, entry] of Object.entries<GroupEntry>(groups)) {
    const command = own === name ? await entry.load(cli) : group(own, entry.description);
    if (entry.heading !== undefined) command.helpGroup(entry.heading);
    program.addCommand(command, { hidden: entry.hidden ?? false });
  }
  inheritOutput(program, cli);
  if (name === undefined) await addPlugIns(program, cli.io);
  return program;
}

async function addPlugIns(program: Command, io: Io): Promise<void> {
  const { listPlugIns } = await import('./plug-ins.ts');
  for (const { name, path } of await listPlugIns(io.env)) {
    if (!isGroupName(name)) program.addCommand(group(name, plainLine(path)).helpGroup('Plug-ins:'));
  }
}

function inheritOutput(command: Command, cli: Cli): void {
  command.configureOutput({
    writeOut: (text) => cli.io.stdout.write(text),
    writeErr: () => undefined,
    getOutHelpWidth: () => columnsOf(cli.io.stdout) ?? HELP_WIDTH,
  });
  for (const below of command.commands) inheritOutput(below, cli);
}

function report(error: unknown, out: Output, io: Io): number {
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
