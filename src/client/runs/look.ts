import { searchAttributes, agentTaskQueue } from '../../workflows/protocol.ts';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { GhwError } from '../../domain/errors.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { WaitsFor } from '../../domain/lifecycle.ts';
import type { IssueSummary } from '../../domain/summary.ts';
import type { WorkerType } from '../../domain/worker-type.ts';
import type { IssueWorkflowResult } from '../../workflows/protocol.ts';
import { clientError, isNotFound } from '../errors.ts';
import type { IssueClient } from '../issues.ts';
import { type PendingStep, pendingStepIn } from '../pending-step.ts';
import { hasWorker } from '../worker-presence.ts';
import { type RunState, runStateOf, watchSilence } from './run-status.ts';

/** What one look at an issue's workflow shows. */
export interface IssueLook {
  readonly state: RunState;
  readonly step: PendingStep | undefined;
  readonly silentMs: number;
  readonly summary: IssueSummary | null;
  /** True if the summary is of this very look. */
  readonly isFresh: boolean;
  /** False where Temporal did not answer. */
  readonly isCertain: boolean;
  readonly planState: string | null;
}

/** A service that is restarted is back within this time. */
const SERVICE_PATIENCE_MS = 60_000;
/** Who polls a queue does not change from one look to the next. */
const PRESENCE_MS = 3_000;

export interface IssueLooks {
  /** What Temporal itself shows: an answer within a moment, whoever is there. */
  glance(): Promise<IssueLook>;
  /** The same, and what only the workflow knows. */
  look(): Promise<IssueLook>;
}

/** Looks at an issue again and again; needs no worker for it, and asks one only for what Temporal does not show. */
export function issueLooks(client: IssueClient, issue: IssueIdentity, signal?: AbortSignal): IssueLooks {
  const handle = client.handle(issue);
  const silence = watchSilence();
  const presence = watchPresence(client);
  let summary: IssueSummary | null = null;
  let heardAt = performance.now();
  let last: IssueLook | null = null;

  async function next(mayAsk: boolean): Promise<IssueLook> {
    try {
      const seen = await handle.describe();
      heardAt = performance.now();
      last = seen.status.name === 'RUNNING' ? await running(seen, mayAsk) : await over(seen);
      return last;
    } catch (error) {
      signal?.throwIfAborted();
      const known = clientError(error, issue);
      const isAway = known.name === 'TemporalUnreachable' && performance.now() - heardAt < SERVICE_PATIENCE_MS;
      if (!isAway || last === null || isNotFound(error)) throw known;
      return { ...last, isFresh: false, isCertain: false };
    }
  }

  async function running(seen: WorkflowExecutionDescription, mayAsk: boolean): Promise<IssueLook> {
    const step = pendingStepIn(seen);
    const told = seen.typedSearchAttributes;
    const waitsFor = (told.get(searchAttributes.waitsFor) ?? null) as WaitsFor | null;
    const planState = told.get(searchAttributes.planState) ?? null;
    const type = told.get(searchAttributes.taskType) as WorkerType | undefined;
    const isAgents = step !== undefined && agentSteps.has(step.activity);
    const queue = isAgents && type !== undefined ? agentTaskQueue(type, client.taskQueue) : client.taskQueue;
    const mayWait = step?.isStarted !== true;
    const isPolled = !mayWait || (await presence(queue, step === undefined ? 'workflow' : 'activity'));
    const silentMs = step?.isStarted === true ? silence.silentMs(step, Date.now()) : 0;
    // While a step runs, Temporal says all there is to know; between steps only the workflow knows what comes.
    const answer = step === undefined && mayAsk ? await ask() : null;
    summary = answer ?? summary;
    const state = runStateOf({ step, silentMs, hasWorker: isPolled, waitsFor: answer?.waitsFor ?? waitsFor });
    const isBetween = step === undefined && answer !== null && answer.step !== null;
    return {
      state: isBetween && state !== 'worker_gone' ? 'running' : state,
      step,
      silentMs,
      summary,
      isFresh: answer !== null && step === undefined,
      isCertain: true,
      planState,
    };
  }

  /** The workflow has ended, and with it what could be waited for. */
  async function over(seen: WorkflowExecutionDescription): Promise<IssueLook> {
    if (seen.status.name === 'COMPLETED') summary = ((await handle.result()) as IssueWorkflowResult).summary;
    const rest = { step: undefined, silentMs: 0, isFresh: seen.status.name === 'COMPLETED', isCertain: true };
    return { state: 'at_rest', summary, planState: null, ...rest };
  }

  /** Null where nobody answers. */
  async function ask(): Promise<IssueSummary | null> {
    try {
      return await client.state(issue);
    } catch (error) {
      if (error instanceof GhwError && error.name === 'NoWorker') return null;
      throw error;
    }
  }

  return { glance: () => next(false), look: () => next(true) };
}

/** Steps that a worker of the issue's type does. */
const agentSteps: ReadonlySet<string> = new Set(['runAgent', 'reviewChange', 'validateChange', 'releaseWorkspace']);

type Kind = 'workflow' | 'activity';

function watchPresence({ temporal }: IssueClient): (queue: string, kind: Kind) => Promise<boolean> {
  const known = new Map<string, { readonly isThere: boolean; readonly at: number }>();
  return async (queue, kind) => {
    const before = known.get(`${kind} ${queue}`);
    if (before && performance.now() - before.at < PRESENCE_MS) return before.isThere;
    const isThere = await hasWorker(temporal, queue, kind);
    known.set(`${kind} ${queue}`, { isThere, at: performance.now() });
    return isThere;
  };
}
