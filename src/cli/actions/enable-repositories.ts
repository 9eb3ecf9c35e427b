import { activateRepository } from '../../config/edit-repositories.ts';
import { GhwError } from '../../domain/errors.ts';
import { parseInput, repositoryInput } from '../../domain/schemas/input.ts';
import type { CommandContext } from '../context.ts';
import { tellRest } from './config.ts';

/** `ghw repositories enable`, and `disable`. */
export async function activateRepositories(
  context: CommandContext,
  active: boolean,
  words: readonly string[],
): Promise<void> {
  const names = words.map((word) => parseInput(repositoryInput, word, 'A repository'));
  const results = [];
  const lines: string[] = [];
  for (const wanted of names) {
    const { changed, name, ...edited } = await activateRepository(wanted, active, context.configOptions);
    if (name === undefined) {
      throw new GhwError('RepositoryNotConfigured', `${wanted} is not among the configured repositories.`, {
        hint: `See ghw repositories list, or add it: ghw repositories add ${wanted}`,
      });
    }
    const state = active ? 'enabled' : 'disabled';
    results.push({ name, active, changed });
    lines.push(changed ? `${name}: ${state}` : `${name}: ${state} already`);
    tellRest(context, edited);
  }
  context.out.data(results, () => lines.join('\n'));
}
