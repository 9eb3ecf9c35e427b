import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledFailure, Context } from '@temporalio/activity';
import type { AgentResult, AgentTask, CodingAgent } from '../../agents/agent.ts';
import { endLeftover, recordRun } from '../../agents/run-record.ts';
import { addUsage, type AgentPhase } from '../../domain/agent-run.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import type { WorkCommit } from '../../domain/implementation.ts';
import { formatIssue } from '../../domain/issue.ts';
import type { RunTrace } from '../../domain/progress/run.ts';
import type { Cage } from '../../sandbox/sandbox.ts';
import type { PrepareRequest, Workspace } from '../../workspace/workspace.ts';
import { shutdown, toFailure } from '../failures.ts';
import type { AgentDependencies } from './dependencies.ts';
import { endError, notAgain } from './end-error.ts';
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
  const scratch = await mkdtemp(join(tmpdir(), 'ghw-run-'));
  // Nothing may fail between its first beat and the `try` that stops it: it would go on for a run that is over.
  const report = reportProgress(context, { agent: agent.name, sessionId }, secrets);
  try {
    const run = new Run({ deps, input, spec, context, agent, secrets, report, scratch, sessionId });
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
  readonly secrets: readonly string[];
  readonly report: ProgressReport;
  readonly scratch: string;
  readonly sessionId: string;
}

class Run<Result> {
  readonly #parts: RunParts<Result>;
  readonly #notes: string[] = [];
  /** True if an agent was started here by the attempt before; of one that was killed, no heartbeat may tell it. */
  #found = false;

  constructor(parts: RunParts<Result>) {
    this.#parts = parts;
  }

  async conduct(): Promise<Result> {
    const { context, deps, input, report, spec } = this.#parts;
    const { checkpoint } = report.current;
    const workspace = await deps.workspaces.prepare({
      ...spec.start(checkpoint),
      issue: input.issue,
      remote: deps.remoteOf(input.issue.repository),
      // What an earlier attempt saved, perhaps on another host, is newer than a tree here that did not come from it.
      key: checkpoint ? `${input.key}:${checkpoint.oid}` : input.key,
      onTaken: async (dir) => {
        const file = this.#runFile(dir);
        this.#found = await access(file).then(
          () => true,
          () => false,
        );
        await endLeftover(file);
      },
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
    const { spec, context } = this.#parts;
    const continued = await this.#restoreSession(workspace);
    const result = await this.#runAgent(workspace, continued);
    const stopped = context.cancellationSignal.aborted;
    if (result.end.kind !== 'ok' || stopped) return this.#endEarly(workspace, result, stopped);
    const trace = await this.#trace(workspace, result, null);
    try {
      return await spec.finish(workspace, result, trace);
    } catch (error) {
      // The run was paid for and its conversation is worth keeping, whatever is wrong with its answer.
      throw this.#failed(error, trace);
    }
  }

  /**
   * Brings the conversation to where it was left, on whatever host that was.
   *
   * @returns true if an agent has been given this very piece of work in it
   */
  async #restoreSession(workspace: Workspace): Promise<boolean> {
    const { agent, deps, input, report, sessionId, scratch, spec } = this.#parts;
    const { begun, session } = report.current;
    const home = workspace.homes[spec.home];
    const present = (await agent.sessionFile(home, sessionId)) !== null;
    // Tree and session of one attempt belong together. Of another piece of work, this host may know only the beginning.
    if (present && workspace.warm) return begun || this.#found;
    const saved = session ?? (input.session?.id === sessionId ? input.session.file : null);
    const file = join(scratch, 'session');
    if (saved && (await deps.artifacts.getFile(saved, file))) {
      await agent.restoreSession(home, sessionId, file);
      return begun && session !== null;
    }
    if (!present && (saved ?? input.session)) {
      const why = saved ? 'is not in the artifact store' : 'was not kept';
      this.#notes.push(`The earlier session ${why}; a new one began, from plan and work so far.`);
    }
    return false;
  }

  async #runAgent(workspace: Workspace, continued: boolean): Promise<AgentResult> {
    const { agent, context, deps, input, report, scratch, secrets, sessionId, spec } = this.#parts;
    const { limits } = input;
    const home = workspace.homes[spec.home];
    const resumed = (await agent.sessionFile(home, sessionId)) !== null;
    const interrupted = resumed && continued;
    const remembered = interrupted || (resumed && input.session?.issueTextDigest === input.issueTextDigest);
    const sandbox = await deps.sandbox();
    const settings = await deps.settingsOf(input.issue);
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
      secrets,
      onEvent: (event) => report.event(event),
      onProcess: (pid) => {
        report.update({ pid, begun: true, doing: 'starting' });
        // Only a help for the next attempt; a full disk shows itself elsewhere.
        recordRun(this.#runFile(workspace.dir), pid).catch(() => undefined);
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
    const { context, input } = this.#parts;
    const trace = await this.#trace(workspace, result, await this.#checkpoint(workspace));
    if (stopped && context.cancellationDetails?.cancelRequested) {
      throw new CancelledFailure('The run was stopped; its work is kept.', [{ trace }]);
    }
    if (stopped) {
      this.#tellNextAttempt(trace, 0);
      throw shutdown();
    }
    throw this.#failed(endError(result.end, `${formatIssue(input.issue)}: ${this.#parts.agent.name}`), trace);
  }

  /** What the run's failure becomes: told to the next attempt, and final where there have been enough of them. */
  #failed(error: unknown, trace: RunTrace): Error {
    const failures = this.#tellNextAttempt(trace, 1);
    return toFailure(failures >= MAX_AGENT_FAILURES ? notAgain(error) : error, [{ trace }]);
  }

  /** @returns how often the run has failed by now */
  #tellNextAttempt(trace: RunTrace, newFailures: number): number {
    const { report } = this.#parts;
    const { current } = report;
    const failures = current.earlier.failures + newFailures;
    report.update({
      earlier: { costUsd: trace.costUsd, usage: trace.usage, failures },
      session: trace.session.file ?? current.session,
      checkpoint: trace.checkpoint ?? current.checkpoint,
      doing: 'ended',
    });
    return failures;
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
