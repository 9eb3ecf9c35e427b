import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledFailure, Context } from '@temporalio/activity';
import type { AgentEnd, AgentResult, AgentTask, CodingAgent } from '../../agents/agent.ts';
import { endLeftover, recordRun } from '../../agents/run-record.ts';
import { addUsage, type AgentPhase } from '../../domain/agent-run.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import { GhwError, type ErrorName } from '../../domain/errors.ts';
import type { WorkCommit } from '../../domain/implementation.ts';
import { formatIssue } from '../../domain/issue.ts';
import type { RunTrace } from '../../domain/progress/run.ts';
import type { Cage } from '../../sandbox/sandbox.ts';
import type { PrepareRequest, Workspace } from '../../workspace/workspace.ts';
import { shutdown, toFailure } from '../failures.ts';
import type { AgentDependencies } from './dependencies.ts';
import { earlierProgress, reportProgress, type ProgressReport } from './progress.ts';
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
  /** Saves unfinished work; null if there is none. */
  readonly checkpoint?: (workspace: Workspace) => Promise<WorkCommit | null>;
}

export interface RunStart {
  /** True if the session already holds the issue as it is now. */
  readonly remembered: boolean;
  /** True if an earlier attempt began this very piece of work in the same session. */
  readonly interrupted: boolean;
}

/** An agent that keeps failing is given up after so many tries; a worker that died does not count. */
const MAX_AGENT_FAILURES = 3;
/** Bytes of an agent's output before it counts as run wild. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

const endNames: Readonly<Record<Exclude<AgentEnd['kind'], 'ok' | 'cancelled'>, ErrorName>> = {
  retryable: 'AgentOverloaded',
  authentication: 'AgentAuthentication',
  fatal: 'AgentFailed',
  limit_reached: 'AgentLimitReached',
  crashed: 'AgentCrashed',
  hung: 'AgentHung',
};

/**
 * Runs an agent on an issue's workspace: ends what an earlier attempt left, prepares, restores the session, runs, keeps
 * session and transcript, and makes the result. Any host may take the next attempt; the same host finds its work warm.
 *
 * @throws ApplicationFailure whose first detail is the trace of the run; CancelledFailure likewise if the workflow
 * stopped it; ApplicationFailure `WorkerShutdown` (retryable) if the worker did.
 */
