import { type PlanVersion, planStateNames } from '../domain/plan.ts';
import type { ProjectedFile } from './projected-file.ts';
import type { ProjectedProgress, ProjectionInput } from './input.ts';
import { plain, yamlOf } from './markdown.ts';

/** `plan-<ts>.md`, whose SHA-256 is the plan's digest, and `.plan-<ts>.yaml`, of every version. */
export function planFiles(input: ProjectionInput): readonly ProjectedFile[] {
  const versions = [...input.plans].sort((a, b) => a.version - b.version);
  const stamps = stampsOf(versions);
  const newest = versions.at(-1)?.version;
  return versions.flatMap((plan, index) => {
    const stamp = stamps[index] ?? String(plan.version);
    return [
      // The text of an old version may be kept nowhere; a file that shows it stays.
      ...(plan.text === null ? [] : [{ name: `plan-${stamp}.md`, kind: 'plan' as const, text: plain(plan.text) }]),
      {
        name: `.plan-${stamp}.yaml`,
        kind: 'yaml' as const,
        text: yamlOf(factsOf(input, plan, plan.version === newest)),
      },
    ];
  });
}

/** A time in a form that every file system takes: `2026-01-02T03-04-05-000Z`. Two of one moment are told apart. */
function stampsOf(versions: readonly PlanVersion[]): readonly string[] {
  const seen = new Map<string, number>();
  return versions.map(({ createdAt }) => {
    const stamp = createdAt.replace(/[^0-9A-Za-z]+/g, '-').slice(0, 40) || 'unknown';
    const count = (seen.get(stamp) ?? 0) + 1;
    seen.set(stamp, count);
    return count === 1 ? stamp : `${stamp}-${String(count)}`;
  });
}

/** What is known of a version; of an earlier one, who wrote it and when. */
function factsOf(
  { nameWithOwner, number, progress }: ProjectionInput,
  plan: PlanVersion,
  isNewest: boolean,
): Readonly<Record<string, unknown>> {
  const current = isNewest && progress?.plan.version === plan.version ? progress : null;
  const status = isNewest ? 'unknown' : 'superseded';
  return {
    issue: `${nameWithOwner}#${String(number)}`,
    version: plan.version,
    status: current === null ? status : planStateNames[current.plan.state],
    digest: plan.digest,
    author: plan.author,
    written_by: plan.door,
    created_at: plan.createdAt,
    ...(current === null ? {} : currentFacts(current)),
  };
}

function currentFacts(progress: ProjectedProgress): Readonly<Record<string, unknown>> {
  const { plan, implementation, review, approval, session } = progress;
  const { pullRequest } = implementation;
  return {
    stale: plan.stale,
    approved_by: plan.approvedBy,
    approved_at: approval?.at ?? null,
    approval_note: approval?.note ?? null,
    agent: session?.agent ?? progress.agent,
    model: session?.model ?? null,
    session_id: session?.id ?? progress.sessionId,
    implementation_status: implementation.shownAs,
    branch: implementation.branch,
    head: implementation.headSha,
    pull_request: pullRequest && {
      number: pullRequest.number,
      url: pullRequest.url,
      state: pullRequest.state,
      draft: pullRequest.isDraft,
    },
    review_status: reviewStatus(review),
    cost_usd: progress.costUsd,
    paused: progress.paused,
    outcome: progress.outcome,
    failure: plan.failure ?? implementation.failure ?? review.failure,
  };
}

function reviewStatus({ report, failure }: ProjectedProgress['review']): string {
  if (failure !== null) return 'failed';
  return report === null ? 'none' : report.verdict.replace('_', ' ');
}
