import type { AgentPhase, TokenUsage } from '../domain/agent-run.ts';
import type { AskedQuestion } from '../domain/question.ts';
import type { Cage, Sandbox } from '../sandbox/sandbox.ts';
import type { SpendMeter } from './spend-meter.ts';

/** What a running agent tells, in one form for all agents. */
export type AgentEvent =
  | { readonly type: 'started'; readonly sessionId: string; readonly model: string | null }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_start'; readonly id: string; readonly name: string; readonly summary: string }
  | { readonly type: 'tool_end'; readonly id: string; readonly ok: boolean }
  /**
   * `costUsd` where the call passed the gateway; `saidUsd`, by the agent's own word, only where it did not. US dollars.
   */
  | { readonly type: 'usage'; readonly usage: TokenUsage; readonly costUsd?: number; readonly saidUsd?: number }
  | RetryEvent
  /** Its turn ends with a question; comes before `final`. */
  | { readonly type: 'question'; readonly question: AskedQuestion }
  | AgentFinal;

/** The model's side refused, or its answer broke off, and the agent tries again. */
export interface RetryEvent {
  readonly type: 'retry';
  readonly attempt: number;
  /** Until the next try; 0 where the agent does not say. */
  readonly delayMs: number;
  readonly reason: string;
  /** Of the refusal, as HTTP has it, where the agent tells it. */
  readonly status?: number;
}

/** The agent's own word that it ended; what changed is never taken from it but from git. */
export interface AgentFinal {
  readonly type: 'final';
  readonly ok: boolean;
  readonly text: string;
  /** The answer to `AgentTask.answerSchema`, not yet validated. */
  readonly structured: unknown;
  /** Of this run alone, unless `usageIsCumulative` says that it covers the whole session. */
  readonly usage: TokenUsage;
  readonly usageIsCumulative?: boolean;
  /** As the CLI reports it; null if it reports none. `costIsCumulative` says whether it covers the whole session. */
  readonly costUsd: number | null;
  readonly costIsCumulative: boolean;
  readonly turns: number | null;
  readonly error: AgentEnd | null;
}

/** How a run ended. `ok` needs exit code 0 *and* a successful final event. */
export type AgentEndKind =
  'ok' | 'retryable' | 'authentication' | 'exhausted' | 'fatal' | 'limit_reached' | 'cancelled' | 'crashed' | 'hung';

/** Which limit a run reached. */
export type RunLimit = 'budget' | 'turns' | 'wall_clock' | 'output' | 'disk' | 'memory' | 'processes';

export interface AgentEnd {
  readonly kind: AgentEndKind;
  /** For the reader. Empty for `ok`. */
  readonly message: string;
  /** For `limit_reached`, where it is known. */
  readonly limit?: RunLimit;
  /** For `retryable`: how long to wait, where the agent or its provider said. */
  readonly retryAfterMs?: number;
}

/** One run of an agent. */
export interface AgentTask {
  readonly phase: AgentPhase;
  /** Given on standard input. */
  readonly prompt: string;
  /** A UUID, chosen beforehand; the session of an issue keeps it. */
  readonly sessionId: string;
  readonly model: string | null;
  /** JSON Schema of the structured answer that is wanted (reviews). */
  readonly answerSchema?: Readonly<Record<string, unknown>>;
  readonly sandbox: Sandbox;
  /** What the agent may see; the agent's own needs (binary, environment) are added by its adapter. */
  readonly cage: Cage;
  readonly limits: AgentLimits;
  /** Counts what the run spends and says when it has to end; without one, the agent's own figures are all there is. */
  readonly meter?: SpendMeter;
  /** Where every raw line goes (redacted); the transcript artifact. */
  readonly transcriptPath: string;
  /** Secrets of this host that must not be in the transcript, besides the agent's own. */
  readonly secrets?: readonly string[];
  /** Called for every line of the transcript, before the events that it becomes; must not throw. */
  readonly onLine?: (line: string) => void;
  /** Called in order, with events that hold no secrets; must not throw. */
  readonly onEvent: (event: AgentEvent) => void;
  /** Called once the process is there, with the id to end it by. */
  readonly onProcess?: (pid: number) => void;
  /** Aborting ends the agent and everything it started. */
  readonly signal: AbortSignal;
}

export interface AgentLimits {
  readonly wallClockMs: number;
  readonly idleMs: number;
  readonly maxTurns: number;
  readonly budgetUsd: number | null;
  /** Bytes of standard output before the run is ended. */
  readonly outputBytes: number;
}

/** What a run came to. Never thrown: `end.kind` says how it went. */
export interface AgentResult {
  readonly end: AgentEnd;
  readonly sessionId: string;
  /** True if an earlier session was continued, false if a new one began. */
  readonly resumed: boolean;
  readonly text: string;
  readonly structured: unknown;
  readonly usage: TokenUsage;
  /** Of this run alone. */
  readonly costUsd: number;
  readonly turns: number;
  /** Host path of the session file after the run; null if there is none. */
  readonly sessionFile: string | null;
}

/** A coding agent, as the activities use it. */
export interface CodingAgent {
  readonly name: string;
  /** One line for lists and comments; says so if the agent is scripted. */
  readonly description: string;
  plan(task: AgentTask): Promise<AgentResult>;
  implement(task: AgentTask): Promise<AgentResult>;
  review(task: AgentTask): Promise<AgentResult>;
  /** Continues `task.sessionId` where its file is in the home; begins it anew where it is not. */
  resume(task: AgentTask): Promise<AgentResult>;
  /** Host path at which this agent keeps (or expects) the session's file in `home`; for carrying it to another host. */
  sessionFile(home: string, sessionId: string): Promise<string | null>;
  /**
   * Copies a session as it is at this moment, also while the agent runs, into a file of the host.
   *
   * @returns false if there is none yet, or it cannot be read safely
   */
  copySession(home: string, sessionId: string, to: string): Promise<boolean>;
  /** Puts a carried session file where the agent finds it. */
  restoreSession(home: string, sessionId: string, file: string): Promise<void>;
  /** Finds the CLI; installs it where that is wanted and it is missing. */
  check(options: AgentCheckOptions): Promise<AgentCheck>;
}

export interface AgentCheckOptions {
  /** False only looks: an installation may take minutes. */
  readonly install: boolean;
}

export interface AgentCheck {
  readonly ok: boolean;
  readonly version: string | null;
  readonly path: string | null;
  /** What is wrong, or should be known, and what to do; empty if all is as it should be. */
  readonly message: string;
}
