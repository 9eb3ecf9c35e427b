import type { ErrorName } from '../errors.ts';
import type { WorkPhase } from './phases.ts';

/** A cycle asks an issue for one phase's work. */
export interface WorkRequest {
  /** `<cycle>:<phase>:<issue>`: the same request however often it is sent. */
  readonly requestId: string;
  readonly phase: WorkPhase;
  /** Workflow id of who wants the answer. */
  readonly replyTo: string;
  readonly agent: string | null;
  readonly model: string | null;
}

export const workOutcomes = ['done', 'failed', 'skipped', 'waiting_for_person', 'already_running'] as const;
export type WorkOutcome = (typeof workOutcomes)[number];

/** The one answer to a request. */
export interface WorkAnswer {
  readonly requestId: string;
  readonly replyTo: string;
  readonly outcome: WorkOutcome;
  /** Why, where it was not done; null where it was. */
  readonly reason: string | null;
  /** Of the failure, where it failed. */
  readonly error: ErrorName | null;
}

/** A request that has no answer yet. */
export interface OpenRequest extends WorkRequest {
  /** True once the issue was read from GitHub for it. */
  readonly isRead: boolean;
  /** True once the work has begun: it is no longer withdrawn. */
  readonly isBegun: boolean;
}

/** What an issue owes to cycles. */
export interface WorkDesk {
  readonly open: readonly OpenRequest[];
  /** Answers on their way. */
  readonly answers: readonly WorkAnswer[];
  /** Requests that were answered, newest last. */
  readonly answered: readonly string[];
}

export const emptyDesk: WorkDesk = { open: [], answers: [], answered: [] };
