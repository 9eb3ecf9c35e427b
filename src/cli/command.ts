import { Command } from 'commander';
import { type CommonOptions, CommandContext } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';

/** What the command groups are built for: where to read and write, and where to leave the exit code. */
export interface Cli {
  readonly io: Io;
  exitCode: ExitCode;
  /** All commands, one of them with what is below it. */
  readonly program: (name: string | undefined) => Promise<Command>;
}

/** A group of commands, or the program. It throws instead of ending the process. */
export function group(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .showSuggestionAfterError(true)
    .helpCommand(false);
}

/** What a command does, with its options and its words. */
export type Action<Options> = (context: CommandContext, options: Options, words: readonly string[]) => Promise<void>;

/** A command with the options that all have. */
export function leaf<Options extends object>(
  cli: Cli,
  name: string,
  description: string,
  action: Action<Options & CommonOptions>,
): Command {
  return group(name, description)
    .option('--json', 'print JSON')
    .option('--config <file>', 'the configuration file')
    .action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const options = command.optsWithGlobals<Options & CommonOptions>();
      const context = new CommandContext(cli.io, options);
      try {
        await action(context, options, command.args);
        cli.exitCode = context.exitCode;
      } finally {
        await context.close();
      }
    });
}

/** Adds an option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
