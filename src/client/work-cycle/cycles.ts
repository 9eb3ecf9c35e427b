import { randomUUID } from 'node:crypto';
import type { CycleRequest, CycleState } from '../../domain/cycle/cycle.ts';
import { GhwError } from '../../domain/errors.ts';
import { WORK_CYCLE_WORKFLOW, onceCycleId, searchAttributes } from '../../workflows/protocol.ts';
import { type CycleEnd, type FollowCycleOptions, followCycle } from './follow-cycle.ts';
import { type CycleOptions, cycleRequest, shownAs } from './cycle-request.ts';
import { type WorkClient, needCycleWorker, workError } from './work-client.ts';

/** A work cycle that runs, or ran, on its own. */
export interface CycleHandle {
  /** The id of its workflow, by which it can be found again: `work:once:…`, `work:<schedule>-<time>`. */
  readonly id: string;
  /**
   * Waits for its end. Aborting ends the waiting, never the cycle.
   *
   * @throws GhwError `WorkNotFound`, `TemporalUnreachable`; `Internal` if the cycle was terminated; `AbortError`
   */
  follow(options?: FollowCycleOptions): Promise<CycleEnd>;
  /** As {@link CycleHandle.follow}, without looking on. */
  result(): Promise<CycleEnd>;
  /**
   * Asks it to end: what it asked for and has not begun is taken back; what runs goes on by itself. It has ended when
   * {@link CycleHandle.result} says so.
   *
   * @throws GhwError `WorkNotFound` if there is none, or it is over; `TemporalUnreachable`
   */
  cancel(): Promise<void>;
}

/** The name under which the ledger keeps cycles by hand. */
export const ONCE = 'once';

/**
 * Starts one work cycle: sync, plan, implement, review.
 *
 * @returns as soon as it has begun; it goes on without this process
 * @throws GhwError `NoWorker`, `InvalidInput` for an empty list of phases, `TemporalUnreachable`
 */
export async function runCycle(work: WorkClient, options: CycleOptions = {}): Promise<CycleHandle> {
  const request = cycleRequest(options, { name: ONCE, frequency: null, intervalMs: null });
  needPhases(request);
  await needCycleWorker(work);
  const workflowId = onceCycleId(randomUUID());
  try {
    await work.temporal.client.workflow.start<(input: CycleRequest) => Promise<CycleState>>(WORK_CYCLE_WORKFLOW, {
      workflowId,
      taskQueue: work.taskQueue,
      args: [request],
      ...shownAs(request, 'One work cycle'),
      typedSearchAttributes: [{ key: searchAttributes.tags, value: [`cycle:${ONCE}`, 'outcome:running'] }],
    });
  } catch (error) {
    throw workError(error, `the cycle ${workflowId}`);
  }
  return cycleHandle(work, workflowId);
}

/**
 * Runs one work cycle and waits for its end, however long that takes.
 *
 * @throws GhwError as {@link runCycle} and {@link CycleHandle.follow} do
 */
export async function runOnce(work: WorkClient, options: CycleOptions & FollowCycleOptions = {}): Promise<CycleEnd> {
  const handle = await runCycle(work, options);
  return handle.follow(options);
}

/** A cycle by the id of its workflow. Nothing is asked before one of its methods is called. */
export function cycleHandle(work: WorkClient, id: string): CycleHandle {
  return {
    id,
    follow: (options = {}) => followCycle(work, id, options),
    result: () => followCycle(work, id, {}),
    cancel: async () => {
      try {
        const handle = work.temporal.client.workflow.getHandle(id);
        const { status, type } = await handle.describe();
        if (type !== WORK_CYCLE_WORKFLOW || status.name !== 'RUNNING') throw isOver(id);
        await handle.cancel();
      } catch (error) {
        throw workError(error, `running cycle ${id}`);
      }
    },
  };
}

function isOver(id: string): GhwError {
  return new GhwError('WorkNotFound', `There is no running cycle ${id}.`, { hint: 'See ghw work history.' });
}

/** @throws GhwError `InvalidInput` */
export function needPhases({ phases }: Pick<CycleRequest, 'phases'>): void {
  if (phases.length > 0) return;
  throw new GhwError('InvalidInput', 'A cycle without a phase does nothing.', { hint: 'Leave a phase in.' });
}
