import { stat } from 'node:fs/promises';
import { findSecrets } from '../domain/redact.ts';
import { shellWord } from '../domain/shell-word.ts';
import { checkDocument, missingProblems } from './check.ts';
import { type ConfigDocument, positionAt, positionOfValue, readDocument } from './document.ts';
import type { Key } from './key.ts';
import { withPaths } from './load.ts';
import { type ConfigOptions, locateConfig } from './location.ts';
import { readOverrides, warningsOf } from './overrides.ts';
import type { ConfigProblem } from './problem.ts';
import { templateFaults } from './read-templates.ts';
import type { Config } from './schema.ts';

/** What is odd, but stops nothing, and the command or step that mends it. */
export interface ConfigWarning {
  readonly what: string;
  readonly mend: string;
}

export interface Validation {
  readonly path: string;
  readonly exists: boolean;
  /** All that is wrong, in the file and in the environment. */
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigWarning[];
}

/**
 * Holds the file and the environment against the schema, each by itself: what an override hides is found too.
 *
 * @throws GhwError `InvalidConfiguration` if there is something that cannot be read as a file
 */
export async function validateConfig(options: ConfigOptions = {}): Promise<Validation> {
  const env = options.env ?? process.env;
  const { path, isNamed, command } = locateConfig(options);
  const document = await readDocument(path, command);
  const overrides = readOverrides(env);
  const { config, problems } = checkDocument(document, env);
  const whole = config && withPaths(config, path, env);
  const tokenFile = whole?.github.token_file;
  const modes = await Promise.all([
    document.exists ? modeWarning(path, 0o022, 'may be written by others, and it decides which commands run') : null,
    tokenFile ? modeWarning(tokenFile, 0o077, 'holds a token, and others may read it') : null,
  ]);
  return {
    path,
    exists: document.exists,
    problems: [
      ...missingProblems(document, isNamed),
      ...problems,
      ...overrides.problems,
      ...(whole ? await templateProblems(document, whole) : []),
    ],
    warnings: [...warningsOf(overrides), ...secretWarnings(document), ...modes.filter((warning) => warning !== null)],
  };
}

/** Templates are files of their own, and what is wrong with one is wrong with what names it. */
async function templateProblems(document: ConfigDocument, config: Config): Promise<readonly ConfigProblem[]> {
  const places = [
    { above: [] as Key, files: config.templates },
    ...config.repositories.map(({ templates }, index) => ({ above: ['repositories', index], files: templates ?? {} })),
  ];
  const found = await Promise.all(
    places.map(async ({ above, files }) =>
      (await templateFaults(files)).map(({ name, path, what }) => {
        const key = [...above, 'templates', name];
        const mend = `Mend ${path}; the placeholders are in docs/agents.md.`;
        return { key, position: positionOfValue(document, key), what: `names ${path}: ${what}.`, mend };
      }),
    ),
  );
  return found.flat();
}

function secretWarnings(document: ConfigDocument): readonly ConfigWarning[] {
  return findSecrets(document.text).map(({ kind, start }) => ({
    what: `${document.path}:${String(positionAt(document, start).line)}: this looks like a ${kind}, and the configuration holds no secrets.`,
    mend: 'Take it out, and replace it where it was issued: others may have read it.',
  }));
}

async function modeWarning(path: string, forbidden: number, what: string): Promise<ConfigWarning | null> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    return { what: `${path} is not there, or cannot be read.`, mend: `ls -l ${shellWord(path)}` };
  if ((found.mode & forbidden) === 0) return null;
  const octal = (found.mode & 0o777).toString(8).padStart(4, '0');
  return { what: `${path} ${what}: its mode is ${octal}.`, mend: `chmod 600 ${shellWord(path)}` };
}
