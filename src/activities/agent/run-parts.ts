import type { Context } from '@temporalio/activity';
import type { AgentResult, CodingAgent } from '../../agents/agent.ts';
import type { AgentPhase } from '../../domain/agent-run.ts';
import type { WorkCommit } from '../../domain/implementation.ts';
import type { RunTrace } from '../../domain/progress/run.ts';
import type { PrepareRequest, Workspace } from '../../workspace/workspace.ts';
import type { BudgetWatch } from './budget-watch.ts';
import type { AgentDependencies } from './dependencies.ts';
import type { ProgressReport } from './progress.ts';
import type { RunLog } from './stream/run-log.ts';
import type { AgentRunInput } from './types.ts';

/** What is special about a run. */
export interface RunSpec<Result> {
  readonly phase: AgentPhase;
  readonly home: 'author' | 'reviewer';
  readonly treeWritable: boolean;
  readonly answerSchema?: Readonly<Record<string, unknown>>;
  /** From where the tree starts; `saved` is the unfinished work of an earlier attempt. */
  readonly start: (saved: WorkCommit | null) => Pick<PrepareRequest, 'baseOid' | 'parent' | 'work'>;
  /** @param start - how much of the conversation there is already */
  readonly prompt: (workspace: Workspace, start: RunStart) => Promise<string>;
  /** Makes the result of a run that ended well; throws where its answer is of no use. */
  readonly finish: (workspace: Workspace, result: AgentResult, trace: RunTrace) => Promise<Result>;
  /** Saves unfinished work; null if there is none, or it is what was saved last. */
  readonly checkpoint?: (workspace: Workspace, how?: CheckpointOptions) => Promise<SavedWork | null>;
}

export interface CheckpointOptions {
  /** True while the agent works in the tree. */
  readonly isRunning: boolean;
  /** What was saved last. */
  readonly exceptTreeOid: string | null;
}

/** Unfinished work outside this host. */
export interface SavedWork {
  readonly commit: WorkCommit;
  readonly treeOid: string;
}

export interface RunStart {
  /** True if the session already holds the issue as it is now. */
  readonly remembered: boolean;
  /** True if an earlier session goes on, whatever it holds. */
  readonly resumed: boolean;
  /** True if an earlier attempt began this very piece of work in the same session. */
  readonly interrupted: boolean;
}

/** What one attempt at a run works with, whatever its result is. */
export interface RunParts {
  readonly deps: AgentDependencies;
  readonly input: AgentRunInput;
  readonly spec: Omit<RunSpec<unknown>, 'finish'>;
  readonly context: Context;
  readonly agent: CodingAgent;
  readonly secrets: readonly string[];
  readonly report: ProgressReport;
  readonly budget: BudgetWatch;
  readonly log: RunLog;
  /** A directory of this attempt alone; gone when it ends. */
  readonly scratch: string;
  readonly sessionId: string;
  /** When this attempt began, in milliseconds since 1970. */
  readonly startedAtMs: number;
  /** What the agent was told, once it is known. */
  readonly told: { promptId: string | null };
  /** What the reader of the audit should know; added to as the run goes. */
  readonly notes: string[];
}
