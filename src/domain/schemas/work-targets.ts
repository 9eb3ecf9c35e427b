import { GhwError } from '../errors.ts';
import { parseInput, repositoryPatternInput } from './input.ts';
import { type IssueRange, looksLikeRanges, parseIssueRanges } from './issue-ranges.ts';

/** What the words of `ghw work` name. */
export interface WorkTargets {
  /** Names and patterns; all repositories if empty. */
  readonly repositories: readonly string[];
  /** Null for what labels select. */
  readonly numbers: readonly IssueRange[] | null;
}

/**
 * Reads repositories, patterns and issue numbers: `octo/*`, `octo/hello 1-10,42`, `octo/hello#42`. Numbers mean the issues
 * of that number in every repository that is named.
 *
 * @throws GhwError `InvalidInput`
 */
export function parseWorkTargets(words: readonly string[]): WorkTargets {
  const repositories = new Set<string>();
  const ranges: string[] = [];
  let tied: string | undefined;
  for (const word of words) {
    const hash = word.indexOf('#');
    if (looksLikeRanges(word)) ranges.push(word);
    else {
      const pattern = parseInput(repositoryPatternInput, hash < 0 ? word : word.slice(0, hash), 'A repository');
      repositories.add(pattern);
      if (hash < 0) continue;
      tied = word;
      ranges.push(word.slice(hash + 1));
    }
  }
  if (tied !== undefined && repositories.size > 1) {
    throw new GhwError(
      'InvalidInput',
      `${tied} names an issue of one repository; the numbers of a cycle are for all of its repositories.`,
      {
        hint: 'Start a cycle per repository, or write the numbers apart: octo/a octo/b 1-10,42.',
      },
    );
  }
  return {
    repositories: [...repositories],
    numbers: ranges.length === 0 ? null : parseIssueRanges(ranges.join(',')),
  };
}
