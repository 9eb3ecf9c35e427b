import { and, desc, eq, gte, sql, type SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import type { IssueRecord } from '../domain/issue-record.ts';
import { chunks } from './chunks.ts';
import type { LedgerDatabase, Statements } from './database.ts';
import type { LedgerRun, RunLedger } from './ledger.ts';
import { findRepositoryId } from './repository-rows.ts';
import { runStatistics } from './run-statistics.ts';
import { agentRuns, repositories, type IssueKey } from './tables.ts';

/** Runs of agents: what they cost and what came of them. */
export function runLedger({ transact }: LedgerDatabase): RunLedger {
  return {
    list: async ({ issue, since, limit } = {}) =>
      await transact(async (tx) => {
        const repositoryId = issue && (await findRepositoryId(tx, issue));
        if (issue && repositoryId === undefined) return [];
        const query = tx
          .select({ run: agentRuns, repository: repositories.nameWithOwner })
          .from(agentRuns)
          .innerJoin(repositories, eq(repositories.id, agentRuns.repositoryId))
          .where(
            and(
              repositoryId === undefined ? undefined : eq(agentRuns.repositoryId, repositoryId),
              issue && eq(agentRuns.number, issue.number),
              since === undefined ? undefined : gte(agentRuns.at, since),
            ),
          )
          .orderBy(desc(agentRuns.at), desc(agentRuns.sequence))
          .$dynamic();
        const rows = await (limit === undefined ? query : query.limit(limit));
        return rows.map(({ run, repository }) => toRun(run, repository));
      }),

    statistics: async (filter = {}) => await transact(async (tx) => await runStatistics(tx, filter)),

    spend: async (by, since) =>
      await transact(async (tx) => {
        const cost = sql<number>`sum(${agentRuns.costUsd})`;
        const total = (column: AnyPgColumn) => sql`sum(${column})`.mapWith(Number);
        return await tx
          .select({
            key: sql<string>`${keys[by]}`.as('key'),
            runs: sql`count(*)`.mapWith(Number),
            failed: sql`count(*) FILTER (WHERE ${agentRuns.outcome} = 'failed')`.mapWith(Number),
            costUsd: cost.mapWith(Number),
            inputTokens: total(agentRuns.inputTokens),
            outputTokens: total(agentRuns.outputTokens),
            cachedInputTokens: total(agentRuns.cachedInputTokens),
          })
          .from(agentRuns)
          .innerJoin(repositories, eq(repositories.id, agentRuns.repositoryId))
          .where(since === undefined ? undefined : gte(agentRuns.at, since))
          .groupBy(sql`1`)
          .orderBy(desc(cost), sql`1`);
      }),
  };
}

/** What a line of spending is about. */
const keys: Readonly<Record<Parameters<RunLedger['spend']>[0], SQL>> = {
  agent: sql`${agentRuns.agent}`,
  model: sql`coalesce(${agentRuns.model}, 'default')`,
  phase: sql`${agentRuns.phase}`,
  repository: sql`${repositories.nameWithOwner}`,
  issue: sql`${repositories.nameWithOwner} || '#' || ${agentRuns.number}`,
};

/** Adds runs that are not there yet. */
export async function storeRuns(tx: Statements, key: IssueKey, record: IssueRecord): Promise<void> {
  for (const part of chunks(record.runs)) {
    const rows = part.map(({ usage, transcript, ...run }) => ({
      ...run,
      ...usage,
      ...key,
      execution: record.execution,
      transcriptSha256: transcript?.sha256 ?? null,
      transcriptBytes: transcript?.bytes ?? null,
    }));
    await tx.insert(agentRuns).values(rows).onConflictDoNothing();
  }
}

/** Tells the newest run that implemented something what came of it: the change that stands now is its. */
export async function tellOutcome(tx: Statements, { execution, progress }: IssueRecord): Promise<void> {
  const { filesChanged, headSha, validation } = progress.implementation;
  if (headSha === null) return;
  const newest = tx
    .select({ sequence: sql`max(${agentRuns.sequence})` })
    .from(agentRuns)
    .where(and(eq(agentRuns.execution, execution), eq(agentRuns.phase, 'implement'), eq(agentRuns.outcome, 'ok')));
  await tx
    .update(agentRuns)
    .set({ filesModified: filesChanged, testsPassed: validation?.ok ?? null })
    .where(and(eq(agentRuns.execution, execution), eq(agentRuns.sequence, sql`(${newest})`)));
}

function toRun(run: typeof agentRuns.$inferSelect, repository: string): LedgerRun {
  const { sequence, number, phase, agent, model, outcome, costUsd, resumed, at, filesModified, testsPassed } = run;
  const { inputTokens, outputTokens, cachedInputTokens, transcriptSha256: sha256, transcriptBytes: bytes } = run;
  return {
    ...{ repository, sequence, number, phase, agent, model, outcome, costUsd, resumed, at, filesModified, testsPassed },
    usage: { inputTokens, outputTokens, cachedInputTokens },
    durationMs: run.durationMs,
    attempts: run.attempts,
    prompt: run.prompt,
    transcript: sha256 !== null && bytes !== null ? { sha256, bytes } : null,
  };
}