export async function conductRun<Result>(
  deps: AgentDependencies,
  input: AgentRunInput,
  spec: RunSpec<Result>,
): Promise<Result> {
  const context = Context.current();
  const agent = deps.agents.get(input.choice.agent);
  const secrets = await deps.knownSecrets();
  const sessionId = earlierProgress(context)?.sessionId ?? input.session?.id ?? input.newSessionId;
  const report = reportProgress(context, { agent: agent.name, sessionId }, secrets);
  const scratch = await mkdtemp(join(tmpdir(), 'ghw-run-'));
  try {
    const run = new Run({ deps, input, spec, context, agent, report, scratch, sessionId });
    return await run.conduct();
  } finally {
    report.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

interface RunParts<Result> {
  readonly deps: AgentDependencies;
  readonly input: AgentRunInput;
  readonly spec: RunSpec<Result>;
  readonly context: Context;
  readonly agent: CodingAgent;
  readonly report: ProgressReport;
  readonly scratch: string;
  readonly sessionId: string;
}

class Run<Result> {
  readonly #parts: RunParts<Result>;
  readonly #notes: string[] = [];

  constructor(parts: RunParts<Result>) {
    this.#parts = parts;
  }

  async conduct(): Promise<Result> {
    const { context, deps, input, report, spec } = this.#parts;
    const workspace = await deps.workspaces.prepare({
      ...spec.start(report.current.checkpoint),
      issue: input.issue,
      remote: deps.remoteOf(input.issue.repository),
      key: input.key,
      onTaken: async (dir) => void (await endLeftover(this.#runFile(dir))),
      signal: context.cancellationSignal,
    });
    try {
      return await this.#conductIn(workspace);
    } finally {
      await workspace.release();
    }
  }

  /** Names the running agent beside the workspace, for an attempt that finds this one dead. */
  #runFile(dir: string): string {
    return join(dir, `run-${this.#parts.spec.home}.json`);
  }

  async #conductIn(workspace: Workspace): Promise<Result> {
    const { spec, context, input } = this.#parts;
    await this.#restoreSession(workspace);
    const result = await this.#runAgent(workspace);
    const stopped = context.cancellationSignal.aborted;
    if (result.end.kind !== 'ok' || stopped) return this.#endEarly(workspace, result, stopped);
    const trace = await this.#trace(workspace, result, null);
    try {
      return await spec.finish(workspace, result, trace);
    } catch (error) {
      // The run was paid for and its conversation is worth keeping, whatever is wrong with its answer.
      throw toFailure(error, [{ trace, issue: formatIssue(input.issue) }]);
    }
  }

  async #restoreSession(workspace: Workspace): Promise<void> {
    const { agent, deps, input, report, sessionId, scratch, spec } = this.#parts;
    const home = workspace.homes[spec.home];
    if ((await agent.sessionFile(home, sessionId)) !== null) return;
    const saved = report.current.session ?? (input.session?.id === sessionId ? input.session.file : null);
    if (!saved) {
      if (input.session)
        this.#notes.push('The earlier session was not kept; a new one began, from plan and work so far.');
      return;
    }
    const file = join(scratch, 'session');
    if (await deps.artifacts.getFile(saved, file)) await agent.restoreSession(home, sessionId, file);
    else
      this.#notes.push('The earlier session is not in the artifact store; a new one began, from plan and work so far.');
  }

  async #runAgent(workspace: Workspace): Promise<AgentResult> {
    const { agent, context, deps, input, report, scratch, sessionId, spec } = this.#parts;
    const { limits } = input;
    const home = workspace.homes[spec.home];
    const resumed = (await agent.sessionFile(home, sessionId)) !== null;
    const interrupted = resumed && context.info.attempt > 1;
    const remembered = interrupted || (resumed && input.session?.issueTextDigest === input.issueTextDigest);
    const sandbox = await deps.sandbox();
    const settings = await deps.settingsOf(input.issue.repository);
    const cage: Cage = {
      tree: workspace.tree,
      treeWritable: spec.treeWritable,
      home,
      gitDir: workspace.gitDir,
      readOnlyPaths: settings.readOnlyPaths,
      env: {},
    };
    const task: AgentTask = {
      phase: spec.phase,
      prompt: await spec.prompt(workspace, { remembered, interrupted }),
      sessionId,
      model: input.choice.model,
      answerSchema: spec.answerSchema,
      sandbox,
      cage,
      limits: { ...limits, outputBytes: MAX_OUTPUT_BYTES },
      transcriptPath: join(scratch, 'transcript.jsonl'),
      onEvent: (event) => report.event(event),
      onProcess: (pid) => {
        report.update({ pid, doing: 'starting' });
        void recordRun(this.#runFile(workspace.dir), pid);
      },
      signal: context.cancellationSignal,
    };
    if (resumed) return agent.resume(task);
    switch (spec.phase) {
      case 'plan':
        return agent.plan(task);
      case 'implement':
        return agent.implement(task);
      case 'review':
        return agent.review(task);
    }
  }

  /** Keeps what can be kept and says how the run ended: stopped by the workflow, by the worker, or by itself. */
  async #endEarly(workspace: Workspace, result: AgentResult, stopped: boolean): Promise<never> {
    const { context, input, report } = this.#parts;
    const trace = await this.#trace(workspace, result, await this.#checkpoint(workspace));
    if (stopped && context.cancellationDetails?.cancelRequested) {
      throw new CancelledFailure('The run was stopped; its work is kept.', [{ trace }]);
    }
    const { earlier } = report.current;
    const failures = earlier.failures + (stopped ? 0 : 1);
    report.update({
      earlier: { costUsd: trace.costUsd, usage: trace.usage, failures },
      session: trace.session.file,
      checkpoint: trace.checkpoint,
      doing: 'ended',
    });
    if (stopped) throw shutdown();
    const { end } = result;
    const name = end.kind === 'ok' || end.kind === 'cancelled' ? 'AgentFailed' : endNames[end.kind];
    const error = new GhwError(name, `${formatIssue(input.issue)}: ${this.#parts.agent.name}: ${end.message}`, {
      retryAfterMs: end.retryAfterMs,
    });
    const givenUp = failures >= MAX_AGENT_FAILURES;
    throw toFailure(givenUp ? notAgain(error) : error, [{ trace }]);
  }

  async #checkpoint(workspace: Workspace): Promise<WorkCommit | null> {
    try {
      return (await this.#parts.spec.checkpoint?.(workspace)) ?? null;
    } catch (error) {
      this.#notes.push(`The unfinished work was not saved: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  async #trace(workspace: Workspace, result: AgentResult, checkpoint: WorkCommit | null): Promise<RunTrace> {
    const { agent, deps, input, report, scratch, spec } = this.#parts;
    const { earlier } = report.current;
    const sessionFile = result.sessionFile ?? (await agent.sessionFile(workspace.homes[spec.home], result.sessionId));
    const before = input.session?.id === result.sessionId ? input.session.costUsd : 0;
    const costUsd = earlier.costUsd + result.costUsd;
    return {
      phase: spec.phase,
      session: {
        agent: agent.name,
        model: input.choice.model,
        id: result.sessionId,
        file: sessionFile ? await this.#keep(sessionFile) : null,
        costUsd: before + costUsd,
        issueTextDigest: input.issueTextDigest,
      },
      resumed: result.resumed,
      usage: addUsage(earlier.usage, result.usage),
      costUsd,
      transcript: await deps.artifacts.putFile(join(scratch, 'transcript.jsonl')).catch(() => null),
      checkpoint,
      notes: this.#notes,
    };
  }

  async #keep(file: string): Promise<ArtifactRef | null> {
    return this.#parts.deps.artifacts.putFile(file).catch(() => null);
  }
}

function notAgain(error: GhwError): GhwError {
  return new GhwError(error.name, error.message, { hint: error.hint, retryable: false });
}
