import type { CycleState } from './cycle.ts';

/** What went wrong how often in the cycles that were looked at. */
export interface CycleStatistics {
  readonly cycles: number;
  /** `done`, `failed`, `cancelled`, `backed_off`, `running`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Errors by phase; `cycle` for those of a cycle as a whole. */
  readonly byPhase: Readonly<Record<string, number>>;
  /** Errors by repository. */
  readonly byRepository: Readonly<Record<string, number>>;
  /** How many of the newest ended cycles failed, one after the other. */
  readonly failedInARow: number;
}

/** A cycle as the ledger keeps it; the state is null where it recorded none. */
export interface PastCycle {
  readonly outcome: string;
  readonly state: CycleState | null;
}

/** @param cycles - newest first */
export function cycleStatistics(cycles: readonly PastCycle[]): CycleStatistics {
  const outcomes: Record<string, number> = {};
  const byPhase: Record<string, number> = {};
  const byRepository: Record<string, number> = {};
  const add = (to: Record<string, number>, key: string): void => void (to[key] = (to[key] ?? 0) + 1);
  for (const { outcome, state } of cycles) {
    add(outcomes, outcome);
    const errors = [
      ...(state?.errors ?? []).map((error) => ({ ...error, phase: 'cycle' })),
      ...(state?.phases ?? []).flatMap(({ errors: own, phase }) => own.map((error) => ({ ...error, phase }))),
    ];
    for (const { phase, where } of errors) {
      add(byPhase, phase);
      if (where !== null) add(byRepository, where.split('#')[0] ?? where);
    }
  }
  const ended = cycles.filter(({ outcome }) => outcome !== 'running' && outcome !== 'backed_off');
  const firstOther = ended.findIndex(({ outcome }) => outcome !== 'failed');
  return {
    cycles: cycles.length,
    outcomes,
    byPhase,
    byRepository,
    failedInARow: firstOther < 0 ? ended.length : firstOther,
  };
}
