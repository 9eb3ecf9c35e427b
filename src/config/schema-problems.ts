import type { z } from 'zod';
import { redact } from '../domain/redact.ts';
import { type ConfigDocument, positionOfKey, positionOfValue } from './document.ts';
import { keysBelow } from './json-schema.ts';
import { type Key, formatKey } from './key.ts';
import { mendUnknownKey, mendValue } from './mend.ts';
import { isSecretName, nearest, secretWays } from './parse-key.ts';
import type { ConfigProblem } from './problem.ts';

/** What the schema has against the values. */
export function schemaProblems(
  document: ConfigDocument,
  issues: readonly z.core.$ZodIssue[],
): readonly ConfigProblem[] {
  return issues.flatMap((issue) => {
    const key = keyOfIssue(issue);
    if (issue.code !== 'unrecognized_keys') return [valueProblem(document, key, issue)];
    return issue.keys.map((name) => unknownKeyProblem(document, key, name));
  });
}

export function keyOfIssue(issue: z.core.$ZodIssue): Key {
  return issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
}

/** What is wrong with a value, and the value, as far as it may be shown. */
export function describeIssue(key: Key, issue: z.core.$ZodIssue): string {
  return `${what(issue)}${shown(key, issue.input)}.`;
}

function valueProblem(document: ConfigDocument, key: Key, issue: z.core.$ZodIssue): ConfigProblem {
  return {
    key,
    position: positionOfValue(document, key),
    what: describeIssue(key, issue),
    mend: mendValue(document, key, issue),
  };
}

function unknownKeyProblem(document: ConfigDocument, above: Key, name: string): ConfigProblem {
  const key = [...above, name];
  const position = positionOfKey(document, key);
  if (isSecretName(name)) {
    return {
      key,
      position,
      what: `is not a key: the configuration holds no secrets. ${secretWays}`,
      mend: mendUnknownKey(document, key, undefined),
    };
  }
  const meant = nearest(name, keysBelow(above));
  return {
    key,
    position,
    what: `is not a key${meant === undefined ? '.' : `; did you mean ${formatKey([...above, meant])}?`}`,
    mend: mendUnknownKey(document, key, meant),
  };
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
};

const formats: Readonly<Record<string, string>> = {
  url: 'an http or https address',
  email: 'a mail address',
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

/** Keys in whose place people put the secret itself. */
const secretProne = new Set(['api_key_env', 'url']);

function shown(key: Key, input: unknown): string {
  if (input === undefined || (typeof input === 'object' && input !== null)) return '';
  if (secretProne.has(String(key.at(-1)))) return '';
  const text = redact(JSON.stringify(input)).replace(/\/\/[^/\s]*@/, '//…@');
  return `, not ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}
