import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledFailure, Context } from '@temporalio/activity';
import type { AgentResult } from '../../agents/agent.ts';
import { endLeftover } from '../../agents/run-record.ts';
import { noUsage } from '../../domain/agent-run.ts';
import type { WorkCommit } from '../../domain/implementation.ts';
import { GhwError } from '../../domain/errors.ts';
import { formatIssue } from '../../domain/issue.ts';
import { redact } from '../../domain/redact.ts';
import type { RunTrace } from '../../domain/progress/run.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { shutdown, toFailure } from '../failures.ts';
import { reachedLimit, watchBudget, type BudgetWatch } from './budget-watch.ts';
import type { AgentDependencies } from './dependencies.ts';
import { endError, notAgain } from './end-error.ts';
import { earlierProgress, reportProgress } from './progress.ts';
import { restoreSession } from './restore-session.ts';
import type { RunParts, RunSpec } from './run-parts.ts';
import { traceRun } from './run-trace.ts';
import { runFile, startAgent } from './start-agent.ts';
import { createRunLog } from './stream/create-run-log.ts';
import type { AgentRunInput } from './types.ts';

/** An agent that keeps failing is given up after so many tries; a worker that died does not count. */
const MAX_AGENT_FAILURES = 3;

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
  const before = earlierProgress(context);
  const sessionId = before?.sessionId ?? input.session?.id ?? input.newSessionId;
  const log = createRunLog({ deps, input, context, phase: spec.phase }, before);
  const scratch = await mkdtemp(join(tmpdir(), 'ghw-run-'));
  // Nothing may fail between its first beat and the `try` that stops it: it would go on for a run that is over.
  const report = reportProgress(context, { phase: spec.phase, agent: agent.name, sessionId }, { secrets, log });
  let budget: BudgetWatch | undefined;
  try {
    const { prices } = await deps.settingsOf(input.issue);
    budget = await watchBudget(deps, input, { context, earlierUsd: report.current.earlier.costUsd, prices });
    const { earlier } = report.current;
    if (budget.earlierUsd > earlier.costUsd) report.update({ earlier: { ...earlier, costUsd: budget.earlierUsd } });
    const { meter } = budget;
    meter.onChange(() => report.spent(meter.usage, meter.spentUsd));
    const shared = { deps, input, spec, context, agent, secrets, report, log, budget, scratch, sessionId };
    const parts: RunParts = { ...shared, notes: [], startedAtMs: Date.now(), told: { promptId: null } };
    const result = await new Run(parts, spec.finish).conduct();
    await log.close('ok', '');
    return result;
  } catch (error) {
    const outcome = context.cancellationSignal.aborted ? 'stopped' : 'failed';
    await log.close(outcome, redact(error instanceof Error ? error.message : String(error), secrets));
    throw error;
  } finally {
    await budget?.stop();
    report.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

class Run<Result> {
  readonly #parts: RunParts;
  readonly #finish: RunSpec<Result>['finish'];
  /** True if an agent was started here by the attempt before; of one that was killed, no heartbeat may tell it. */
  #found = false;

  constructor(parts: RunParts, finish: RunSpec<Result>['finish']) {
    this.#parts = parts;
    this.#finish = finish;
  }

  async conduct(): Promise<Result> {
    const { context, deps, input, report, spec } = this.#parts;
    const { checkpoint, place, workspaceKey } = report.current;
    const { place: here } = deps.workspaces;
    // What an earlier attempt saved, perhaps on another host, is newer than a tree here that it did not come from.
    const savedKey = checkpoint ? `${input.key}:${checkpoint.oid}` : input.key;
    const key = place === here && workspaceKey !== null ? workspaceKey : savedKey;
    const workspace = await deps.workspaces.prepare({
      ...spec.start(checkpoint),
      issue: input.issue,
      remote: deps.remoteOf(input.issue.repository),
      key,
      onTaken: (dir) => this.#endLeftover(runFile(dir, this.#parts)),
      signal: context.cancellationSignal,
    });
    report.update({ place: here, workspaceKey: key });
    try {
      return await this.#conductIn(workspace);
    } finally {
      await workspace.release();
    }
  }

  async #endLeftover(file: string): Promise<void> {
    this.#found = await access(file).then(
      () => true,
      () => false,
    );
    await endLeftover(file);
  }

  async #conductIn(workspace: Workspace): Promise<Result> {
    const { context } = this.#parts;
    const continued = await restoreSession(this.#parts, workspace, this.#found);
    const result = await startAgent(this.#parts, workspace, continued);
    const stopped = context.cancellationSignal.aborted;
    if (result.end.kind !== 'ok' || stopped) return this.#endEarly(workspace, result, stopped);
    const trace = await traceRun(this.#parts, workspace, { result, checkpoint: null });
    await this.#parts.budget.book(trace.costUsd);
    try {
      return await this.#finish(workspace, result, trace);
    } catch (error) {
      // The run was paid for and its conversation is worth keeping, whatever is wrong with its answer.
      throw this.#failed(error, trace);
    }
  }

  /** Keeps what can be kept and says how the run ended: stopped by the workflow, by the worker, or by itself. */
  async #endEarly(workspace: Workspace, result: AgentResult, stopped: boolean): Promise<never> {
    const { context, input } = this.#parts;
    const checkpoint = await this.#checkpoint(workspace);
    const trace = await traceRun(this.#parts, workspace, { result, checkpoint });
    await this.#parts.budget.book(trace.costUsd);
    if (stopped && context.cancellationDetails?.cancelRequested) {
      throw new CancelledFailure('The run was stopped; its work is kept.', [{ trace }]);
    }
    if (stopped) {
      this.#tellNextAttempt(trace, 0);
      throw shutdown();
    }
    const error = endError(result.end, `${formatIssue(input.issue)}: ${this.#parts.agent.name}`);
    if (result.end.kind === 'limit_reached') {
      const limit = reachedLimit(result.end, this.#parts.budget);
      throw toFailure(notAgain(error), [{ trace, limit }]);
    }
    throw this.#failed(error, trace);
  }

  /** What the run's failure becomes: told to the next attempt, and final where there have been enough of them. */
  #failed(error: unknown, trace: RunTrace): Error {
    const failures = this.#tellNextAttempt(trace, 1);
    const { standIn = null } = this.#parts.input;
    const isPassedOn = standIn !== null && error instanceof GhwError && error.name === 'AgentOverloaded';
    return toFailure(isPassedOn || failures >= MAX_AGENT_FAILURES ? notAgain(error) : error, [{ trace }]);
  }

  /** @returns how often the run has failed by now */
  #tellNextAttempt(trace: RunTrace, newFailures: number): number {
    const { report } = this.#parts;
    const { current } = report;
    const failures = current.earlier.failures + newFailures;
    report.update({
      earlier: { costUsd: trace.costUsd, usage: trace.usage, failures, durationMs: trace.durationMs },
      // It is part of that now.
      ...{ costUsd: 0, usage: noUsage },
      session: trace.session.file ?? current.session,
      checkpoint: trace.checkpoint ?? current.checkpoint,
      doing: 'ended',
    });
    return failures;
  }

  async #checkpoint(workspace: Workspace): Promise<WorkCommit | null> {
    const { notes, spec } = this.#parts;
    try {
      return (await spec.checkpoint?.(workspace))?.commit ?? null;
    } catch (error) {
      notes.push(`The unfinished work was not saved: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }
}
