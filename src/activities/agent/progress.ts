import { hostname } from 'node:os';
import type { Context } from '@temporalio/activity';
import { addUsage, noUsage, type AgentPhase, type TokenUsage } from '../../domain/agent-run.ts';
import type { AgentEvent } from '../../agents/agent.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import type { WorkCommit } from '../../domain/implementation.ts';
import { redact } from '../../domain/redact.ts';
import type { RunLog, StreamBeat } from './stream/run-log.ts';

/** What a run tells while it runs; the next attempt reads it, and the Web UI shows it. */
export interface RunProgress {
  readonly host: string;
  readonly phase: AgentPhase;
  readonly agent: string;
  readonly sessionId: string;
  /** The agent's process on that host. */
  readonly pid: number | null;
  /** True once an agent was given this piece of work, in this attempt or in an earlier one. */
  readonly begun: boolean;
  readonly doing: string;
  readonly tools: number;
  /** Of this attempt, as far as it is known while it runs. */
  readonly usage: TokenUsage;
  readonly costUsd: number;
  /** Of the attempts before this one, also of those that were killed. */
  readonly earlier: {
    readonly costUsd: number;
    readonly usage: TokenUsage;
    readonly failures: number;
    readonly durationMs?: number | undefined;
  };
  /** The host and directory whose tree is the newest, and what it was prepared for there. */
  readonly place: string | null;
  readonly workspaceKey: string | null;
  /** Saved while it ran, or by an attempt that was stopped by its worker, or failed. */
  readonly session: ArtifactRef | null;
  readonly checkpoint: WorkCommit | null;
  /** The newest events. */
  readonly stream: StreamBeat;
}

/** Throttled by the worker; often enough that a dead worker is noticed and a cancellation is felt. */
const BEAT_MS = 1_000;
const MAX_DOING = 200;

/** Reports a run's progress until it is stopped. */
export interface ProgressReport {
  readonly current: RunProgress;
  update(patch: Partial<RunProgress>): void;
  event(event: AgentEvent): void;
  /** What the meter counted of this attempt; it comes before the agent's own figures. */
  spent(usage: TokenUsage, costUsd: number): void;
  stop(): void;
}

/** What an earlier attempt at this activity told, if there was one. */
export function earlierProgress(context: Context): RunProgress | null {
  return (context.info.heartbeatDetails as RunProgress | undefined) ?? null;
}

/** Begins to report; what earlier attempts cost and saved is carried on. */
export function reportProgress(
  context: Context,
  run: Pick<RunProgress, 'phase' | 'agent' | 'sessionId'>,
  options: { readonly secrets: readonly string[]; readonly log: Pick<RunLog, 'agentEvent' | 'beat'> },
): ProgressReport {
  const { log, secrets } = options;
  const earlier = earlierProgress(context);
  let current: Omit<RunProgress, 'stream'> = {
    host: hostname(),
    phase: run.phase,
    agent: run.agent,
    sessionId: run.sessionId,
    pid: null,
    begun: earlier?.begun ?? false,
    doing: 'preparing the workspace',
    tools: 0,
    usage: noUsage,
    costUsd: 0,
    earlier: spentBefore(earlier),
    place: earlier?.place ?? null,
    workspaceKey: earlier?.workspaceKey ?? null,
    session: earlier?.session ?? null,
    checkpoint: earlier?.checkpoint ?? null,
  };
  let isMetered = false;
  const whole = (): RunProgress => ({ ...current, stream: log.beat });
  const beat = (): void => context.heartbeat(whole());
  const timer = setInterval(beat, BEAT_MS);
  beat();
  const update = (patch: Partial<RunProgress>): void => {
    current = { ...current, ...patch };
  };
  const doing = (text: string): void => update({ doing: redact(text.slice(0, 2_000), secrets).slice(0, MAX_DOING) });
  return {
    get current() {
      return whole();
    },
    update(patch) {
      update(patch);
      beat();
    },
    event(event) {
      log.agentEvent(event);
      // Some CLIs choose the session's id themselves; the next attempt must know it.
      if (event.type === 'started') update({ sessionId: event.sessionId });
      if (event.type === 'text') doing(event.text);
      if (event.type === 'retry') doing(`retry ${event.attempt}: ${event.reason}`);
      if (event.type === 'usage' && !isMetered) update({ usage: addUsage(current.usage, event.usage) });
      if (event.type !== 'tool_start') return;
      doing(`${event.name}: ${event.summary}`);
      update({ tools: current.tools + 1 });
    },
    spent(usage, costUsd) {
      isMetered ||= usage.inputTokens + usage.outputTokens > 0;
      update(isMetered ? { usage, costUsd } : { costUsd });
    },
    stop() {
      beat();
      clearInterval(timer);
    },
  };
}

/** An attempt that came to its end has said what it spent; of one that was killed, this is what it told. */
function spentBefore(progress: RunProgress | null): RunProgress['earlier'] {
  if (progress === null) return { costUsd: 0, usage: noUsage, failures: 0 };
  const { costUsd, earlier, usage } = progress;
  return { ...earlier, costUsd: earlier.costUsd + costUsd, usage: addUsage(earlier.usage, usage) };
}
