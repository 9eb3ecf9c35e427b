import type { AgentPhase, TokenUsage } from '../agent-run.ts';

/** Something that happened in an agent's run, in one form for all agents; never longer than a heartbeat can carry. */
export type RunEvent =
  | AttemptStarted
  | { readonly type: 'started'; readonly sessionId: string; readonly model: string | null }
  /** What the agent said. A long text comes in pieces; all but the last have `more`. */
  | { readonly type: 'text'; readonly text: string; readonly more?: true }
  | { readonly type: 'tool_start'; readonly id: string; readonly name: string; readonly summary: string }
  | { readonly type: 'tool_end'; readonly id: string; readonly ok: boolean }
  | FileChanged
  | { readonly type: 'usage'; readonly usage: TokenUsage }
  | { readonly type: 'retry'; readonly attempt: number; readonly delayMs: number; readonly reason: string }
  /** The agent's turn ends with it; it waits for a person. */
  | { readonly type: 'question'; readonly text: string; readonly options: readonly string[] }
  /** Session and work so far are safe outside this host. */
  | { readonly type: 'saved'; readonly session: boolean; readonly work: string | null }
  | RunFinal
  | { readonly type: 'attempt_ended'; readonly outcome: AttemptOutcome; readonly message: string }
  /** A line of the agent that is none of these; it is in the transcript. */
  | { readonly type: 'other' };

/** An attempt took the run up. */
export interface AttemptStarted {
  readonly type: 'attempt_started';
  readonly host: string;
  readonly phase: AgentPhase;
  readonly agent: string;
  readonly model: string | null;
  readonly sessionId: string;
  /** True if it goes on in a conversation that there was. */
  readonly resumed: boolean;
  /** The last record known of an earlier attempt; null if there is none. */
  readonly after: RecordId | null;
}

/** What the tree itself shows, compared with how it was a moment before. */
export interface FileChanged {
  readonly type: 'file_changed';
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted';
}

/** The agent's own word that it ended. */
export interface RunFinal {
  readonly type: 'final';
  readonly ok: boolean;
  readonly usage: TokenUsage;
  readonly costUsd: number | null;
  readonly turns: number | null;
  /** Why it was no success. */
  readonly message: string;
}

/** `stopped` by its worker or by the workflow; a killed attempt says nothing. */
export const attemptOutcomes = ['ok', 'failed', 'stopped'] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/** Names a record for good: numbers go on over the attempts of a run, and one that was lost may be given again. */
export interface RecordId {
  readonly attempt: number;
  /** From 1, without a gap. */
  readonly n: number;
}

/** One event of a run's stream. */
export interface RunRecord extends RecordId {
  /** ISO 8601. */
  readonly at: string;
  readonly event: RunEvent;
  /** The agent's own line that it comes from, without its secrets; never in a heartbeat. */
  readonly line?: string;
}

/** How a run is called: workflow, execution and piece of work. */
export function runName(run: { readonly workflowId: string; readonly runId: string; readonly key: string }): string {
  return `${run.workflowId}/${run.runId}/${run.key}`;
}
