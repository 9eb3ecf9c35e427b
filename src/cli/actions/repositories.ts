import { type RepositoryEntry, addRepository, removeRepository } from '../../config/edit-repositories.ts';
import { GhwError } from '../../domain/errors.ts';
import { mayWrite } from '../../domain/issue.ts';
import { parseInput, repositoryInput } from '../../domain/schemas/input.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { repositoryIn } from '../repository-word.ts';
import { tellRest } from './config.ts';

export async function addRepositories(
  context: CommandContext,
  options: { readonly verify: boolean },
  words: readonly string[],
): Promise<void> {
  const names = await Promise.all(words.map((word) => repositoryIn(word, () => webUrlOf(context))));
  const lines: string[] = [];
  const results: { readonly name: string; readonly id: string | null; readonly added: boolean }[] = [];
  for (const name of names) {
    const entry = options.verify ? await verified(context, name) : { name };
    const edited = await addRepository(entry, context.configOptions);
    lines.push(`${edited.added ? 'Added' : 'Up to date:'} ${edited.name}`);
    results.push({ name: edited.name, id: entry.id ?? null, added: edited.added });
    tellRest(context, edited);
  }
  context.out.data(results, () => `${lines.join('\n')}\nNext: ghw issues sync ${results[0]?.name ?? ''}`);
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
