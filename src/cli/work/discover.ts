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
  const [{ config }, { githubOf }, { loadConfig }] = await Promise.all([
    context.config(),
    import('../github.ts'),
    import('../../config/load.ts'),
  ]);
  const github = githubOf(config, context.io.env);
  for (const owner of names) {
    const found: Repository[] = [];
    for await (const page of github.repositoriesOf(owner)) found.push(...page);
    await addAll(context, config, { owner, found });
  }
  return (await loadConfig(context.configOptions)).config;
}

async function addAll(
  context: CommandContext,
  config: Config,
  { found, owner }: { readonly owner: string; readonly found: readonly Repository[] },
): Promise<void> {
  const usable = found.filter(({ hasIssues, viewerPermission }) => hasIssues && mayWrite(viewerPermission));
  const fresh = usable.filter((repository) => !isConfigured(config, repository));
  for (const { id, nameWithOwner } of fresh) await addRepository({ name: nameWithOwner, id }, context.configOptions);
  const left = found.length - usable.length;
  context.out.note(
    `${owner}: ${String(found.length)} repositories, ${String(fresh.length)} added` +
      `${left === 0 ? '' : `, ${String(left)} left out (no issues, or no right to write)`}.`,
  );
  for (const { nameWithOwner } of fresh) context.out.note(`Added ${nameWithOwner}`);
}

function isConfigured({ repositories }: Config, { id, nameWithOwner }: Repository): boolean {
  const name = canonicalRepositoryName(nameWithOwner);
  return repositories.some((known) => known.id === id || canonicalRepositoryName(known.name) === name);
}
