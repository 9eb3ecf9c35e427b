import { issuesOf } from './fit.ts';
import { kindAt, leafKeys } from './json-schema.ts';
import { type Key, formatKey } from './key.ts';
import type { Environment } from './location.ts';
import { nearest } from './parse-key.ts';
import type { ConfigProblem } from './problem.ts';
import { describeIssue, keyOfIssue } from './schema-problems.ts';
import { valueOfText } from './value-text.ts';

/** A value that the environment puts in the place of the file's. */
export interface Override {
  readonly key: Key;
  readonly variable: string;
  readonly value: unknown;
}

export interface Overrides {
  /** Those that fit their keys. */
  readonly values: readonly Override[];
  readonly problems: readonly ConfigProblem[];
  /** Variables that look like an override of a key that there is not, with the nearest one that there is. */
  readonly unknown: readonly { readonly variable: string; readonly meant: string | undefined }[];
}

/** Variables that begin like an override and mean something else: to the program, to its children, to its tests. */
const ownVariables: readonly string[] = [
  'GHW_CONFIG',
  'GHW_CONFIG_FILE',
  'GHW_CACHE_DIR',
  'GHW_DEBUG',
  'GHW_MODEL_KEY',
  'GHW_ON_BEHALF_OF',
  'GHW_VALIDATES',
  'GHW_RECORD_HISTORIES',
  'GHW_WRITE_DOCS',
];
const ownPrefixes: readonly string[] = ['GHW_TEST_', 'GHW_TOKEN_', 'GHW_CYCLE_', 'GHW_EVENT_'];

/** True for a variable that means something else than the value of a key. */
export function isOwnVariable(name: string): boolean {
  return ownVariables.includes(name) || ownPrefixes.some((prefix) => name.startsWith(prefix));
}

/** The variable that overrides a key: `GHW_` and the key in capitals, with `_` for all that is neither letter nor digit. */
export function variableOf(key: Key): string {
  return `GHW_${formatKey(key)
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')}`;
}

/** Reads the overrides. An empty variable counts as one that is not set. */
export function readOverrides(env: Environment): Overrides {
  const given = Object.entries(env).filter(
    ([name, text]) => name.startsWith('GHW_') && text !== undefined && text !== '' && !isOwnVariable(name),
  );
  if (given.length === 0) return { values: [], problems: [], unknown: [] };
  const keys = new Map(leafKeys().map((key) => [variableOf(key), key]));
  const values: Override[] = [];
  const problems: ConfigProblem[] = [];
  const unknown: Overrides['unknown'][number][] = [];
  for (const [variable, text = ''] of given) {
    const key = keys.get(variable);
    if (key === undefined) {
      unknown.push({ variable, meant: nearest(variable, [...keys.keys()]) });
      continue;
    }
    const value = valueOfText(key, text, 'commas');
    const wrong = problemsOf(key, variable, value);
    problems.push(...wrong);
    if (wrong.length === 0) values.push({ key, variable, value });
  }
  return { values, problems, unknown };
}

/** What is said about variables that override nothing. */
export function warningsOf({ unknown }: Overrides): readonly { readonly what: string; readonly mend: string }[] {
  return unknown.map(({ variable, meant }) => ({
    what: `${variable} overrides no key of the configuration.`,
    mend: meant === undefined ? `unset ${variable}` : `Did you mean ${meant}?`,
  }));
}

function problemsOf(key: Key, variable: string, value: unknown): readonly ConfigProblem[] {
  return issuesOf(key, value).map((issue) => {
    const at = keyOfIssue(issue);
    const isList = kindAt(key) === 'list';
    return {
      key: at,
      position: undefined,
      variable,
      what: issue.code === 'unrecognized_keys' ? `has no key ${issue.keys.join(', ')}.` : describeIssue(at, issue),
      mend: `unset ${variable}${isList ? ', or write a list: a,b or [a, b]' : ''}`,
    };
  });
}
