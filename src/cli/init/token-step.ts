import { dirname, join, resolve } from 'node:path';
import { expandHome, fromHere, withTilde } from '../../config/location.ts';
import { GhwError } from '../../domain/errors.ts';
import { lineInput, parseInput } from '../../domain/schemas/input.ts';
import type { GitHub } from '../../github/github.ts';
import { type GitHubSettings, findToken, githubOf } from '../github.ts';
import { asGhwError } from '../output.ts';
import type { Answers } from './answers.ts';
import type { Asker } from './asker.ts';

/** Where a token was found, and what it leads to. */
export interface Access {
  readonly github: GitHub;
  readonly login: string;
  readonly origin: string;
}

/** Where this happens, and for which configuration file. */
interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly configPath: string;
}

type TokenAnswers = Pick<Answers, 'apiUrl' | 'tokenFile' | 'newToken'>;

export interface TokenStep {
  readonly answers: TokenAnswers;
  /** Null if a token is to be found later. */
  readonly access: Access | null;
}

/**
 * Finds a token as a worker would, and asks GitHub whose it is.
 *
 * @throws GhwError `GitHub…`
 */
export async function accessOf(answers: TokenAnswers, { env, configPath }: Surroundings): Promise<Access> {
  const { apiUrl, tokenFile } = answers;
  const file = tokenFile === null ? null : resolve(dirname(configPath), expandHome(tokenFile, env));
  const address = { api_url: apiUrl, web_url: null, token_file: file, change_interval: null };
  const settings: GitHubSettings = { github: address };
  // One that is still to be written is tried out without being anywhere.
  const withToken = answers.newToken === null ? env : { ...env, GITHUB_TOKEN: answers.newToken };
  const { origin } = await findToken(settings, withToken);
  const github = githubOf(settings, withToken);
  const { login } = await github.viewer();
  return { github, login, origin: answers.newToken === null ? origin : 'the one you typed' };
}

/** Asks until there is a token that GitHub takes, or until it is left for later. */
export async function askToken(asker: Asker, given: TokenAnswers, surroundings: Surroundings): Promise<TokenStep> {
  for (let answers = given; ;) {
    try {
      const access = await accessOf(answers, surroundings);
      const where = access.origin === 'GITHUB_TOKEN' ? '. Set GITHUB_TOKEN where `ghw up` runs, too' : '';
      asker.say(`GitHub: you are ${access.login} (token: ${access.origin})${where}.`);
      return { answers, access };
    } catch (error) {
      const { name, message } = asGhwError(error);
      asker.say(`GitHub: ${message}`);
      const isAway = name === 'GitHubUnavailable' || name === 'GitHubRateLimited';
      const choice = await asker.chosen(
        'How shall gh-worker reach GitHub?',
        isAway ? [again, ...ways] : [...ways, again],
      );
      if (choice === 'later') return { answers: { ...answers, newToken: null }, access: null };
      if (choice !== 'again') answers = await askOther(asker, answers, choice, surroundings);
    }
  }
}

const again = {
  value: 'again',
  label: 'Try again',
  hint: 'such as after `gh auth login` in another terminal',
} as const;
const ways = [
  { value: 'type', label: 'Type or paste a token', hint: 'it is kept in a file that only you may read' },
  { value: 'file', label: 'Name a file that holds one' },
  { value: 'later', label: 'Later', hint: 'set GITHUB_TOKEN where `ghw up` runs' },
] as const;

async function askOther(
  asker: Asker,
  answers: TokenAnswers,
  choice: 'type' | 'file',
  { configPath, env }: Surroundings,
): Promise<TokenAnswers> {
  if (choice === 'file') {
    const file = await asker.written('Which file? (only you may read it: mode 0600)', {
      required: true,
      check: (text) => parseInput(lineInput, text, 'It'),
    });
    return { ...answers, tokenFile: fromHere(file.trim()), newToken: null };
  }
  const newToken = (await asker.secret('The token: contents, issues and pull requests, read and write')).trim();
  return { ...answers, newToken, tokenFile: withTilde(join(dirname(configPath), 'token'), env) };
}

/** The words for a token that is missing, where nobody can be asked. */
export function missingToken(error: unknown): string {
  if (error instanceof GhwError && error.name === 'GitHubUnauthorized')
    return `${error.message} ${error.hint ?? ''}`.trim();
  return asGhwError(error).message;
}
