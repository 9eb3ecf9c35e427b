import pLimit from 'p-limit';
import type { SyncedIssue } from '../domain/issue.ts';
import type { IssueAddress, Ledger, LedgerRepository } from '../ledger/ledger.ts';
import { type ProjectionInput, type ProjectionSources, readProjectionInput } from './input.ts';
import type { IssueProjection } from './projection.ts';

/** Issues whose files are written at a time. */
const PARALLEL = 8;

/**
 * The same ledger, but that the files of what is written to it follow at once. Files that cannot be written are warned
 * of by the projection and hold nothing up.
 */
export function projectedLedger(
  ledger: Ledger,
  deps: Pick<ProjectionSources, 'artifacts'> & { readonly projection: IssueProjection },
): Ledger {
  const { artifacts, projection } = deps;
  const limit = pLimit(PARALLEL);

  async function project(issue: IssueAddress): Promise<void> {
    const input = await readProjectionInput({ ledger, artifacts }, issue);
    if (input !== null) await projection.write(input);
  }

  async function projectListed(repository: LedgerRepository, issue: SyncedIssue): Promise<void> {
    const address = { repositoryId: repository.id, repository: repository.name, number: issue.number };
    // Of an issue that nobody works on, the listing has said all there is.
    if ((await ledger.issues.progress(address)) === null) await projection.write(listedInput(repository, issue));
    else await project(address);
  }

  return {
    ...ledger,
    repositories: {
      ...ledger.repositories,
      async observe(seen) {
        const stand = await ledger.repositories.observe(seen);
        const synced = stand.filter(({ problem }) => problem === null);
        await limit.map([...synced], async ({ name, syncedAt }) => {
          if (syncedAt !== null) await projection.writeRepository(name, syncedAt);
        });
        return stand;
      },
    },
    issues: {
      ...ledger.issues,
      async record(record) {
        const isWhole = await ledger.issues.record(record);
        await project(record.issue);
        return isWhole;
      },
      async store(repositoryId, issues) {
        const stored = await ledger.issues.store(repositoryId, issues);
        const repository = await ledger.repositories.find(repositoryId);
        if (repository === null) return stored;
        const changed = new Set(stored.filter(({ change }) => change !== 'none').map(({ number }) => number));
        await Promise.all(
          issues
            .filter(({ number }) => changed.has(number))
            .map((issue) => limit(() => projectListed(repository, issue))),
        );
        return stored;
      },
      async markGone(repositoryId, number, gone) {
        await ledger.issues.markGone(repositoryId, number, gone);
        await project({ repositoryId, repository: '', number });
      },
    },
  };
}

function listedInput({ name, nameWithOwner }: LedgerRepository, issue: SyncedIssue): ProjectionInput {
  return {
    repository: name,
    number: issue.number,
    nameWithOwner,
    listed: issue,
    body: issue.body,
    comments: null,
    gone: null,
    progress: null,
    plans: [],
    at: issue.updatedAt,
  };
}
