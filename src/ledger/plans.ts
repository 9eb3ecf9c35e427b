import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { PlanVersion } from '../domain/plan.ts';
import type { Statements } from './database.ts';
import { plans, type IssueKey } from './tables.ts';

/** Adds versions. One that is there keeps its text when its workflow has let go of it. */
export async function storePlans(tx: Statements, key: IssueKey, versions: readonly PlanVersion[]): Promise<void> {
  if (versions.length === 0) return;
  await tx
    .insert(plans)
    .values(versions.map((version) => ({ ...version, ...key })))
    .onConflictDoUpdate({
      target: [plans.repositoryId, plans.number, plans.version, plans.digest],
      set: { text: sql`excluded.text` },
      setWhere: sql`${plans.text} IS NULL`,
    });
}

/** Every version, oldest first. */
export async function selectPlans(tx: Statements, key: IssueKey): Promise<readonly PlanVersion[]> {
  return await tx
    .selectDistinctOn([plans.version], {
      version: plans.version,
      digest: plans.digest,
      text: plans.text,
      issueTextDigest: plans.issueTextDigest,
      author: plans.author,
      door: plans.door,
      createdAt: plans.createdAt,
    })
    .from(plans)
    .where(and(eq(plans.repositoryId, key.repositoryId), eq(plans.number, key.number)))
    // A version that was made twice, by a workflow that knew nothing of an earlier one: the newer counts.
    .orderBy(asc(plans.version), desc(plans.createdAt));
}
