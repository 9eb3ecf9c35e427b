import type { IssueClient } from '../../client/issues.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { PlanVersion } from '../../domain/plan.ts';
import type { ProjectionInput } from '../../projection/input.ts';
import { livePlans } from '../known-plans.ts';

/**
 * What the ledger knows of an issue, brought up to what its workflow answers now: the workflow is the truth for what is
 * live, and the ledger has the texts that a workflow lets go of.
 *
 * @throws GhwError as {@link IssueClient.state} does
 */
export async function withLive(
  client: IssueClient,
  issue: IssueIdentity,
  known: ProjectionInput | null,
): Promise<ProjectionInput> {
  const {
    summary: { runs: _runs, ...progress },
    versions,
  } = await livePlans(client, issue);
  const told = known?.progress;
  return {
    ...(known ?? nothingOf(issue)),
    progress: {
      ...progress,
      // What a query does not answer holds as long as it is about the same.
      approval: progress.plan.approvedBy === null ? null : (told?.approval ?? null),
      session: progress.sessionId === told?.session?.id ? (told?.session ?? null) : null,
    },
    plans: merged(known?.plans ?? [], versions),
  };
}

function merged(known: readonly PlanVersion[], live: readonly PlanVersion[]): readonly PlanVersion[] {
  const byVersion = new Map(known.map((plan) => [plan.version, plan]));
  for (const plan of live) {
    const before = byVersion.get(plan.version);
    byVersion.set(plan.version, before?.digest === plan.digest ? { ...plan, text: plan.text ?? before.text } : plan);
  }
  return [...byVersion.values()].sort((a, b) => a.version - b.version);
}

function nothingOf({ repository, number }: IssueIdentity): ProjectionInput {
  return {
    repository,
    number,
    nameWithOwner: repository,
    listed: null,
    body: null,
    comments: null,
    gone: null,
    progress: null,
    plans: [],
    at: null,
  };
}
