import {
  QueryNotRegisteredError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
} from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { GhwError, isErrorName } from '../domain/errors.ts';
import { type IssueRef, formatIssue } from '../domain/issue.ts';

/** gRPC's own numbers, of those that mean something here. */
const status = {
  cancelled: 1,
  notFound: 5,
  permissionDenied: 7,
  failedPrecondition: 9,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The service says so where no worker polls, and where the one that had taken a query up went away. */
const unansweredCodes: readonly (number | undefined)[] = [status.cancelled, status.failedPrecondition];

/** True if nobody took the message or query up in time; it may still be taken up later. */
export function isUnanswered(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcDeadlineError(error) ||
    unansweredCodes.includes(grpcCode(error))
  );
}

/** True if there is no workflow of that id, or none that is open. */
export function isNotFound(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || grpcCode(error) === status.notFound;
}

/** What a call to Temporal about an issue failed with, for the reader. */
export function clientError(error: unknown, issue: IssueRef): GhwError {
  if (error instanceof GhwError) return error;
  const refused = refusal(error);
  if (refused !== undefined) return refused;
  if (isUnanswered(error)) return noWorker(issue);
  if (isNotFound(error)) return notTracked(issue);
  const code = grpcCode(error);
  if (code === status.unavailable || code === status.permissionDenied || code === status.unauthenticated) {
    return new GhwError('TemporalUnreachable', `Temporal did not answer about ${formatIssue(issue)}: ${text(error)}`, {
      hint: 'See `ghw doctor`.',
      cause: error,
    });
  }
  const what = error instanceof QueryNotRegisteredError ? 'The worker is too old to answer' : 'The call failed';
  return new GhwError('Internal', `${what} about ${formatIssue(issue)}: ${text(error)}`, { cause: error });
}

export function noWorker(issue: IssueRef): GhwError {
  return new GhwError('NoWorker', `No worker answers for ${formatIssue(issue)}.`, {
    hint: 'Start one with `ghw up` (with its own Temporal) or `ghw worker start`, then try again.',
  });
}

function notTracked(issue: IssueRef): GhwError {
  return new GhwError('IssueNotTracked', `${formatIssue(issue)} is not tracked yet, or is over.`, {
    hint: `ghw issues sync ${issue.repository} ${String(issue.number)}`,
  });
}

/** The validator's or handler's reasoned no. */
function refusal(error: unknown): GhwError | undefined {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure)) return undefined;
  const name = isErrorName(cause.type) ? cause.type : 'Internal';
  const [details] = cause.details ?? [];
  return new GhwError(name, cause.message, { hint: hintOf(details), cause: error });
}

function hintOf(details: unknown): string {
  if (typeof details === 'string') return details;
  if (typeof details === 'object' && details !== null && 'hint' in details && typeof details.hint === 'string') {
    return details.hint;
  }
  return '';
}

function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause.code : undefined;
}

function text(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
