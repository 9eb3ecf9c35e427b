import pLimit from 'p-limit';
import { GhwError } from '../../domain/errors.ts';
import { noCounts, takes, type SyncCounts, type SyncFilter } from '../../domain/selection.ts';
import type { SyncedIssue } from '../../domain/issue.ts';
import { counted } from './attempt.ts';
import { keep, type SyncParties, type Target } from './sync-repository.ts';

type Ranges = readonly (readonly [number, number])[];

/** More new issues than this are found sooner in a listing. */
const MOST_NEW = 50;
/** New issues that are read at a time. */
const PARALLEL = 4;

/**
 * Reads the issues that are named, and no others; a number that GitHub does not have is passed over. The watermark stays.
 *
 * @returns null where so many of them are new that the whole repository is better listed
 */
export async function syncNumbers(
  parties: SyncParties,
  target: Target,
  wish: { readonly numbers: Ranges; readonly filter: SyncFilter | null },
): Promise<SyncCounts | null> {
  const { attempt, github, ledger } = parties;
  const { known } = target;
  const stored = new Map(
    (await ledger.issues.known(known.id))
      .filter(({ number }) => wish.numbers.some(([first, last]) => first <= number && number <= last))
      .map(({ number, id }) => [number, id]),
  );
  const unknown = newNumbers(wish.numbers, stored);
  if (unknown === null) return null;
  const found = await github.issuesById([...stored.values()].filter((id) => id !== ''));
  const present = [...found.values()].flatMap((issue): SyncedIssue[] =>
    issue?.repository.id === known.id ? [issue] : [],
  );
  attempt.throwIfCancelled();
  const limit = pLimit(PARALLEL);
  const added = await limit.map([...unknown], (number) => readIssue(parties, target, number));
  const all = [...present, ...added.filter((issue) => issue !== null)];
  const { filter } = wish;
  const counts = counted(
    noCounts,
    await keep(parties, target, filter === null ? all : all.filter((issue) => takes(filter, issue))),
  );
  attempt.reached(known.id, { since: null, counts });
  return counts;
}

function newNumbers(numbers: Ranges, stored: ReadonlyMap<number, string>): readonly number[] | null {
  const found = new Set<number>();
  for (const [first, last] of numbers) {
    for (let number = first; number <= last; number += 1) {
      if (stored.has(number)) continue;
      found.add(number);
      if (found.size > MOST_NEW) return null;
    }
  }
  return [...found];
}

/** Null for a number that is no issue's. */
async function readIssue(
  { attempt, github }: SyncParties,
  { known, glance }: Target,
  number: number,
): Promise<SyncedIssue | null> {
  attempt.throwIfCancelled();
  try {
    const {
      comments: _comments,
      linkedPullRequests: _linked,
      repository,
      ...issue
    } = await github.issue({
      repositoryId: known.id,
      repository: glance.nameWithOwner,
      number,
    });
    return repository.id === known.id ? issue : null;
  } catch (error) {
    if (error instanceof GhwError && error.name === 'GitHubNotFound') return null;
    throw error;
  }
}
