import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { type Cli, group } from '../../src/cli/command.ts';
import { groups } from '../../src/cli/groups.ts';

const cli: Cli = {
  io: { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), env: {} },
  exitCode: 0,
  program: () => Promise.resolve(group('ghw', '')),
};

/** The words that lead to each command that does something, by group; what is not for people is left out. */
export async function everyCommand(): Promise<ReadonlyMap<string, readonly (readonly string[])[]>> {
  const found = new Map<string, readonly (readonly string[])[]>();
  for (const [name, entry] of Object.entries(groups)) {
    if ('hidden' in entry) continue;
    found.set(name, leavesOf(await entry.load(cli), [name]));
  }
  return found;
}

function leavesOf(command: Command, path: readonly string[]): readonly (readonly string[])[] {
  const below = command.commands.flatMap((one) => leavesOf(one, [...path, one.name()]));
  // A command may do something itself and have others below it.
  return command.commands.length === 0 || command.options.length > 0 ? [path, ...below] : below;
}
