import type { Command, Option } from 'commander';
import { DIRECTIVE } from './scripts.ts';

/** One way to go on with a command line. */
export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** What a word of the command line may be, where the command itself does not list its values. */
export type ValueKind =
  | 'agent'
  | 'assignee'
  | 'config-key'
  | 'file'
  | 'implementation-state'
  | 'issue'
  | 'plan-state'
  | 'pull-request'
  | 'repository';

/** What is being completed, and the words of the command before it that are no options. */
export interface Situation {
  readonly current: string;
  readonly positionals: readonly string[];
}

/** Looks up the values of a kind. */
export type ValueSource = (kind: Exclude<ValueKind, 'file'>, situation: Situation) => Promise<readonly Candidate[]>;

/** What the completion scripts read. */
export interface Suggestions {
  readonly candidates: readonly Candidate[];
  /** What the shell does beside: complete file names. */
  readonly directive: 'none' | 'files';
}

/** Options by what their value is; the value of any other is free text. */
const optionKinds: Readonly<Record<string, ValueKind>> = {
  '--agent': 'agent',
  '--assignee': 'assignee',
  '--author': 'assignee',
  '--config': 'file',
  '--directory': 'file',
  '--file': 'file',
  '--implement-agent': 'agent',
  '--implementation': 'implementation-state',
  '--plan': 'plan-state',
  '--plan-agent': 'agent',
  '--repo': 'repository',
  '--repository': 'repository',
  '--review-agent': 'agent',
  '--token-file': 'file',
};

/** Arguments by name. */
const argumentKinds: Readonly<Record<string, ValueKind>> = {
  issue: 'issue',
  issues: 'issue',
  key: 'config-key',
  keys: 'config-key',
  path: 'file',
  'pull-request': 'pull-request',
  repositories: 'repository',
  targets: 'issue',
};

const nothing: Suggestions = { candidates: [], directive: 'none' };

/**
 * How a command line can go on.
 *
 * @param program - with the group that is named, if one is
 * @param words - those behind `ghw`, up to the cursor; the last one, perhaps empty, is completed
 */
export async function suggest(program: Command, words: readonly string[], source: ValueSource): Promise<Suggestions> {
  const current = words.at(-1) ?? '';
  const walk = walkTo(program, words.slice(0, -1));
  if (walk === undefined) return nothing;
  const { command, open, positionals, isOptionsOver } = walk;
  if (open !== undefined) return valuesOf(open, { current, positionals }, source);
  if (!isOptionsOver && current.startsWith('-')) {
    const [, flag = '', value] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
    const option = optionOf(command, flag);
    if (option === undefined || value === undefined) return beginning(flagsOf(command), current);
    const { candidates, directive } = await valuesOf(option, { current: value, positionals }, source);
    return { candidates: candidates.map((one) => ({ ...one, value: `${flag}=${one.value}` })), directive };
  }
  const below = command.createHelp().visibleCommands(command);
  if (below.length > 0) {
    const commands = below.map((one) => ({ value: one.name(), description: one.description() }));
    const named = beginning(positionals.length === 0 ? commands : [], current);
    if (command.registeredArguments.length === 0) return named;
    // A group that is a command as well.
    const { candidates, directive } = await argumentValues(command, { current, positionals }, source);
    return { candidates: [...named.candidates, ...candidates], directive };
  }
  return argumentValues(command, { current, positionals }, source);
}

interface Walk {
  readonly command: Command;
  /** An option that still wants its value. */
  readonly open: Option | undefined;
  readonly positionals: readonly string[];
  readonly isOptionsOver: boolean;
}

/** Undefined where a command is named that there is not. */
function walkTo(program: Command, words: readonly string[]): Walk | undefined {
  let command = program;
  let open: Option | undefined;
  let isOptionsOver = false;
  const positionals: string[] = [];
  for (const word of words) {
    if (open !== undefined) open = undefined;
    else if (!isOptionsOver && word === '--') isOptionsOver = true;
    else if (!isOptionsOver && word.startsWith('-')) open = optionOf(command, word, true);
    else if (command.commands.length === 0) positionals.push(word);
    else {
      const named = command.commands.find((below) => below.name() === word);
      if (named === undefined && command.registeredArguments.length === 0) return undefined;
      if (named === undefined) positionals.push(word);
      else command = named;
    }
  }
  return { command, open, positionals, isOptionsOver };
}

function optionOf(command: Command, flag: string, wantsValue = false): Option | undefined {
  const option = command.options.find(({ short, long }) => flag === short || flag === long);
  return wantsValue && option?.required !== true ? undefined : option;
}

async function valuesOf(option: Option, situation: Situation, source: ValueSource): Promise<Suggestions> {
  return ofKind(option.argChoices, optionKinds[option.long ?? ''], situation, source);
}

async function argumentValues(command: Command, situation: Situation, source: ValueSource): Promise<Suggestions> {
  const { registeredArguments: all } = command;
  const last = all.at(-1);
  const argument = all[situation.positionals.length] ?? (last?.variadic === true ? last : undefined);
  return argument === undefined
    ? nothing
    : ofKind(argument.argChoices, argumentKinds[argument.name()], situation, source);
}

async function ofKind(
  choices: readonly string[] | undefined,
  kind: ValueKind | undefined,
  situation: Situation,
  source: ValueSource,
): Promise<Suggestions> {
  if (choices !== undefined) {
    return beginning(
      choices.map((value) => ({ value })),
      situation.current,
    );
  }
  if (kind === undefined) return nothing;
  if (kind === 'file') return { candidates: [], directive: 'files' };
  return beginning(await source(kind, situation), situation.current);
}

function beginning(candidates: readonly Candidate[], current: string): Suggestions {
  const begun = current.toLowerCase();
  return { candidates: candidates.filter(({ value }) => value.toLowerCase().startsWith(begun)), directive: 'none' };
}

function flagsOf(command: Command): readonly Candidate[] {
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long, description }) => (long == null ? [] : [{ value: long, description }]));
}

/** What `ghw __complete` prints. */
export function printed({ candidates, directive }: Suggestions): string {
  const lines = candidates.map(({ value, description = '' }) => `${value}\t${description}`);
  return [...lines, `${DIRECTIVE}${directive}`, ''].join('\n');
}
