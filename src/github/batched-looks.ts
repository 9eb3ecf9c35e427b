import { inBatches } from './batches.ts';
import { notFound } from './errors.ts';
import type { Look, PlacedIssue, RepositoryAddress } from './github.ts';
import { lookAtRepositories, readIssuesById, toSyncedIssue } from './operations/sync.ts';
import type { Transport } from './transport.ts';

/**
 * Repositories per request. GitHub takes up to 100 node ids, but has been seen to need more than its ten seconds for
 * lists of some ninety repositories with a nested connection.
 */
const REPOSITORIES = 50;
/** Issues per request, with their texts. */
const ISSUES = 50;

/** A short look at each repository; what is wrong with one is its answer. */
export async function lookAt(
  transport: Transport,
  repositories: readonly RepositoryAddress[],
): Promise<ReadonlyMap<string, Look>> {
  const looks = new Map<string, Look>();
  const unique = [...new Map(repositories.map((repository) => [repository.id, repository])).values()];
  await inBatches(unique, REPOSITORIES, {
    ask: async (batch) => {
      for (const [id, look] of await lookAtBatch(transport, batch)) looks.set(id, look);
    },
    alone: ({ id }, error) => looks.set(id, { at: new Date().toISOString(), seen: error }),
  });
  return looks;
}

async function lookAtBatch(
  transport: Transport,
  batch: readonly RepositoryAddress[],
): Promise<readonly (readonly [string, Look])[]> {
  const { answer, refusal, at } = await transport.items(
    lookAtRepositories,
    { ids: batch.map(({ id }) => id) },
    { field: 'nodes', doing: `look at ${namesOf(batch)}` },
  );
  return batch.map(({ id, nameWithOwner }, position) => {
    const doing = `look at the repository ${nameWithOwner}`;
    const node = answer.nodes[position];
    if (!node) return [id, { at, seen: refusal(position, doing) ?? notFound(doing) }];
    const { issues, ...repository } = node;
    const newestUpdateAt = issues.nodes?.[0]?.updatedAt ?? null;
    return [id, { at, seen: { ...repository, issueCount: issues.totalCount, newestUpdateAt } }];
  });
}

function namesOf(batch: readonly RepositoryAddress[]): string {
  const [first, ...others] = batch.map(({ nameWithOwner }) => nameWithOwner);
  return others.length === 0 ? `the repository ${first}` : `${first} and ${others.length} other repositories`;
}

/** Issues by node id; null for one that is not there, or that our identity may not see. */
export async function issuesById(
  transport: Transport,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PlacedIssue | null>> {
  const found = new Map<string, PlacedIssue | null>();
  await inBatches([...new Set(ids)], ISSUES, {
    ask: async (batch) => {
      const doing = `read ${batch.length} issues`;
      const { answer } = await transport.items(readIssuesById, { ids: [...batch] }, { field: 'nodes', doing });
      for (const [position, id] of batch.entries()) {
        const node = answer.nodes[position];
        found.set(id, node ? { ...toSyncedIssue(node), repository: node.repository } : null);
      }
    },
    alone: (_id, error) => {
      throw error;
    },
  });
  return found;
}
