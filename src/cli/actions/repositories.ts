import { type RepositoryEntry, addRepository, removeRepository } from '../../config/edit-repositories.ts';
import { matchesPattern } from '../../domain/cycle/select.ts';
import { GhwError } from '../../domain/errors.ts';
import { mayWrite } from '../../domain/issue.ts';
import { parseInput, repositoryInput, repositoryPatternInput } from '../../domain/schemas/input.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { repositoryIn } from '../repository-word.ts';
import { tellRest } from './config.ts';

export async function addRepositories(
  context: CommandContext,
  options: { readonly verify: boolean },
  words: readonly string[],
): Promise<void> {
  const entries = await Promise.all(words.map((word) => entriesOf(context, options, word)));
  const lines: string[] = [];
  const results: { readonly name: string; readonly id: string | null; readonly added: boolean }[] = [];
  for (const entry of entries.flat()) {
    const edited = await addRepository(entry, context.configOptions);
    lines.push(`${edited.added ? 'Added' : 'Up to date:'} ${edited.name}`);
    results.push({ name: edited.name, id: entry.id ?? null, added: edited.added });
    tellRest(context, edited);
  }
  const next = results.length === 1 ? `ghw issues sync ${results[0]?.name ?? ''}` : 'ghw issues sync';
  context.out.data(results, () => [...lines, `Next: ${next}`].join('\n'));
}

/** The repositories that a word names: one, or those of an owner that match it. */
async function entriesOf(
  context: CommandContext,
  { verify }: { readonly verify: boolean },
  word: string,
): Promise<readonly RepositoryEntry[]> {
  if (word.includes('*')) return matching(context, verify, word);
  const name = await repositoryIn(word, () => webUrlOf(context));
  return [verify ? await verified(context, name) : { name }];
}

async function matching(context: CommandContext, verify: boolean, word: string): Promise<readonly RepositoryEntry[]> {
  const pattern = parseInput(repositoryPatternInput, word, 'A repository');
  const [owner = ''] = pattern.split('/');
  if (!verify || owner.includes('*')) {
    const message = verify
      ? `${pattern} names no owner.`
      : `${pattern} stands for what GitHub shows; it must be asked.`;
    throw new GhwError('InvalidInput', message, { hint: verify ? 'Write owner/*.' : 'Leave --no-verify out.' });
  }
  const { usableOf } = await import('../work-cycle/discover.ts');
  const usable = await usableOf(context, owner, ({ nameWithOwner }) => matchesPattern(nameWithOwner, pattern));
  if (usable.length === 0) {
    throw new GhwError('GitHubNotFound', `No repository is like ${pattern}, has issues, and may be written to.`, {
      hint: `Name one that may only be read: ghw repositories add ${owner}/name`,
    });
  }
  return usable.map(({ id, nameWithOwner }) => ({ name: nameWithOwner, id }));
}

export { listRepositories } from './list-repositories.ts';

export async function removeRepositories(
  context: CommandContext,
  options: { readonly yes?: boolean },
  words: readonly string[],
): Promise<void> {
  const names = words.map((word) => parseInput(repositoryInput, word, 'A repository'));
  if (options.yes !== true) {
    if (!context.interactive) {
      throw new GhwError('InvalidInput', 'Removing a repository wants a yes, and nobody can be asked here.', {
        hint: 'Add --yes.',
      });
    }
    const { confirmed } = await import('../prompts.ts');
    if (!(await confirmed(`Take ${names.join(', ')} out of the configuration?`))) {
      context.out.note('Nothing was changed.');
      context.exitCode = exitCodes.refused;
      return;
    }
  }
  const results = [];
  for (const name of names) {
    const edited = await removeRepository(name, context.configOptions);
    if (!edited.removed) {
      throw new GhwError('RepositoryNotConfigured', `${name} is not among the configured repositories.`, {
        hint: 'See ghw repositories list.',
      });
    }
    results.push({ name, removed: true });
    tellRest(context, edited);
  }
  context.out.data(results, () => names.map((name) => `Removed ${name}`).join('\n'));
}

async function webUrlOf(context: CommandContext): Promise<string> {
  const [{ config }, { webUrlOf: urlOf }] = await Promise.all([context.config(), import('../github.ts')]);
  return urlOf(config);
}

/** The name and id that GitHub gives; says so where our rights will not do. */
async function verified(context: CommandContext, name: string): Promise<RepositoryEntry> {
  const [{ config }, { githubOf }] = await Promise.all([context.config(), import('../github.ts')]);
  const repository = await githubOf(config, context.io.env).repository(name);
  if (repository.isArchived) {
    context.out.note(`${repository.nameWithOwner} is archived: nothing can be pushed to it.`);
  } else if (!mayWrite(repository.viewerPermission)) {
    context.out.note(
      `The token may only ${repository.viewerPermission} ${repository.nameWithOwner}: branches and pull requests need write.`,
    );
  }
  return { name: repository.nameWithOwner, id: repository.id };
}
