import type { AgentPhase, TokenUsage } from '../agent-run.ts';
import type { ArtifactRef } from '../artifact.ts';
import type { WorkCommit } from '../implementation.ts';
import {
  withAudit,
  withImplementation,
  withRun,
  type AgentSession,
  type IssueState,
  type RunRecord,
} from '../issue-state.ts';

/** What every run leaves behind, whether it ended well, failed or was stopped. */
export interface RunTrace {
  readonly phase: AgentPhase;
  readonly session: AgentSession;
  readonly resumed: boolean;
  readonly usage: TokenUsage;
  readonly costUsd: number;
  readonly transcript: ArtifactRef | null;
  /** Unfinished work of an implementation that was stopped or failed. */
  readonly checkpoint: WorkCommit | null;
  /** What the reader of the audit should know, such as a session that had to begin anew. */
  readonly notes: readonly string[];
  /** See `RunRecord`; left out by workers of earlier versions. */
  readonly durationMs?: number;
  readonly attempts?: number;
  readonly prompt?: string | null;
}

/** Books a run: its cost, the author's session, work that did not get finished. */
export function applyRunTrace(
  state: IssueState,
  trace: RunTrace,
  outcome: RunRecord['outcome'],
  now: string,
): IssueState {
  const run: RunRecord = {
    phase: trace.phase,
    agent: trace.session.agent,
    model: trace.session.model,
    outcome,
    costUsd: trace.costUsd,
    usage: trace.usage,
    resumed: trace.resumed,
    transcript: trace.transcript,
    at: now,
    durationMs: trace.durationMs ?? null,
    attempts: trace.attempts ?? null,
    prompt: trace.prompt ?? null,
  };
  const booked = withRun(state, run);
  const noted = trace.notes.reduce(
    (current, detail) =>
      withAudit(current, { at: now, action: 'agentRun', by: trace.session.agent, door: 'agent', detail }),
    booked,
  );
  if (trace.phase === 'review') return noted;
  const withSession = { ...noted, session: trace.session };
  return trace.checkpoint ? withImplementation(withSession, { checkpoint: trace.checkpoint }) : withSession;
}
