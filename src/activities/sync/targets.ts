import { GhwError } from '../../domain/errors.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import type { RepositorySelection } from '../../domain/selection.ts';
import type { GitHub } from '../../github/github.ts';
import type { ConfiguredRepository, Ledger } from '../../ledger/ledger.ts';
import type { RepositoryEntry } from './dependencies.ts';

/** A selected repository with its node id, or why it has none. */
export type Selected = { readonly name: string } & (
  { readonly id: string; readonly problem: null } | { readonly id: null; readonly problem: GhwError }
);

/**
 * Finds the node ids of what is selected, and makes the ledger's list of repositories the configuration's. One that was
 * added without asking GitHub is asked for once; from then on the ledger knows its id.
 */
export async function selectRepositories(
  { github, ledger }: { readonly github: GitHub; readonly ledger: Ledger },
  configured: readonly RepositoryEntry[],
  selection: readonly RepositorySelection[],
): Promise<readonly Selected[]> {
  const entries = selection.map((wanted) => ({ wanted, entry: entryOf(configured, wanted) }));
  const unresolved = configured.filter(({ id }) => id === null).map(({ name }) => name);
  const known = unresolved.length === 0 ? new Map<string, string>() : await ledger.repositories.ids(unresolved);
  const ids = new Map<RepositoryEntry, string>();
  for (const entry of configured) {
    const id = entry.id ?? known.get(entry.name);
    if (id !== undefined) ids.set(entry, id);
  }
  const selected: Selected[] = [];
  // GitHub said no to all of us: whoever asks on only makes it longer.
  let limit: GhwError | undefined;
  for (const { wanted, entry } of entries) {
    const name = entry?.name ?? wanted.repository;
    try {
      if (entry === undefined) throw notConfigured(name);
      const found = ids.get(entry);
      if (found === undefined && limit !== undefined) throw limit;
      const id = found ?? (await github.repository(name)).id;
      ids.set(entry, id);
      selected.push({ name, id, problem: null });
    } catch (error) {
      if (!(error instanceof GhwError)) throw error;
      if (error.name === 'GitHubRateLimited') limit = error;
      selected.push({ name, id: null, problem: error });
    }
  }
  const mirrored = [...ids].map(([entry, id]): ConfiguredRepository => ({ ...entry, id }));
  await ledger.repositories.mirror(mirrored);
  return selected;
}

function entryOf(
  configured: readonly RepositoryEntry[],
  { repository, repositoryId }: RepositorySelection,
): RepositoryEntry | undefined {
  const name = canonicalRepositoryName(repository);
  return (
    configured.find(({ id }) => id !== null && id === repositoryId) ??
    configured.find((entry) => canonicalRepositoryName(entry.name) === name)
  );
}

function notConfigured(name: string): GhwError {
  return new GhwError('RepositoryNotConfigured', `${name} is not among the repositories that the worker knows.`, {
    hint: `Add it to the worker's configuration: ghw repositories add ${name}`,
  });
}
