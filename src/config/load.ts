import { dirname, join, resolve } from 'node:path';
import { type ParsedConfig, checkDocument, missingProblems } from './check.ts';
import { type ConfigDocument, positionOfKey, readDocument, valueNode } from './document.ts';
import type { Key } from './key.ts';
import { type ConfigOptions, type Environment, defaultDataPath, expandHome, locateConfig } from './location.ts';
import { type Override, readOverrides, warningsOf } from './overrides.ts';
import { problemsError } from './problem.ts';
import type { Config } from './schema.ts';

/** Where a value comes from. */
export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly line: number }
  | { readonly from: 'environment'; readonly variable: string };

export interface LoadedConfig {
  readonly config: Config;
  /** The file's absolute path. */
  readonly path: string;
  /** False if there is no file: then everything is a default, or from the environment. */
  readonly exists: boolean;
  /** What is odd, but stops nothing. */
  readonly warnings: readonly string[];
  /** Where the value of a key comes from. */
  readonly originOf: (key: Key) => Origin;
}

/**
 * Reads the configuration: file, substitution, overrides, defaults, absolute paths.
 *
 * @throws GhwError `InvalidConfiguration` with file, line, key and the command that mends it
 */
export async function loadConfig(options: ConfigOptions = {}): Promise<LoadedConfig> {
  const env = options.env ?? process.env;
  const { path, isNamed, command } = locateConfig(options);
  const document = await readDocument(path, command);
  const missing = missingProblems(document, isNamed);
  if (missing.length > 0) throw problemsError(path, command, missing);
  const overrides = readOverrides(env);
  const checked = checkDocument(document, env, overrides.values);
  const problems = [...checked.problems, ...overrides.problems];
  if (checked.config === undefined || problems.length > 0) throw problemsError(path, command, problems);
  return {
    config: withPaths(checked.config, path, env),
    path,
    exists: document.exists,
    warnings: warningsOf(overrides).map(({ what, mend }) => `${what} ${mend}`),
    originOf: (key) => originOf(document, overrides.values, key),
  };
}

function originOf(document: ConfigDocument, overrides: readonly Override[], key: Key): Origin {
  const override = overrides.find((candidate) => candidate.key.every((part, index) => part === key[index]));
  if (override !== undefined) return { from: 'environment', variable: override.variable };
  const position = valueNode(document, key) === undefined ? undefined : positionOfKey(document, key);
  return position === undefined ? { from: 'default' } : { from: 'file', line: position.line };
}

function absoluteTemplates<T extends Readonly<Record<string, string | null | undefined>>>(
  templates: T,
  absolute: (path: string) => string,
): T {
  const entries = Object.entries(templates).map(([name, path]) => [name, path == null ? path : absolute(path)]);
  return Object.fromEntries(entries) as T;
}

/** The configuration with absolute paths, and those that have no default of their own. */
export function withPaths(config: ParsedConfig, file: string, env: Environment): Config {
  const absolute = (path: string): string => resolve(dirname(file), expandHome(path, env));
  const optional = (path: string | null): string | null => (path === null ? null : absolute(path));
  const dataPath = absolute(config.data_path ?? defaultDataPath(env));
  const { 'claude-code': claudeCode, codex, gemini, opencode, scripted } = config.agents;
  return {
    ...config,
    data_path: dataPath,
    issues_path: absolute(config.issues_path ?? join(dataPath, 'issues')),
    repository_path: absolute(config.repository_path ?? join(dataPath, 'repositories')),
    agents: {
      'claude-code': { ...claudeCode, path: optional(claudeCode.path) },
      codex: { ...codex, path: optional(codex.path) },
      gemini: { ...gemini, path: optional(gemini.path) },
      opencode: { ...opencode, path: optional(opencode.path) },
      scripted: { script: optional(scripted.script) },
    },
    named_agents: config.named_agents.map(({ path, script, ...agent }) => ({
      ...agent,
      ...(path === undefined ? {} : { path: absolute(path) }),
      ...(script === undefined ? {} : { script: absolute(script) }),
    })),
    templates: absoluteTemplates(config.templates, absolute),
    repositories: config.repositories.map(({ templates, ...repository }) => ({
      ...repository,
      ...(templates === undefined ? {} : { templates: absoluteTemplates(templates, absolute) }),
    })),
    sandbox: { ...config.sandbox, read_only_paths: config.sandbox.read_only_paths.map(absolute) },
    github: { ...config.github, token_file: optional(config.github.token_file) },
  };
}
