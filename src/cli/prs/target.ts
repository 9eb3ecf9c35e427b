import { GhwError } from '../../domain/errors.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { issueNumberInput, parseInput, repositoryInput } from '../../domain/schemas/input.ts';
import type { CommandContext } from '../context.ts';
import { repositoryOf } from '../targets.ts';

/** As a browser shows it; which GitHub it is of does not matter, since the repository must be configured. */
const address = /^https?:\/\/[^\s?#]+\/([^/\s?#]+\/[^/\s?#]+)\/pull\/(\d+)(?:[/?#]\S*)?$/;

/**
 * The one pull request that a command's words name: `owner/repo#7`, `owner/repo 7`, its address, or its number where one
 * repository alone is configured.
 *
 * @throws GhwError `InvalidInput`, `RepositoryNotConfigured`, `InvalidConfiguration`
 */
export async function pullRequestOf(context: CommandContext, words: readonly string[]): Promise<IssueIdentity> {
  const { config } = await context.config();
  const [name, number] = parted(words);
  const [only, ...others] = config.repositories;
  if (name === undefined && (only === undefined || others.length > 0)) {
    throw new GhwError('InvalidInput', 'The number of a pull request alone names no repository.', {
      hint: 'Write owner/repo#7.',
    });
  }
  const repository = name === undefined ? (only?.name ?? '') : parseInput(repositoryInput, name, 'A repository');
  return {
    ...repositoryOf(config, repository),
    number: parseInput(issueNumberInput, number, 'The number of a pull request'),
  };
}

/** Repository and number as they were written. */
function parted(words: readonly string[]): readonly [string | undefined, string] {
  const [first = '', second, ...more] = words;
  const [, named, number] = address.exec(first) ?? [];
  if (more.length === 0) {
    if (second !== undefined && !first.includes('#')) return [first, second.replace(/^#/, '')];
    if (second === undefined && named !== undefined && number !== undefined) return [named, number];
    const hash = first.lastIndexOf('#');
    if (second === undefined && hash > 0) return [first.slice(0, hash), first.slice(hash + 1)];
    if (second === undefined && /^#?\d+$/.test(first)) return [undefined, first.replace('#', '')];
  }
  throw new GhwError('InvalidInput', `${words.join(' ')} names no single pull request.`, {
    hint: 'Write owner/repo#7 or owner/repo 7.',
  });
}
