import { GhwError } from '../domain/errors.ts';
import { formatPullRequest, type PullRequestIdentity } from '../domain/pull-request/identity.ts';
import type { PullRequestSummary } from '../domain/pull-request/summary.ts';
import { pullRequestStateQuery, pullRequestWorkflowId } from '../workflows/protocol.ts';
import type { TemporalClient } from './connection.ts';
import { isNotFound, isUnanswered } from './errors.ts';
import { findsWorker } from './worker-presence.ts';

const QUERY_DEADLINE_MS = 5_000;

/**
 * What a pull request's workflow says; null if it has none.
 *
 * @throws GhwError `NoWorker`, `TemporalUnreachable`
 */
export async function readPullRequest(
  temporal: TemporalClient,
  taskQueue: string,
  pull: Pick<PullRequestIdentity, 'repository' | 'number'>,
): Promise<PullRequestSummary | null> {
  const name = formatPullRequest(pull);
  const handle = temporal.client.workflow.getHandle(pullRequestWorkflowId(pull.repository, pull.number));
  try {
    // Without a worker a query would only run into its deadline.
    if (!(await findsWorker(temporal, taskQueue))) throw noWorker(name);
    return await temporal.connection.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
      handle.query(pullRequestStateQuery),
    );
  } catch (error) {
    if (error instanceof GhwError) throw error;
    if (isNotFound(error)) return null;
    if (isUnanswered(error)) throw noWorker(name);
    throw new GhwError('TemporalUnreachable', `Temporal did not answer about ${name}: ${String(error)}`, {
      hint: 'See `ghw doctor`.',
      cause: error,
    });
  }
}

function noWorker(name: string): GhwError {
  return new GhwError('NoWorker', `No worker answers for ${name}.`, {
    hint: 'Start one with `ghw up` (with its own Temporal) or `ghw worker start`, then try again.',
  });
}
