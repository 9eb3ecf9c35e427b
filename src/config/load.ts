import { dirname, join, resolve } from 'node:path';
import { type Document, type Node, type Pair, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
import { type ConfigDocument, lineOf, readDocument } from './document.ts';
import type { Key } from './key.ts';
import { type ConfigOptions, type Environment, defaultDataPath, expandHome, locateConfig } from './location.ts';
import { type ConfigProblem, problemsError, schemaProblems, syntaxProblems } from './problem.ts';
import { type Config, configSchema } from './schema.ts';
import { asScalar, substitute } from './substitution.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** The file's absolute path. */
  readonly path: string;
  /** False if there is no file: then everything is a default. */
  readonly exists: boolean;
}

/**
 * Reads the configuration: file, substitution, defaults, absolute paths.
 *
 * @throws GhwError `InvalidConfiguration` with file, line, key and the command that mends it
 */
export async function loadConfig(options: ConfigOptions = {}): Promise<LoadedConfig> {
  const env = options.env ?? process.env;
  const { path, isNamed } = locateConfig(options);
  const document = await readDocument(path);
  if (!document.exists && isNamed) {
    throw problemsError(path, [
      { key: [], line: undefined, what: 'there is no such file.', mend: `ghw init --config ${path}` },
    ]);
  }
  const checked = checkDocument(document, env);
  if (checked.config === undefined) throw problemsError(path, checked.problems);
  return { config: withPaths(checked.config, path, env), path, exists: document.exists };
}

export interface CheckedDocument {
  /** Undefined if there are problems. */
  readonly config: ParsedConfig | undefined;
  readonly problems: readonly ConfigProblem[];
}
type ParsedConfig = ReturnType<typeof configSchema.parse>;

/** Holds a document against the schema. */
export function checkDocument(document: ConfigDocument, env: Environment): CheckedDocument {
  const syntax = syntaxProblems(document);
  if (syntax.length > 0) return { config: undefined, problems: syntax };
  const { contents } = document.yaml;
  if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null)) {
    const what = 'must be keys with values, such as `issues_path: ~/issues`.';
    return { config: undefined, problems: [{ key: [], line: 1, what, mend: 'ghw init --force' }] };
  }
  const resolved = document.yaml.clone();
  const missing = substituteAll(resolved, document, env);
  const parsed = configSchema.safeParse(withoutEmptySections(resolved.toJS() as unknown), { reportInput: true });
  const problems = [...missing, ...(parsed.success ? [] : schemaProblems(document, parsed.error.issues))];
  const isMissing = new Set(missing.map(({ key }) => JSON.stringify(key)));
  const distinct = problems.filter(
    (problem, index) => index < missing.length || !isMissing.has(JSON.stringify(problem.key)),
  );
  return {
    config: parsed.success && missing.length === 0 ? parsed.data : undefined,
    problems: distinct.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  };
}

function substituteAll(resolved: Document, document: ConfigDocument, env: Environment): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(resolved, {
    Scalar(role, node, path) {
      if (role === 'key' || typeof node.value !== 'string') return;
      const { text, changed, missing } = substitute(node.value, env);
      const key = keyOf(path, role);
      for (const name of missing) {
        problems.push({
          key,
          line: lineOf(document, key),
          what: `names the environment variable ${name}, which is not set.`,
          mend: `Set ${name}, or write \${${name}:-default} in ${document.path}.`,
        });
      }
      if (changed) node.value = node.type === 'PLAIN' ? asScalar(text) : text;
    },
  });
  return problems;
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
function withoutEmptySections(values: unknown): unknown {
  if (typeof values !== 'object' || values === null) return {};
  const sections = Object.entries(values as Record<string, unknown>).filter(([, value]) => value !== null);
  return Object.fromEntries(sections);
}

function withPaths(config: ParsedConfig, file: string, env: Environment): Config {
  const absolute = (path: string): string => resolve(dirname(file), expandHome(path, env));
  const optional = (path: string | null): string | null => (path === null ? null : absolute(path));
  const dataPath = absolute(config.data_path ?? defaultDataPath(env));
  const { 'claude-code': claudeCode, scripted } = config.agents;
  return {
    ...config,
    data_path: dataPath,
    issues_path: absolute(config.issues_path ?? join(dataPath, 'issues')),
    repository_path: absolute(config.repository_path ?? join(dataPath, 'repositories')),
    agents: {
      'claude-code': { ...claudeCode, path: optional(claudeCode.path) },
      scripted: { script: optional(scripted.script) },
    },
    sandbox: { ...config.sandbox, read_only_paths: config.sandbox.read_only_paths.map(absolute) },
    github: { ...config.github, token_file: optional(config.github.token_file) },
  };
}
