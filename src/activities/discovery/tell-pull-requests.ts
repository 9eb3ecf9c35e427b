import { Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import type { TellingResult } from '../../domain/discovery/cycle.ts';
import { GhwError } from '../../domain/errors.ts';
import type { UntoldPullRequest } from '../../ledger/pull-request-ledger.ts';
import type { DiscoveryDependencies } from './dependencies.ts';

/** Pull requests between two marks in the ledger. */
const BATCH = 50;
/** Signals at a time. */
const PARALLELISM = 10;

interface TellingBeat {
  readonly told: number;
  readonly changes: number;
  readonly startedAt: number;
}

/**
 * Tells the workflow of each pull request what happened to it, beginning its life where it has none, and marks it as told.
 * Who dies between the two tells it again: a workflow knows by the revision what it has heard before.
 *
 * What cannot be told stays untold, and ends this round: the next cycle goes on with it.
 */
export function createTellPullRequests({
  ledger,
  pullRequestDoor: door,
}: Pick<DiscoveryDependencies, 'ledger' | 'pullRequestDoor'>): () => Promise<TellingResult> {
  return async () => {
    const context = Context.current();
    const before = context.info.heartbeatDetails as TellingBeat | undefined;
    const startedAt = before?.startedAt ?? Date.now();
    let { changes, told } = before ?? { told: 0, changes: 0 };
    let failed = 0;
    const beat = (): void => context.heartbeat({ told, changes, startedAt } satisfies TellingBeat);
    const beats = setInterval(beat, 1_000);
    try {
      while (failed === 0) {
        context.cancellationSignal.throwIfAborted();
        const untold = await ledger.pullRequests.untold(BATCH);
        if (untold.length === 0) break;
        const heard = await tellAll(door, untold);
        await ledger.pullRequests.markTold(
          heard.map(({ pullRequest }) => ({ id: pullRequest.id, revision: pullRequest.revision })),
        );
        failed = untold.length - heard.length;
        told += heard.length;
        changes += heard.reduce((sum, one) => sum + one.changes.length, 0);
        beat();
      }
    } finally {
      clearInterval(beats);
    }
    return { told, changes, failed, durationMs: Date.now() - startedAt };
  };
}

/** Those who could be told. */
async function tellAll(
  door: DiscoveryDependencies['pullRequestDoor'],
  untold: readonly UntoldPullRequest[],
): Promise<readonly UntoldPullRequest[]> {
  const limit = pLimit(PARALLELISM);
  const heard = await Promise.all(
    untold.map((one) =>
      limit(async () => {
        try {
          await door.tell(one);
          return [one];
        } catch (error) {
          if (error instanceof GhwError) return [];
          throw error;
        }
      }),
    ),
  );
  return heard.flat();
}
