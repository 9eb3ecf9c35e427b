import { hostname } from 'node:os';
import type { Context } from '@temporalio/activity';
import { addUsage, noUsage, type TokenUsage } from '../../domain/agent-run.ts';
import type { AgentEvent } from '../../agents/agent.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import type { WorkCommit } from '../../domain/implementation.ts';
import { redact } from '../../domain/redact.ts';

/** What a run tells while it runs; the next attempt reads it, and the Web UI shows it. */
export interface RunProgress {
  readonly host: string;
  readonly agent: string;
  readonly sessionId: string;
  /** The agent's process on that host. */
  readonly pid: number | null;
  /** True once an agent was given this piece of work, in this attempt or in an earlier one. */
  readonly begun: boolean;
  readonly doing: string;
  readonly tools: number;
  readonly usage: TokenUsage;
  /** Of attempts that came to an end before this one. */
  readonly earlier: {
    readonly costUsd: number;
    readonly usage: TokenUsage;
    readonly failures: number;
    readonly durationMs?: number | undefined;
  };
  /** Saved by an attempt that was stopped by its worker, or failed. */
  readonly session: ArtifactRef | null;
  readonly checkpoint: WorkCommit | null;
}

/** Throttled by the worker; often enough that a dead worker is noticed and a cancellation is felt. */
const BEAT_MS = 1_000;
const MAX_DOING = 200;

/** Reports a run's progress until it is stopped. */
export interface ProgressReport {
  readonly current: RunProgress;
  update(patch: Partial<RunProgress>): void;
  event(event: AgentEvent): void;
  stop(): void;
}

/** What an earlier attempt at this activity told, if there was one. */
export function earlierProgress(context: Context): RunProgress | null {
  return (context.info.heartbeatDetails as RunProgress | undefined) ?? null;
}

/** Begins to report; what earlier attempts cost and saved is carried on. */
export function reportProgress(
  context: Context,
  run: { readonly agent: string; readonly sessionId: string },
  secrets: readonly string[],
): ProgressReport {
  const earlier = earlierProgress(context);
  let current: RunProgress = {
    host: hostname(),
    agent: run.agent,
    sessionId: run.sessionId,
    pid: null,
    begun: earlier?.begun ?? false,
    doing: 'preparing the workspace',
    tools: 0,
    usage: noUsage,
    earlier: earlier?.earlier ?? { costUsd: 0, usage: noUsage, failures: 0 },
    session: earlier?.session ?? null,
    checkpoint: earlier?.checkpoint ?? null,
  };
  const beat = (): void => context.heartbeat(current);
  const timer = setInterval(beat, BEAT_MS);
  beat();
  const update = (patch: Partial<RunProgress>): void => {
    current = { ...current, ...patch };
  };
  const doing = (text: string): void => update({ doing: redact(text.slice(0, 2_000), secrets).slice(0, MAX_DOING) });
  return {
    get current() {
      return current;
    },
    update(patch) {
      update(patch);
      beat();
    },
    event(event) {
      // Some CLIs choose the session's id themselves; the next attempt must know it.
      if (event.type === 'started') update({ sessionId: event.sessionId });
      if (event.type === 'text') doing(event.text);
      if (event.type === 'retry') doing(`retry ${event.attempt}: ${event.reason}`);
      if (event.type === 'usage') update({ usage: addUsage(current.usage, event.usage) });
      if (event.type !== 'tool_start') return;
      doing(`${event.name}: ${event.summary}`);
      update({ tools: current.tools + 1 });
    },
    stop: () => clearInterval(timer),
  };
}
