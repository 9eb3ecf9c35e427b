import type { z } from 'zod';
import { GhwError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import { type ConfigDocument, lineOf } from './document.ts';
import { type Key, formatKey, keysBelow, nearest } from './key.ts';

/** One thing that is wrong in a configuration file. */
export interface ConfigProblem {
  readonly key: Key;
  /** From 1; undefined where no line stands for it. */
  readonly line: number | undefined;
  /** What is wrong, without the key. */
  readonly what: string;
  /** The command or step that mends it. */
  readonly mend: string;
}

/** One error for all problems: a line for each, and how to mend the first. */
export function problemsError(path: string, problems: readonly ConfigProblem[]): GhwError {
  const lines = problems.map(({ key, line, what }) => {
    const place = line === undefined ? path : `${path}:${String(line)}`;
    return key.length === 0 ? `${place}: ${what}` : `${place}: ${formatKey(key)} ${what}`;
  });
  return new GhwError('InvalidConfiguration', lines.join('\n'), { hint: problems[0]?.mend ?? '' });
}

/** What YAML itself has against the file: the first error, since the others mostly follow from it. */
export function syntaxProblems(document: ConfigDocument): readonly ConfigProblem[] {
  return document.yaml.errors.slice(0, 1).map((error) => {
    const line = document.lines.linePos(error.pos[0]).line;
    return {
      key: [],
      line,
      what: error.message,
      mend: `Correct line ${String(line)} of ${document.path}; \`ghw config set\` and \`ghw init --force\` work meanwhile and keep a copy of the file.`,
    };
  });
}

/** What the schema has against the values. */
export function schemaProblems(
  document: ConfigDocument,
  issues: readonly z.core.$ZodIssue[],
): readonly ConfigProblem[] {
  return issues.flatMap((issue) => {
    const key = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code !== 'unrecognized_keys') return [valueProblem(document, key, issue)];
    return issue.keys.map((name) => unknownKeyProblem(document, key, name));
  });
}

function valueProblem(document: ConfigDocument, key: Key, issue: z.core.$ZodIssue): ConfigProblem {
  const values = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  return {
    key,
    line: lineOf(document, key),
    what: `${what(issue)}${shown(issue.input)}.`,
    mend: key.includes('repositories')
      ? `Correct it in ${document.path}.`
      : `ghw config set ${formatKey(key)} ${values.at(-1) ?? `<${key.at(-1)?.toString().replaceAll('_', '-') ?? 'value'}>`}`,
  };
}

function unknownKeyProblem(document: ConfigDocument, above: Key, name: string): ConfigProblem {
  const key = [...above, name];
  const line = lineOf(document, key);
  const secret = /token$|secret|password|api_?key$/i.test(name);
  if (secret) {
    return {
      key,
      line,
      what: 'is not a key: the configuration holds no secrets.',
      mend: 'Take it out; give it in the environment (GITHUB_TOKEN), or name a file in github.token_file or a variable in agents.claude-code.api_key_env.',
    };
  }
  const meant = nearest(name, keysBelow(above));
  return {
    key,
    line,
    what: `is not a key${meant === undefined ? '' : `; did you mean ${formatKey([...above, meant])}?`}`,
    mend:
      meant === undefined
        ? `Take it out of ${document.path}; \`ghw config list\` shows all keys.`
        : `Rename it to ${meant} in ${document.path}.`,
  };
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

function what(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'must not be empty'
        : `must be ${issue.inclusive ? 'at least' : 'more than'} ${String(issue.minimum)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}${issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' entries' : ''}`;
    case 'invalid_format':
      return issue.message.startsWith('must ') ? issue.message : `must be ${formats[issue.format] ?? issue.format}`;
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'custom':
      return issue.message;
  }
}

const formats: Readonly<Record<string, string>> = {
  url: 'an http or https address',
  email: 'a mail address',
};

function shown(input: unknown): string {
  if (input === undefined || (typeof input === 'object' && input !== null)) return '';
  const text = redact(JSON.stringify(input)).replace(/\/\/[^/\s]*@/, '//…@');
  return `, not ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}
