import { type Document, type Node, type Pair, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
import { shellWord } from '../domain/shell-word.ts';
import { agentProblems } from './agent-names.ts';
import { type ConfigDocument, positionAt, positionOfValue } from './document.ts';
import { isNullable, kindAt, schemaAt } from './json-schema.ts';
import type { Key } from './key.ts';
import type { Environment } from './location.ts';
import { keyWord, unset } from './mend.ts';
import type { Override } from './overrides.ts';
import type { ConfigProblem } from './problem.ts';
import { withRepositoryNames } from './repository-entry.ts';
import { urlProblems } from './repository-urls.ts';
import { schemaProblems } from './schema-problems.ts';
import { configSchema } from './schema.ts';
import { type Substituted, substitute, withoutReferences } from './substitution.ts';
import { valueOfText } from './value-text.ts';

export interface CheckedDocument {
  /** Undefined if there are problems. */
  readonly config: ParsedConfig | undefined;
  /** All of them, in the order of the file. */
  readonly problems: readonly ConfigProblem[];
}
export type ParsedConfig = ReturnType<typeof configSchema.parse>;

/** Holds a document against the schema, with what the environment puts in the place of its values. */
export function checkDocument(
  document: ConfigDocument,
  env: Environment,
  overrides: readonly Override[] = [],
): CheckedDocument {
  const noText = fileProblems(document);
  const broken = noText.length > 0 ? noText : syntaxProblems(document);
  if (broken.length > 0) return { config: undefined, problems: broken };
  const resolved = document.yaml.clone();
  const references = substituteAll(resolved, document, env);
  let values: unknown;
  try {
    values = withoutEmptySections(resolved.toJS(), []);
  } catch (error) {
    return { config: undefined, problems: [aliasProblem(document, error)] };
  }
  for (const override of overrides) values = overlaid(values, override.key, override.value);
  // To compile the schema takes longer than it could save: a configuration is read once by a command, and seldom by a worker.
  const parsed = configSchema.safeParse(withRepositoryNames(values), { reportInput: true, jitless: true });
  const own = [...references, ...passwordProblems(document)];
  const told = new Set(own.map(({ key }) => JSON.stringify(key)));
  const found = parsed.success
    ? [...urlProblems(document, parsed.data), ...agentProblems(document, parsed.data)]
    : schemaProblems(document, parsed.error.issues);
  const problems = [
    ...own,
    ...found.filter(({ key }) => !told.has(JSON.stringify(key))).map((problem) => blamed(problem, overrides)),
  ];
  return {
    config: parsed.success && problems.length === 0 ? parsed.data : undefined,
    problems: problems.sort(inOrder),
  };
}

/** What is said of a file that a person named and that is not there. */
export function missingProblems(document: ConfigDocument, isNamed: boolean): readonly ConfigProblem[] {
  if (document.exists || document.danglesTo !== undefined || !isNamed) return [];
  return [problemOfFile('there is no such file.', `${document.command} init`)];
}

/** What keeps a file from being text. */
function fileProblems({ danglesTo, isText, command }: ConfigDocument): readonly ConfigProblem[] {
  if (danglesTo !== undefined) {
    return [problemOfFile(`is a link to ${danglesTo}, which is not there.`, `${command} init`)];
  }
  return isText ? [] : [problemOfFile('is no UTF-8 text.', `${command} init --force`)];
}

/** What YAML itself has against the file. */
function syntaxProblems(document: ConfigDocument): readonly ConfigProblem[] {
  const { yaml, command } = document;
  const mend = `${command} config edit`;
  const problems = yaml.errors.map((error) => ({
    key: [],
    position: positionAt(document, error.pos[0]),
    what: sentence(messages[error.code] ?? error.message),
    mend,
  }));
  if (problems.length > 0) return problems;
  const { contents } = yaml;
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  if (isEmpty || isMap(contents)) return [];
  const what = 'must be keys with values, such as `issues_path: ~/issues`.';
  return [{ key: [], position: { line: 1, column: 1 }, what, mend }];
}

const messages: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab cannot indent; use spaces',
  DUPLICATE_KEY: 'this key is there twice',
  MULTIPLE_DOCS: 'the file must hold one document; `---` begins another',
};

function aliasProblem(document: ConfigDocument, error: unknown): ConfigProblem {
  let position = undefined;
  visit(document.yaml, {
    Alias(_, node) {
      if (node.resolve(document.yaml) !== undefined) return undefined;
      position = node.range ? positionAt(document, node.range[0]) : undefined;
      return visit.BREAK;
    },
  });
  const what = sentence(error instanceof Error ? error.message : String(error));
  return { key: [], position, what, mend: `${document.command} config edit` };
}

