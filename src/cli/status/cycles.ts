import { stateOf } from '../../client/work-cycle/follow-cycle.ts';
import { runningCycles } from '../../client/work-cycle/running.ts';
import type { WorkClient } from '../../client/work-cycle/work-client.ts';
import type { CycleState } from '../../domain/cycle/cycle.ts';
import type { RunningCycle } from './status.ts';

/** Of so many cycles, how far they are is asked. */
const MAX_CYCLES = 5;
/** A status does not wait longer for a worker that is busy. */
const PATIENCE_MS = 1_500;

/** The work cycles that run now, and how far they are. @throws GhwError `TemporalUnreachable` */
export async function readCycles(work: WorkClient): Promise<readonly RunningCycle[]> {
  const ids = await runningCycles(work);
  return await Promise.all(
    ids.map(async (id, index) => {
      if (index >= MAX_CYCLES) return runningCycle(id, null);
      const handle = work.temporal.client.workflow.getHandle<() => Promise<CycleState>>(id);
      // One that has just ended says nothing any more.
      return runningCycle(id, await stateOf(work, handle, PATIENCE_MS).catch(() => null));
    }),
  );
}

/** A line of the status. @param state - null where nobody could say how far it is */
export function runningCycle(id: string, state: Pick<CycleState, 'phases' | 'startedAt'> | null): RunningCycle {
  const current = state?.phases.find(({ endedAt }) => endedAt === null);
  return {
    id,
    startedAt: state?.startedAt ?? null,
    phase: current?.phase ?? null,
    ended: current?.ended ?? 0,
    taken: current?.taken ?? 0,
  };
}
