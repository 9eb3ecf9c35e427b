import { addRepository } from '../../config/edit-repositories.ts';
import type { Config } from '../../config/schema.ts';
import { mayWrite, type Repository } from '../../domain/issue.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import { ownerInput, parseInput } from '../../domain/schemas/input.ts';
import type { CommandContext } from '../context.ts';

/**
 * Adds the repositories of people and organisations to the configuration, as `ghw repositories add` does; those without
 * issues, or that the token may not write to, stay out.
 *
 * @returns the configuration as it is then; undefined if there was nobody to ask about
 * @throws GhwError `InvalidInput`, `GitHub…`, `InvalidConfiguration`
 */
export async function discoverRepositories(
  context: CommandContext,
  owners: readonly string[],
): Promise<Config | undefined> {
  const names = owners.map((owner) => parseInput(ownerInput, owner, 'An owner'));
  if (names.length === 0) return undefined;
  const [{ config }, { loadConfig }] = await Promise.all([context.config(), import('../../config/load.ts')]);
  for (const owner of names) await addAll(context, config, owner);
  return (await loadConfig(context.configOptions)).config;
}

async function addAll(context: CommandContext, config: Config, owner: string): Promise<void> {
  const usable = await usableOf(context, owner, () => true);
  const fresh = usable.filter((repository) => !isConfigured(config, repository));
  for (const { id, nameWithOwner } of fresh) await addRepository({ name: nameWithOwner, id }, context.configOptions);
  context.out.note(`${owner}: ${String(fresh.length)} added.`);
  for (const { nameWithOwner } of fresh) context.out.note(`Added ${nameWithOwner}`);
}

/**
 * An owner's repositories that can be worked on: with issues, and with the right to write. Says how many are not.
 *
 * @throws GhwError `GitHub…`
 */
export async function usableOf(
  context: CommandContext,
  owner: string,
  isWanted: (repository: Repository) => boolean,
): Promise<readonly Repository[]> {
  const [{ config }, { githubOf }] = await Promise.all([context.config(), import('../github.ts')]);
  const found: Repository[] = [];
  for await (const page of githubOf(config, context.io.env).repositoriesOf(owner)) found.push(...page.filter(isWanted));
  const usable = found.filter(({ hasIssues, viewerPermission }) => hasIssues && mayWrite(viewerPermission));
  const left = found.length - usable.length;
  context.out.note(
    `${owner}: ${String(found.length)} repositories` +
      `${left === 0 ? '' : `, ${String(left)} left out (no issues, or no right to write)`}.`,
  );
  return usable;
}

function isConfigured({ repositories }: Config, { id, nameWithOwner }: Repository): boolean {
  const name = canonicalRepositoryName(nameWithOwner);
  return repositories.some((known) => known.id === id || canonicalRepositoryName(known.name) === name);
}
