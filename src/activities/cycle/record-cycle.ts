import type { CycleState } from '../../domain/cycle/cycle.ts';
import type { CycleDependencies } from './dependencies.ts';

/** Writes how a cycle stands into the ledger; what is over stays over. */
export function createRecordCycle({
  ledger,
}: CycleDependencies): (input: { readonly id: string; readonly cycle: CycleState }) => Promise<void> {
  return async ({ id, cycle }) => {
    const { endedAt, outcome, request, startedAt } = cycle;
    await ledger.cycles.record({ id, name: request.name, startedAt, endedAt, outcome, result: cycle });
  };
}
