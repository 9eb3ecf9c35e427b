import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { IssueIdentity } from '../domain/issue-state.ts';
import { clientError, isNotFound, isUnanswered } from './errors.ts';
import type { IssueClient } from './issues.ts';

/** The step that an issue's workflow waits for, as Temporal sees it. */
export interface PendingStep {
  readonly activity: string;
  /** False while it waits for a free slot. */
  readonly isStarted: boolean;
  readonly attempt: number;
  /** When this attempt began, or, while it waits, when it was asked for; ISO 8601, null if Temporal does not say. */
  readonly since: string | null;
  /** Why the last attempt ended; null on the first. */
  readonly lastFailure: string | null;
  /** When the step was last heard of; ISO 8601, null if it never was. */
  readonly heardAt: string | null;
  /** True if the last attempt ended because its worker fell silent. */
  readonly lostWorker: boolean;
  /** What the step last told about itself. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Goes on beside the steps, and nobody waits for it. */
const ASIDE = 'recordIssue';

/** `PENDING_ACTIVITY_STATE_SCHEDULED`. */
const SCHEDULED = 1;

/** `TIMEOUT_TYPE_HEARTBEAT`. */
const HEARTBEAT_TIMEOUT = 4;

/** The running or waiting step; undefined between steps, or where Temporal does not say. */
export async function pendingStep(client: IssueClient, issue: IssueIdentity): Promise<PendingStep | undefined> {
  try {
    return await pendingStepOf(client.handle(issue));
  } catch (error) {
    if (isNotFound(error) || isUnanswered(error)) return undefined;
    throw clientError(error, issue);
  }
}

/** The running or waiting step of any workflow; undefined between steps. Throws what the call throws. */
export async function pendingStepOf(handle: Pick<WorkflowHandle, 'describe'>): Promise<PendingStep | undefined> {
  return pendingStepIn(await handle.describe());
}

/** The running or waiting step that a description shows. */
export function pendingStepIn({ raw }: Pick<WorkflowExecutionDescription, 'raw'>): PendingStep | undefined {
  const pending = raw.pendingActivities?.find(({ activityType }) => activityType?.name !== ASIDE);
  if (!pending) return undefined;
  const [beat] = pending.heartbeatDetails?.payloads ?? [];
  const details: unknown = beat ? defaultPayloadConverter.fromPayload(beat) : {};
  return {
    activity: pending.activityType?.name ?? '',
    isStarted: Number(pending.state) !== SCHEDULED,
    attempt: pending.attempt ?? 1,
    since: timeOf(pending.lastStartedTime ?? pending.scheduledTime),
    lastFailure: pending.lastFailure?.message ?? null,
    heardAt: timeOf(pending.lastHeartbeatTime),
    lostWorker: Number(pending.lastFailure?.timeoutFailureInfo?.timeoutType) === HEARTBEAT_TIMEOUT,
    details: typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {},
  };
}

function timeOf(time: { readonly seconds?: unknown; readonly nanos?: unknown } | null | undefined): string | null {
  const seconds = Number(time?.seconds ?? 0);
  return seconds === 0 ? null : new Date(seconds * 1000 + Number(time?.nanos ?? 0) / 1e6).toISOString();
}
