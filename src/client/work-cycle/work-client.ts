import { ScheduleNotFoundError, isGrpcServiceError } from '@temporalio/client';
import { GhwError } from '../../domain/errors.ts';
import { MAIN_TASK_QUEUE } from '../../workflows/protocol.ts';
import type { TemporalClient } from '../connection.ts';
import { isNotFound } from '../errors.ts';
import { findsWorker } from '../worker-presence.ts';

/** What work cycles and their schedules are reached through. */
export interface WorkClient {
  readonly temporal: TemporalClient;
  /** The queue of the workers that do the work. */
  readonly taskQueue: string;
}

/** A client for work cycles over an open connection, which stays its owner's to close. */
export function workClient(temporal: TemporalClient, taskQueue: string = MAIN_TASK_QUEUE): WorkClient {
  return { temporal, taskQueue };
}

/** True if a worker is there to run cycles. */
export function hasCycleWorker({ taskQueue, temporal }: WorkClient): Promise<boolean> {
  return findsWorker(temporal, taskQueue);
}

/** @throws GhwError `NoWorker` */
export async function needCycleWorker(work: WorkClient): Promise<void> {
  if (await hasCycleWorker(work)) return;
  throw new GhwError('NoWorker', `No worker is there to run a work cycle (queue ${work.taskQueue}).`, {
    hint: 'Start one with `ghw up` (with its own Temporal) or `ghw worker start`, then try again.',
  });
}

/** What a call to Temporal about cycles failed with, for the reader. */
export function workError(error: unknown, what: string): GhwError {
  if (error instanceof GhwError) return error;
  if (error instanceof ScheduleNotFoundError || isNotFound(error)) {
    return new GhwError('WorkNotFound', `There is no ${what}.`, {
      hint: 'See those there are: ghw work status, ghw work history.',
      cause: error,
    });
  }
  // The service's own word about a schedule that it does not accept.
  if (error instanceof TypeError) return new GhwError('InvalidInput', `Temporal refused ${what}: ${error.message}.`);
  const cause = error instanceof Error ? error.cause : undefined;
  const reason = isGrpcServiceError(cause) ? cause.details : error instanceof Error ? error.message : String(error);
  return new GhwError('TemporalUnreachable', `Temporal did not answer about ${what}: ${reason}`, {
    hint: 'See `ghw doctor`.',
    cause: error,
  });
}
