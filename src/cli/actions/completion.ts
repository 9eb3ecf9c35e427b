import { GhwError } from '../../domain/errors.ts';
import { commandPlace } from '../command-place.ts';
import { completionScripts, shells } from '../completion/scripts.ts';
import { printed, suggest } from '../completion/suggest.ts';
import { valueSource } from '../completion/values.ts';
import { type Cli } from '../command.ts';
import { CommandContext } from '../context.ts';

/** Prints a shell's script. */
export function printCompletionScript(context: CommandContext, [name]: readonly string[]): Promise<void> {
  const shell = shells.find((known) => known === name);
  if (shell === undefined) throw new GhwError('InvalidInput', `There is no completion for ${JSON.stringify(name)}.`);
  context.out.data({ shell, script: completionScripts[shell] }, () => completionScripts[shell].trimEnd());
  return Promise.resolve();
}

/** Answers a shell: how the words can go on. Never fails, since whoever presses Tab wants no errors. */
export async function completeWords(cli: Cli, words: readonly string[]): Promise<void> {
  const before = words.slice(0, -1);
  const place = commandPlace(before);
  const context = new CommandContext(cli.io, { config: configOf(before) });
  try {
    const program = await cli.program(before[place]);
    cli.io.stdout.write(printed(await suggest(program, words, valueSource(context))));
  } catch {
    cli.io.stdout.write(printed({ candidates: [], directive: 'none' }));
  }
  // A ledger that does not answer would keep the process, and with it the shell, for seconds.
  if (cli.io.stdout === process.stdout) process.exit();
  await context.close();
}

function configOf(words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith('--config='));
  if (joined !== undefined) return joined.slice('--config='.length);
  const place = words.indexOf('--config');
  return place === -1 ? undefined : words[place + 1];
}
