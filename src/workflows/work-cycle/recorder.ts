import { CancellationScope } from '@temporalio/workflow';
import { cycleActivity } from './activities.ts';
import type { CycleRun } from './cycle-run.ts';
import { quietly } from './quietly.ts';

/** Writes into the ledger how a cycle stands. */
export interface CycleRecorder {
  /** Writes it beside what the cycle does: one write at a time, and of several that wait only the newest. */
  note(): void;
  /** Writes how it stands now, after all that was noted, also in a cycle that is cancelled. */
  finish(): Promise<void>;
}

/** What a cycle of which nothing is kept records: a dry run. */
const nothing: CycleRecorder = { note: () => undefined, finish: () => Promise.resolve() };

export function cycleRecorder(run: CycleRun): CycleRecorder {
  if (run.state.request.dryRun) return nothing;
  let isBehind = false;
  let writing: Promise<void> | undefined;
  const write = (): Promise<void> =>
    quietly(() => cycleActivity('recordCycle', 'Record the cycle')({ id: run.id, cycle: run.state }));
  const catchUp = async (): Promise<void> => {
    while (isBehind) {
      isBehind = false;
      await write();
    }
  };
  return {
    note() {
      isBehind = true;
      writing ??= catchUp().finally(() => (writing = undefined));
      // A cancellation of the cycle is told by what the cycle itself waits for.
      writing.catch(() => undefined);
    },
    async finish() {
      isBehind = false;
      await writing?.catch(() => undefined);
      await CancellationScope.nonCancellable(write);
    },
  };
}
