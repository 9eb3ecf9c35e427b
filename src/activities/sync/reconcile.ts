import type { Gone } from '../../domain/issue.ts';
import type { GitHub, RepositoryAddress } from '../../github/github.ts';
import type { Ledger, StoredIssue } from '../../ledger/ledger.ts';

export interface Reconciled {
  /** Issues that no listing by date had shown, such as one that was transferred here with its old date. */
  readonly stored: readonly StoredIssue[];
  /** Numbers that the repository no longer has. */
  readonly gone: readonly number[];
}

interface Parties {
  readonly github: GitHub;
  readonly ledger: Ledger;
  /** Ends it when the sync is cancelled. */
  readonly throwIfCancelled: () => void;
}

/**
 * Makes the ledger's issues those that GitHub has: what is deleted or transferred is in no list of changes.
 *
 * @param listed - node ids by number where all issues were just listed; else they are listed now
 */
export async function reconcile(
  { github, ledger, throwIfCancelled }: Parties,
  repository: RepositoryAddress,
  listed: ReadonlyMap<number, string> | null,
): Promise<Reconciled> {
  // Before the list: what is stored while it is made must not look as if it were gone.
  const known = new Map((await ledger.issues.known(repository.id)).map(({ number, id }) => [number, id]));
  const present = listed ?? (await listNumbers({ github, throwIfCancelled }, repository));
  const unknown = [...present].filter(([number]) => !known.has(number)).map(([, id]) => id);
  const missing = [...known].filter(([number]) => !present.has(number));
  throwIfCancelled();
  const found = await github.issuesById([...unknown, ...missing.map(([, id]) => id).filter((id) => id !== '')]);
  const arrived = unknown.flatMap((id) => found.get(id) ?? []).filter((issue) => issue.repository.id === repository.id);
  const stored =
    arrived.length === 0
      ? []
      : await ledger.issues.store(
          repository.id,
          arrived.map(({ repository: _here, ...issue }) => issue),
        );
  const gone: number[] = [];
  for (const [number, id] of missing) {
    throwIfCancelled();
    const now = found.get(id);
    const where: Gone | null = now
      ? movedTo(now, repository)
      : await github.whereabouts({ repository: repository.nameWithOwner, number });
    if (where === null) continue;
    await ledger.issues.markGone(repository.id, number, where);
    gone.push(number);
  }
  return { stored, gone };
}

function movedTo(
  { repository: now, number }: { readonly repository: RepositoryAddress; readonly number: number },
  { id }: RepositoryAddress,
): Gone | null {
  return now.id === id ? null : { how: 'transferred', to: { repository: now.nameWithOwner, number } };
}

async function listNumbers(
  { github, throwIfCancelled }: Omit<Parties, 'ledger'>,
  repository: RepositoryAddress,
): Promise<ReadonlyMap<number, string>> {
  const present = new Map<number, string>();
  for await (const page of github.issueNumbers(repository)) {
    for (const { number, id } of page) present.set(number, id);
    throwIfCancelled();
  }
  return present;
}