function substituteAll(resolved: Document, document: ConfigDocument, env: Environment): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(resolved, {
    Scalar(role, node, path) {
      if (role === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const substituted = substitute(node.value, env);
      const key = keyOf(path, role);
      problems.push(...referenceProblems(document, key, node.value, substituted));
      node.value = valueOfText(key, substituted.text, 'commas');
    },
  });
  return problems;
}

function referenceProblems(
  document: ConfigDocument,
  key: Key,
  raw: string,
  { missing, malformed }: Substituted,
): readonly ConfigProblem[] {
  const position = positionOfValue(document, key);
  if (malformed !== undefined) {
    const what = `holds ${malformed}, which is neither \${NAME} nor \${NAME:-default}; a literal \${ is written $\${.`;
    return [{ key, position, what, mend: unset(document, key) }];
  }
  return [...new Set(missing)].map((name) => ({
    key,
    position,
    what: `names the environment variable ${name}, which is not set.`,
    mend: `Set ${name}, or: ${mendMissing(document, key, raw, name)}`,
    instead: `Set ${name} first, or give it a default: \${${name}:-…}`,
  }));
}

/** Gives a variable that is the whole value a default. */
function mendMissing(document: ConfigDocument, key: Key, raw: string, name: string): string {
  const fallback = schemaAt(key)?.default ?? (isNullable(key) ? null : undefined);
  if (raw !== `\${${name}}` || fallback === undefined || kindAt(key) === 'list') return unset(document, key);
  const text = typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
  return `${document.command} config set ${keyWord(document, key)} ${shellWord(`\${${name}:-${text}}`)}`;
}

/** The address of a database may come with a password; the file may not hold it. */
function passwordProblems(document: ConfigDocument): readonly ConfigProblem[] {
  const key = ['database', 'url'];
  const raw: unknown = document.yaml.getIn(key);
  if (typeof raw !== 'string') return [];
  const own = withoutReferences(raw);
  if (!/\/\/[^/@]*:[^/@]+@/.test(own) && !/[?&]password=[^&]/.test(own)) return [];
  return [
    {
      key,
      position: positionOfValue(document, key),
      what: 'holds a password: give the whole address in DATABASE_URL, or write the password as ${NAME}.',
      mend: unset(document, key),
    },
  ];
}

/** The key of a scalar, from what lies above it and its own place there. */
function keyOf(above: readonly (Node | Document | Pair)[], place: number | 'value' | null): Key {
  const key: (string | number)[] = [];
  for (const [index, node] of above.entries()) {
    if (isPair(node)) key.push(String(isScalar(node.key) ? node.key.value : node.key));
    if (!isSeq(node)) continue;
    const next = above[index + 1];
    key.push(next === undefined ? Number(place) : node.items.indexOf(next));
  }
  return key;
}

/** `plan:` with nothing below it means the same as no `plan:`. */
function withoutEmptySections(value: unknown, key: Key): unknown {
  if (Array.isArray(value)) return value.map((item: unknown, index) => withoutEmptySections(item, [...key, index]));
  if (value === null && key.length === 0) return {};
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .map(([name, below]: [string, unknown]) => [name, withoutEmptySections(below, [...key, name])] as const)
    .filter(([name, below]) => below !== null || !(key.length === 0 || kindAt([...key, name]) === 'section'));
  return Object.fromEntries(kept);
}

/** The values with another one at `key`; what stands where a section belongs is left for the schema to refuse. */
function overlaid(values: unknown, [part, ...rest]: Key, value: unknown): unknown {
  if (part === undefined) return value;
  if (values !== undefined && (typeof values !== 'object' || values === null)) return values;
  const before = (values ?? {}) as Record<string, unknown>;
  return { ...before, [part]: overlaid(before[part], rest, value) };
}

/** What stands where the environment has the last word is not the file's fault. */
function blamed(problem: ConfigProblem, overrides: readonly Override[]): ConfigProblem {
  const override = overrides.find(({ key }) => key.every((part, index) => part === problem.key[index]));
  if (override === undefined) return problem;
  const { variable } = override;
  return { ...problem, position: undefined, variable, mend: `unset ${variable}` };
}

function problemOfFile(what: string, mend: string): ConfigProblem {
  return { key: [], position: undefined, what, mend };
}

function inOrder({ position: a }: ConfigProblem, { position: b }: ConfigProblem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
