import { GhwError } from '../errors.ts';
import type { IssueRef } from '../issue.ts';
import { isRepositoryName } from '../repository-name.ts';
import { issueNumberInput, parseInput, repositoryInput } from './input.ts';

/** What the words of a command name: issues, and repositories without a number. */
export interface Targets {
  readonly issues: readonly IssueRef[];
  readonly repositories: readonly string[];
}

/** As a browser shows it; which GitHub it is of does not matter, since the repository must be configured. */
const issueAddress = /^https?:\/\/[^\s?#]+\/([^/\s?#]+\/[^/\s?#]+)\/issues\/(\d+)\/?(?:[?#]\S*)?$/;

/**
 * Reads the words that name issues: `owner/repo 42 43`, `owner/repo#42`, an issue's address on GitHub, and bare numbers
 * where one repository alone is configured. An issue that is named twice counts once.
 *
 * @param configured - the names of the configured repositories
 * @throws GhwError `InvalidInput`
 */
export function parseTargets(words: readonly string[], configured: readonly string[]): Targets {
  const issues = new Map<string, IssueRef>();
  const bare = new Set<string>();
  let current: string | undefined;
  const add = (repositoryOf: () => string, text: string): void => {
    const number = parseInput(issueNumberInput, text, 'An issue number');
    const repository = repositoryOf();
    issues.set(`${repository.toLowerCase()}#${String(number)}`, { repository, number });
    bare.delete(repository);
  };
  for (const word of words) {
    const hash = word.indexOf('#');
    const [, named, number] = issueAddress.exec(word) ?? [];
    if (named !== undefined && number !== undefined) add(() => parseRepository(named), number);
    else if (hash > 0) add(() => parseRepository(word.slice(0, hash)), word.slice(hash + 1));
    else if (/^#?\d+$/.test(word)) add(() => current ?? onlyOne(configured), word.replace('#', ''));
    else {
      current = parseRepository(word);
      bare.add(current);
    }
  }
  return { issues: [...issues.values()], repositories: [...bare] };
}

/**
 * Like {@link parseTargets}, for commands that are about issues only.
 *
 * @throws GhwError `InvalidInput`, also if no issue is named
 */
export function parseIssues(words: readonly string[], configured: readonly string[]): readonly IssueRef[] {
  const { issues, repositories } = parseTargets(words, configured);
  const [nameless] = repositories;
  if (nameless !== undefined) {
    throw new GhwError('InvalidInput', `Which issue of ${nameless}?`, {
      hint: `Write ${nameless}#42 or ${nameless} 42.`,
    });
  }
  if (issues.length === 0) {
    throw new GhwError('InvalidInput', 'No issue is named.', { hint: 'Write owner/repo#42 or owner/repo 42.' });
  }
  return issues;
}

function parseRepository(text: string): string {
  if (isRepositoryName(text)) return text;
  if (/^-?\d/.test(text)) return String(parseInput(issueNumberInput, text, 'An issue number'));
  return parseInput(repositoryInput, text, 'A repository');
}

function onlyOne(configured: readonly string[]): string {
  const [repository] = configured;
  if (configured.length === 1 && repository !== undefined) return repository;
  throw new GhwError('InvalidInput', 'An issue number alone names no repository.', {
    hint:
      configured.length === 0
        ? 'Add a repository: ghw repositories add owner/repo'
        : 'Several repositories are configured: write owner/repo#42.',
  });
}
