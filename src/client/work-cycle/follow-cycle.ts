import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import type { CycleState } from '../../domain/cycle/cycle.ts';
import { GhwError } from '../../domain/errors.ts';
import { WORK_CYCLE_WORKFLOW, cycleQuery } from '../../workflows/protocol.ts';
import { isNotFound, isUnanswered } from '../errors.ts';
import { type PendingStep, pendingStepOf } from '../pending-step.ts';
import { hasWorker } from '../worker-presence.ts';
import { type WorkClient, workError } from './work-client.ts';

/** How a cycle is getting on. */
export interface CycleProgress {
  /** As last heard; null before the first answer. */
  readonly state: CycleState | null;
  /** `waiting_to_retry`: a step failed and comes again. `no_worker`: nobody answers; the cycle waits, safe. */
  readonly status: 'running' | 'waiting_to_retry' | 'no_worker';
  readonly step: PendingStep | undefined;
}

/** How a cycle ended. */
export interface CycleEnd {
  readonly id: string;
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'backed_off';
  /** What it came to; null for one that was cancelled where nobody could say any more. */
  readonly state: CycleState | null;
}

export interface FollowCycleOptions {
  readonly onProgress?: (progress: CycleProgress) => void;
  /** Aborting ends the following, never the cycle. */
  readonly signal?: AbortSignal;
  /** The longest time between two looks, in milliseconds. Default 700. */
  readonly pollMs?: number;
}

type Handle = WorkflowHandle<() => Promise<CycleState>>;

const QUERY_DEADLINE_MS = 5_000;
/** A service that is restarted is back within this time. */
const SERVICE_PATIENCE_MS = 60_000;

/**
 * Waits until a cycle is over, looking at it again and again. A worker that is gone does not end the wait: the cycle is
 * durable and goes on when one comes back. Neither does a service that is away for less than a minute.
 *
 * @throws GhwError `WorkNotFound`, `TemporalUnreachable`; `Internal` if the cycle was terminated; `AbortError`
 */
export async function followCycle(work: WorkClient, id: string, options: FollowCycleOptions): Promise<CycleEnd> {
  const handle: Handle = work.temporal.client.workflow.getHandle(id);
  const following = new AbortController();
  const over = endSignal(work, handle, following.signal);
  try {
    return await look(work, handle, { ...options, over });
  } finally {
    following.abort();
  }
}

async function look(
  work: WorkClient,
  handle: Handle,
  options: FollowCycleOptions & { readonly over: AbortSignal },
): Promise<CycleEnd> {
  const id = handle.workflowId;
  const longest = options.pollMs ?? 700;
  let state: CycleState | null = null;
  let heardAt = Date.now();
  for (let wait = Math.min(250, longest); ; wait = Math.min(wait * 1.5, longest)) {
    const isOver = options.over.aborted;
    try {
      const seen = await handle.describe();
      heardAt = Date.now();
      refuseOther(seen, id);
      if (seen.status.name === 'COMPLETED') return completed(id, await handle.result());
      const answer = await stateOf(work, handle);
      state = answer ?? state;
      if (seen.status.name !== 'RUNNING') return cutShort(seen, state);
      const step = answer === null ? undefined : await pendingStepOf(handle);
      options.onProgress?.({ state, status: statusOf(answer, step), step });
    } catch (error) {
      if (isNotFound(error) || error instanceof GhwError) throw workError(error, `cycle ${id}`);
      if (Date.now() - heardAt > SERVICE_PATIENCE_MS) throw workError(error, `cycle ${id}`);
      options.onProgress?.({ state, status: 'no_worker', step: undefined });
    }
    await pause(wait, { signal: options.signal, ...(isOver ? {} : { early: options.over }) });
  }
}

/** Aborts when the cycle is over, or nobody can say any more whether it is: then it is time for a look. */
function endSignal({ temporal }: WorkClient, handle: Handle, signal: AbortSignal): AbortSignal {
  const over = new AbortController();
  const abort = (): void => {
    over.abort();
  };
  temporal.connection.withAbortSignal(signal, () => handle.result()).then(abort, abort);
  return over.signal;
}

/** @throws `AbortError` when `signal` aborts; `early` only ends the wait */
async function pause(
  ms: number,
  { early, signal }: { readonly signal: AbortSignal | undefined; readonly early?: AbortSignal },
): Promise<void> {
  const signals = [signal, early].filter((one) => one !== undefined);
  try {
    await sleep(ms, undefined, { signal: AbortSignal.any(signals) });
  } catch (error) {
    if (signal?.aborted || !early?.aborted) throw error;
  }
}

function refuseOther({ type }: WorkflowExecutionDescription, id: string): void {
  if (type === WORK_CYCLE_WORKFLOW) return;
  throw new GhwError('InvalidInput', `${id} is no work cycle.`, { hint: 'See the cycles: ghw work history.' });
}

/** How a cycle stands; null where no worker answers within the time. @throws what Temporal's client throws */
export async function stateOf(
  { taskQueue, temporal }: WorkClient,
  handle: Handle,
  patienceMs = QUERY_DEADLINE_MS,
): Promise<CycleState | null> {
  // Without a worker a query would only run into its deadline.
  if (!(await hasWorker(temporal, taskQueue))) return null;
  try {
    return await temporal.connection.withDeadline(Date.now() + patienceMs, () => handle.query(cycleQuery));
  } catch (error) {
    if (isUnanswered(error)) return null;
    throw error;
  }
}

function statusOf(answer: CycleState | null, step: PendingStep | undefined): CycleProgress['status'] {
  if (answer === null) return 'no_worker';
  return step !== undefined && !step.isStarted && step.lastFailure !== null ? 'waiting_to_retry' : 'running';
}

function completed(id: string, state: CycleState): CycleEnd {
  const { outcome } = state;
  return { id, state, outcome: outcome === 'failed' || outcome === 'backed_off' ? outcome : 'done' };
}

function cutShort(
  { status: { name }, workflowId: id }: WorkflowExecutionDescription,
  state: CycleState | null,
): CycleEnd {
  if (name === 'CANCELLED') return { id, outcome: 'cancelled', state };
  throw new GhwError('Internal', `The cycle ${id} broke off: ${name.toLowerCase().replace('_', ' ')}.`, {
    hint: 'See why in the Temporal Web UI; the next cycle takes up what was left.',
  });
}
