import { join } from 'node:path';
import { configSchema } from '../../config/schema.ts';
import { type Environment, defaultDataPath, fromHere, withTilde } from '../../config/location.ts';
import { lineInput, ownAgentInput, parseInput, repositoryInput, variableInput } from '../../domain/schemas/input.ts';
import type { RepositoryEntry } from '../../config/edit-repositories.ts';

export interface InitOptions {
  readonly issuesPath?: string;
  readonly dataPath?: string;
  readonly repositoryPath?: string;
  readonly agent?: string;
  readonly apiKeyEnv?: string;
  readonly repository?: readonly string[];
  readonly tokenFile?: string;
  readonly apiUrl?: string;
  readonly verify: boolean;
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** Everything that the first configuration says. */
export interface Answers {
  readonly dataPath: string;
  readonly issuesPath: string;
  readonly repositoryPath: string;
  readonly agent: string;
  /** The variable that holds the model's key; null for none. */
  readonly apiKeyEnv: string | null;
  readonly apiUrl: string;
  readonly tokenFile: string | null;
  /** To be written into `tokenFile`; null if that is there already, or not wanted. */
  readonly newToken: string | null;
  readonly repositories: readonly RepositoryEntry[];
}

/** The defaults of everything that is not asked for, from the one place that has them. */
const defaults = configSchema.parse({});

/**
 * What the options say, with defaults for the rest.
 *
 * @throws GhwError `InvalidInput`
 */
export function answersOf(options: InitOptions, env: Environment): Answers {
  const line = (text: string, what: string): string => parseInput(lineInput, text, what);
  const path = (text: string, what: string): string => fromHere(line(text, what));
  const dataPath = path(options.dataPath ?? withTilde(defaultDataPath(env), env), 'The data path');
  return {
    ...pathsBelow(dataPath),
    ...(options.issuesPath === undefined ? {} : { issuesPath: path(options.issuesPath, 'The issues path') }),
    ...(options.repositoryPath === undefined
      ? {}
      : { repositoryPath: path(options.repositoryPath, 'The repository path') }),
    agent: parseInput(ownAgentInput, options.agent ?? defaults.agent.default, 'The agent'),
    apiKeyEnv:
      options.apiKeyEnv === undefined
        ? null
        : parseInput(variableInput, options.apiKeyEnv, 'The name of the variable with the model’s key'),
    apiUrl: options.apiUrl === undefined ? defaults.github.api_url : parseApiUrl(options.apiUrl),
    tokenFile: options.tokenFile === undefined ? null : path(options.tokenFile, 'The token file'),
    newToken: null,
    repositories: (options.repository ?? []).map((name) => ({
      name: parseInput(repositoryInput, name, 'A repository'),
    })),
  };
}

/** Where everything goes that has no other place. */
export function pathsBelow(dataPath: string): Pick<Answers, 'dataPath' | 'issuesPath' | 'repositoryPath'> {
  return { dataPath, issuesPath: join(dataPath, 'issues'), repositoryPath: join(dataPath, 'repositories') };
}

/** True if the address is GitHub's own. */
export function isDefaultApiUrl(apiUrl: string): boolean {
  return apiUrl === defaults.github.api_url;
}

function parseApiUrl(text: string): string {
  return parseInput(configSchema.shape.github.unwrap().shape.api_url.unwrap(), text, 'The API’s address');
}
