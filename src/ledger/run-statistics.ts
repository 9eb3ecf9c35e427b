import { and, eq, gte, sql } from 'drizzle-orm';
import type { AgentStatistics, StatisticsFilter } from './ledger.ts';
import type { Statements } from './database.ts';
import { findRepositoryId } from './repository-rows.ts';
import { agentRuns } from './tables.ts';

/** What became of all runs, by agent and phase. Runs that were stopped are neither a success nor a failure. */
export async function runStatistics(
  tx: Statements,
  { repository, since }: StatisticsFilter,
): Promise<readonly AgentStatistics[]> {
  const repositoryId =
    repository === undefined ? undefined : await findRepositoryId(tx, { repositoryId: null, repository });
  if (repository !== undefined && repositoryId === undefined) return [];
  const ended = (outcome: string) => sql`count(*) FILTER (WHERE ${agentRuns.outcome} = ${outcome})`.mapWith(Number);
  return await tx
    .select({
      agent: agentRuns.agent,
      phase: agentRuns.phase,
      runs: sql`count(*)`.mapWith(Number),
      ok: ended('ok'),
      failed: ended('failed'),
      cancelled: ended('cancelled'),
      attempts: sql`coalesce(sum(coalesce(${agentRuns.attempts}, 1)), 0)`.mapWith(Number),
      costUsd: sql`sum(${agentRuns.costUsd})`.mapWith(Number),
      // Null where no run of an earlier version said how long it took.
      medianMs: sql<number | null>`percentile_cont(0.5) WITHIN GROUP (ORDER BY ${agentRuns.durationMs})`,
      longestMs: sql<number | null>`max(${agentRuns.durationMs})::double precision`,
    })
    .from(agentRuns)
    .where(
      and(
        repositoryId === undefined ? undefined : eq(agentRuns.repositoryId, repositoryId),
        since === undefined ? undefined : gte(agentRuns.at, since),
      ),
    )
    .groupBy(agentRuns.agent, agentRuns.phase)
    .orderBy(agentRuns.agent, agentRuns.phase);
}
