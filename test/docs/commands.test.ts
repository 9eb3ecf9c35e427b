import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { type Command, CommanderError } from 'commander';
import { type Cli, group } from '../../src/cli/command.ts';
import { groups, isGroupName } from '../../src/cli/groups.ts';
import { codeSpans, pages } from './markdown.ts';

interface Mention {
  readonly source: string;
  readonly command: string;
}

const cli: Cli = {
  io: { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), env: {} },
  exitCode: 0,
  program: () => Promise.resolve(group('ghw', '')),
};

/** The words that a shell would make of a line without anything special in it. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/** The command tree as it is, except that its commands do nothing. */
async function harmlessTree(): Promise<Command> {
  const program = group('ghw', '').version('0', '--version').option('--config <file>').option('--json');
  for (const entry of Object.values(groups)) program.addCommand(harmless(await entry.load(cli)));
  return program;
}

function harmless(command: Command): Command {
  command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  // A group that is a command as well, such as `ghw work`, takes words of its own.
  if (command.commands.length === 0 || command.registeredArguments.length > 0) command.action(() => undefined);
  for (const below of command.commands) harmless(below);
  return command;
}

/** Why the command line would not be understood; undefined if it would. */
async function problemOf(command: string): Promise<string | undefined> {
  const [, ...words] = wordsOf(command);
  try {
    await (await harmlessTree()).parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : error.message;
    throw error;
  }
}

/** Command lines in fenced blocks, which a reader copies whole. */
const lines: readonly Mention[] = pages().flatMap(({ path: source, blocks }) =>
  blocks
    .filter(({ info }) => info === 'sh' || info === 'text')
    .flatMap(({ content }) => content.split('\n'))
    .map((line) =>
      line
        .trim()
        .replace(/^\$ /, '')
        .replace(/^npm run demo(?: --)?/, 'ghw demo')
        .replace(/^docker compose exec \S+ /, '')
        .replace(/\s+(?:#|\|).*$/, ''),
    )
    .filter((line) => line.startsWith('ghw '))
    .map((command) => ({ source, command })),
);

/** Commands in running text, which need not be whole. */
const spans: readonly Mention[] = pages().flatMap(({ path: source, prose }) =>
  codeSpans(prose)
    .filter((code) => /^ghw [a-z]/.test(code))
    .map((command) => ({ source, command })),
);

describe('command lines in the documentation', () => {
  it('are found', () => {
    expect(lines.length).toBeGreaterThan(30);
    expect(spans.length).toBeGreaterThan(30);
  });

  it.each(lines)('$source: $command', async ({ command }) => {
    expect(await problemOf(command)).toBeUndefined();
  });

  it.each(['ghw issues paln 42', 'ghw issues plan', 'ghw issues plan 42 --frobnicate', 'ghw up now'])(
    'would be found wrong: %s',
    async (command) => {
      expect(await problemOf(command)).toEqual(expect.any(String));
    },
  );
});

describe('commands in running text', () => {
  it.each(spans)('$source: $command', async ({ command }) => {
    const [, name = '', ...rest] = wordsOf(command);
    expect(isGroupName(name)).toBe(true);
    let found = (await harmlessTree()).commands.find((candidate) => candidate.name() === name);
    const below = found?.commands.find((candidate) => candidate.name() === rest[0]);
    if (found && found.commands.length > 0 && rest.length > 0 && found.registeredArguments.length === 0) found = below;
    else found = below ?? found;
    const known = found?.options.flatMap(({ long, short }) => [long, short]);

    expect(known).toEqual(expect.arrayContaining(rest.filter((word) => word.startsWith('-'))));
  });
});
