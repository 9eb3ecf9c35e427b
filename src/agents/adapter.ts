import type { AgentCheck, AgentCheckOptions, AgentEnd, AgentEvent, AgentFinal, AgentTask } from './agent.ts';
import type { ModelProvider } from '../gateway/apis/api.ts';
import type { TokenUsage } from '../domain/agent-run.ts';
import type { ProcessOutcome } from './run-process.ts';

/** Whether a run begins a session or goes on with one. */
export type SessionStart = 'new' | 'resume';

/** Everything that is needed to start a CLI; the cage is added by the runner. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  /** Beside HOME, PATH and TMPDIR, the whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** Where the CLI is installed; shown to it read-only. */
  readonly readOnlyPaths: readonly string[];
  /** Written into the home before the start; paths relative to it. */
  readonly homeFiles: readonly { readonly path: string; readonly content: string }[];
  /** Names in the tree that this CLI would take as its configuration, and run; a cage shows them empty. */
  readonly hidden?: readonly string[];
  /** What must not be in a transcript. */
  readonly secrets: readonly string[];
}

/** The way to the model, as the agent sees it: the gateway's address, and a token that is worth nothing elsewhere. */
export interface ModelDoor {
  readonly baseUrl: string;
  readonly token: string;
}

/** Turns lines of output into events. May remember earlier lines; one parser serves one run. */
export type LineParser = (line: string) => readonly AgentEvent[];

/** A run that did not begin, because the CLI's idea of the session differs from ours. */
export type SessionConflict = 'already_exists' | 'not_found';

/** What differs from one CLI to another. What does not ask for a file is pure. */
export interface AgentAdapter {
  readonly name: string;
  readonly description: string;
  /** Finds the CLI; installs it where that is wanted and it is missing. */
  readonly check: (options: AgentCheckOptions) => Promise<AgentCheck>;
  /**
   * Whose model the CLI asks; the gateway of each run asks it for the CLI, with the real key. Absent for one that asks no
   * model.
   *
   * @throws GhwError `AgentAuthentication` if there is no key
   */
  readonly provider?: () => ModelProvider;
  /**
   * @param model - where the model is asked; of no meaning to an agent without a provider
   * @throws GhwError `AgentUnavailable` if there is no CLI to start; `InvalidConfiguration` if a setting is wrong.
   */
  launch(task: AgentTask, session: SessionStart, model: ModelDoor): Promise<Launch>;
  createParser(task: AgentTask): LineParser;
  /** For a CLI that tells on standard error alone that it tries again. */
  createErrorParser?(task: AgentTask): LineParser;
  /** True for lines that only show that something goes on: they count against silence and are kept nowhere. */
  isProgress(line: string): boolean;
  /** How a run ended that we did not end ourselves and that was not a success. */
  classify(outcome: ProcessOutcome, final: AgentFinal | null): AgentEnd;
  sessionConflict(outcome: ProcessOutcome, final: AgentFinal | null): SessionConflict | null;
  /** Where the session's file may be, relative to the home; the first is where a carried file is put. */
  sessionPaths(home: string, sessionId: string): Promise<readonly string[]>;
  /** What the session has cost so far, in US dollars, from its file; 0 if the file does not say. */
  sessionCost(sessionFile: string): Promise<number>;
  /** What the session has used so far, from its file; for CLIs whose figures cover the whole session. */
  sessionUsage?(sessionFile: string): Promise<TokenUsage>;
  /** Brings what a killed CLI left beside its session's file into it. Called before the file is looked for. */
  settleSession?(home: string): Promise<void>;
  /** The session as it is while the CLI runs; for those whose session is more than one file of lines. Null for none. */
  readSession?(home: string, sessionId: string): Promise<Buffer | null>;
  /** True where the CLI cannot limit its own turns: the runner counts rounds of tools and ends the run. */
  readonly countTurns?: boolean;
}
