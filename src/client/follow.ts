import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorName, GhwError } from '../domain/errors.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import { formatIssue } from '../domain/issue.ts';
import type { IssueSummary } from '../domain/summary.ts';
import type { IssueClient } from './issues.ts';
import { type PendingStep, pendingStep } from './pending-step.ts';

/** Which of the two tracks of an issue is followed. */
export type Track = 'plan' | 'implementation';

/** What an issue does at this moment. */
export interface Progress {
  /** As last heard; undefined before the first answer. */
  readonly summary: IssueSummary | undefined;
  /**
   * `waiting_for_slot`: no worker has taken the step yet. `waiting_to_retry`: the last attempt failed. `no_worker`: nobody
   * answers; the work waits, safe.
   */
  readonly status: 'running' | 'waiting_for_slot' | 'waiting_to_retry' | 'no_worker';
  readonly step: PendingStep | undefined;
}

/** How a phase came to rest. */
export type PhaseResult = 'done' | 'waiting_for_person' | 'paused' | 'failed' | 'cancelled' | 'over';

export interface PhaseEnd {
  readonly result: PhaseResult;
  readonly summary: IssueSummary;
}

export interface FollowOptions {
  readonly onProgress: (progress: Progress) => void;
  /** Aborting ends the following, never the work. */
  readonly signal?: AbortSignal;
  /** The longest time between two looks; the first ones come sooner. Default 700. */
  readonly pollMs?: number;
}

/** A service that is restarted is back within this time. */
const SERVICE_PATIENCE_MS = 60_000;

/**
 * Waits until a track is at rest. A worker that is gone does not end the wait: the work is durable and goes on when one
 * comes back. Neither does a service that is away for less than a minute.
 *
 * @throws GhwError as {@link IssueClient.state} does, but for `NoWorker`; `AbortError` when aborted
 */
export async function followIssue(
  client: IssueClient,
  issue: IssueIdentity,
  track: Track,
  options: FollowOptions,
): Promise<PhaseEnd> {
  const longest = options.pollMs ?? 700;
  let summary: IssueSummary | undefined;
  let heardAt = Date.now();
  for (let wait = Math.min(100, longest); ; wait = Math.min(wait * 1.5, longest)) {
    try {
      const answer = await stateIfAnswered(client, issue);
      heardAt = Date.now();
      summary = answer ?? summary;
      const result = answer && restOf(answer, track);
      if (answer && result) return { result, summary: answer };
      const step = await pendingStep(client, issue);
      options.onProgress({ summary, status: answer === undefined ? 'no_worker' : statusOf(step), step });
    } catch (error) {
      if (!hasName(error, 'TemporalUnreachable') || Date.now() - heardAt > SERVICE_PATIENCE_MS) throw error;
      options.onProgress({ summary, status: 'no_worker', step: undefined });
    }
    await sleep(wait, undefined, { signal: options.signal });
  }
}

function statusOf(step: PendingStep | undefined): Progress['status'] {
  if (step?.isStarted !== false) return 'running';
  return step.lastFailure === null ? 'waiting_for_slot' : 'waiting_to_retry';
}

async function stateIfAnswered(client: IssueClient, issue: IssueIdentity): Promise<IssueSummary | undefined> {
  try {
    return await client.state(issue);
  } catch (error) {
    if (hasName(error, 'NoWorker')) return undefined;
    throw error;
  }
}

function hasName(error: unknown, name: ErrorName): boolean {
  return error instanceof GhwError && error.name === name;
}

/** How the track came to rest; undefined while it works. */
export function restOf(summary: IssueSummary, track: Track): PhaseResult | undefined {
  if (summary.outcome !== null) return summary.outcome === 'merged' ? 'done' : 'over';
  if (summary.paused) return 'paused';
  if (summary.stop) return 'waiting_for_person';
  // What is at rest but not yet shown on GitHub is shown within a bounded time.
  if (summary.step === 'publishPlan' || summary.step === 'publishReview') return undefined;
  return track === 'plan' ? planRest(summary) : implementationRest(summary);
}

function planRest({ plan, step }: IssueSummary): PhaseResult | undefined {
  switch (plan.state) {
    case 'generating':
      return undefined;
    case 'none':
      return step === 'sync' ? undefined : 'cancelled';
    case 'failed':
      return 'failed';
    case 'needs_clarification':
    case 'awaiting_review':
      return 'waiting_for_person';
    case 'approved':
    case 'rejected':
      return 'done';
  }
}

function implementationRest({ implementation, review, step }: IssueSummary): PhaseResult | undefined {
  // A person's word to publish is carried out in the state that it was given in.
  if (implementation.publishing) return undefined;
  switch (implementation.state) {
    case 'generating':
    case 'reviewing':
      return undefined;
    case 'none':
      if (implementation.failure !== null || review.failure !== null) return 'failed';
      return step === 'sync' ? undefined : 'cancelled';
    case 'failed':
    case 'review_failed':
      return 'failed';
    case 'needs_clarification':
    case 'awaiting_review':
    case 'reviewed':
      // Publishing it failed, and it is as it was before.
      return implementation.failure === null ? 'waiting_for_person' : 'failed';
    case 'pr_opened':
    case 'merged':
      return 'done';
    case 'pr_closed':
      return 'cancelled';
  }
}

/** The error that a phase which did not succeed ends a command with; undefined if it did. */
export function phaseError({ result, summary }: PhaseEnd, track: Track): GhwError | undefined {
  const issue = formatIssue(summary);
  if (result === 'cancelled') return new GhwError('NotApplicable', `${issue}: the work was cancelled.`);
  if (result === 'over') {
    if (summary.outcome === 'not_found') {
      return new GhwError('GitHubNotFound', `${issue} does not exist on GitHub, or the token may not see it.`, {
        hint: 'Check the number, and `ghw doctor` for the rights of the token.',
      });
    }
    return new GhwError('NotApplicable', `${issue} is ${summary.outcome ?? 'over'}.`);
  }
  if (result !== 'failed') return undefined;
  const { failure } = track === 'plan' ? summary.plan : summary.implementation;
  const why = failure ?? summary.review.failure;
  const again = track === 'plan' ? 'plan' : summary.implementation.state === 'failed' ? 'implement' : 'review';
  const force = again === 'implement' ? ' --force' : '';
  return new GhwError(why?.name ?? 'Internal', `${issue}: ${why?.message ?? 'failed'}`, {
    hint: `Try again: ghw issues ${again} ${issue}${force}`,
  });
}
