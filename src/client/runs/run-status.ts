import type { WaitsFor } from '../../domain/lifecycle.ts';
import type { PendingStep } from '../pending-step.ts';

/**
 * What somebody who watches an issue wants to tell apart. `worker_gone`: a step's worker fell silent, or nobody takes up
 * what waits; the work is safe and goes on when a worker comes. `at_rest`: nothing runs and nobody is waited for.
 */
export const runStates = [
  'running',
  'waiting_for_slot',
  'waiting_to_retry',
  'worker_gone',
  'waiting_for_person',
  'at_rest',
] as const;
export type RunState = (typeof runStates)[number];

/** Beats come every second. */
const SILENCE_MS = 6_000;
/** Before that, a clock that goes differently here might be all there is to it. */
const FIRST_SILENCE_MS = 15_000;

/** Tells how a step is getting on from one look to the next. */
export interface SilenceWatch {
  /** Milliseconds since the step was last heard of; 0 for one that was heard of lately. */
  silentMs(step: PendingStep, now: number): number;
}

export function watchSilence(): SilenceWatch {
  let last: { readonly beat: string; readonly seenAt: number } | null = null;
  return {
    silentMs(step, now) {
      if (step.heardAt === null) return 0;
      const beat = `${step.attempt}/${step.heardAt}`;
      if (last === null) {
        last = { beat, seenAt: now };
        const age = now - Date.parse(step.heardAt);
        if (age <= FIRST_SILENCE_MS) return 0;
        last = { beat, seenAt: now - age };
      }
      if (last.beat !== beat) last = { beat, seenAt: now };
      const silent = now - last.seenAt;
      return silent > SILENCE_MS ? silent : 0;
    },
  };
}

/** @param seen.hasWorker - whether anybody asks for such work; looked at where something waits */
export function runStateOf(seen: {
  readonly step: PendingStep | undefined;
  readonly silentMs: number;
  readonly hasWorker: boolean;
  readonly waitsFor: WaitsFor | null;
}): RunState {
  const { hasWorker, silentMs, step, waitsFor } = seen;
  if (step?.isStarted === true) return silentMs > 0 ? 'worker_gone' : 'running';
  if (step !== undefined) {
    if (!hasWorker || step.lostWorker) return 'worker_gone';
    return step.lastFailure === null ? 'waiting_for_slot' : 'waiting_to_retry';
  }
  if (waitsFor === 'person') return 'waiting_for_person';
  if (waitsFor === 'nobody') return 'at_rest';
  return hasWorker ? 'running' : 'worker_gone';
}
