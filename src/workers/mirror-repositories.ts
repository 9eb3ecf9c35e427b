import { canonicalRepositoryName } from '../domain/repository-name.ts';
import type { ConfiguredRepository, RepositoryLedger } from '../ledger/ledger.ts';

/**
 * Makes the ledger's list of repositories the configuration's. One that has no node id there yet keeps the one that the
 * ledger has by its name; where it has none, the first sync tells.
 */
export async function mirrorRepositories(
  ledger: RepositoryLedger,
  configured: readonly (Omit<ConfiguredRepository, 'id'> & { readonly id: string | null })[],
): Promise<void> {
  const known = await ledger.list();
  const idOf = (name: string): string | undefined =>
    known.find((repository) =>
      [repository.name, repository.nameWithOwner].map(canonicalRepositoryName).includes(canonicalRepositoryName(name)),
    )?.id;
  await ledger.mirror(
    configured.flatMap(({ id, ...repository }) => {
      const found = id ?? idOf(repository.name);
      return found === undefined ? [] : [{ ...repository, id: found }];
    }),
  );
}
