import { Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import type { WorkTarget } from '../../domain/cycle/cycle.ts';
import { GhwError } from '../../domain/errors.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { CycleDependencies } from './dependencies.ts';
import type { IssueWorkRequest, UnsentRequest } from './types.ts';

/** Requests that are on their way at a time. */
const PARALLEL = 16;

/** Leaves requests with issues; sent again, each counts once. One that cannot be left costs the others nothing. */
export function createRequestWork({
  door,
}: CycleDependencies): (requests: readonly IssueWorkRequest[]) => Promise<readonly UnsentRequest[]> {
  return async (requests) => {
    const limit = pLimit(PARALLEL);
    const { cancellationSignal } = Context.current();
    const unsent = await limit.map([...requests], async ({ request, target }): Promise<UnsentRequest | null> => {
      // What the cycle asked for is then taken back.
      cancellationSignal.throwIfAborted();
      try {
        await door.request(identityOf(target), request);
        return null;
      } catch (error) {
        if (!(error instanceof GhwError) || error.retryable) throw error;
        return { requestId: request.requestId, name: error.name, message: error.message };
      }
    });
    return unsent.filter((one) => one !== null);
  };
}

/** Takes requests back that have not begun. */
export function createWithdrawWork({
  door,
}: CycleDependencies): (requests: readonly IssueWorkRequest[]) => Promise<void> {
  return async (requests) => {
    const limit = pLimit(PARALLEL);
    await limit.map([...requests], ({ request, target }) => door.withdraw(identityOf(target), request.requestId));
  };
}

function identityOf({ number, repository, repositoryId }: WorkTarget): IssueIdentity {
  return { repository, repositoryId, number };
}
