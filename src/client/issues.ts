import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, type WorkflowHandle, type WorkflowUpdateHandle } from '@temporalio/client';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { type CommandName, type Refusal, type commands, signalNames } from '../domain/commands/index.ts';
import { GhwError } from '../domain/errors.ts';
import type { AuditEntry, IssueIdentity } from '../domain/issue-state.ts';
import { formatIssue } from '../domain/issue.ts';
import type { PlanVersion } from '../domain/plan.ts';
import type { IssueSummary } from '../domain/summary.ts';
import {
  ISSUE_WORKFLOW,
  type IssueWorkflowInput,
  MAIN_TASK_QUEUE,
  auditQuery,
  commandSignal,
  commandUpdate,
  issueWorkflowId,
  planQuery,
  stateQuery,
  syncSignal,
  syncUpdate,
} from '../workflows/protocol.ts';
import type { TemporalClient } from './connection.ts';
import { clientError, isUnanswered, noWorker } from './errors.ts';
import { findsWorker } from './worker-presence.ts';

/** What a command takes beside the envelope, as `domain/commands` reads it. */
export type CommandInput<Name extends CommandName> = Partial<
  Exclude<ReturnType<(typeof commands)[Name]['parse']>, Refusal>
>;

/** How a command arrived: answered, or left as a signal for the worker that comes. */
export type Sent =
  { readonly via: 'update'; readonly summary: IssueSummary } | { readonly via: 'signal'; readonly requestId: string };

export interface IssueClientOptions {
  /** Default {@link MAIN_TASK_QUEUE}. */
  readonly taskQueue?: string;
  /** How long a worker may take to accept a message. A worker that died counts as present for a while. Default 10 s. */
  readonly acceptMs?: number;
  /** How long an accepted message may take; only a sync takes long. Default 3 minutes. */
  readonly resultMs?: number;
}

/** Commands that may begin an issue's life. */
const starting: ReadonlySet<CommandName> = new Set(['plan', 'review']);
const DOOR = 'cli';
/** One who answered so long ago is still there. */
const HEARD_MS = 2_000;

type IssueWorkflow = (input: IssueWorkflowInput) => Promise<unknown>;

/** One message, in both of its forms. */
interface Message {
  readonly update: UpdateDefinition<IssueSummary, unknown[]>;
  /** Undefined for what must be answered. */
  readonly signal: SignalDefinition<unknown[]> | undefined;
  readonly args: unknown[];
  readonly requestId: string;
  readonly starts: boolean;
}

/**
 * Speaks with issue workflows. Every method throws a `GhwError`: the workflow's own refusal with its reason,
 * `IssueNotTracked`, `NoWorker` or `TemporalUnreachable`.
 */
export class IssueClient {
  readonly temporal: TemporalClient;
  readonly taskQueue: string;
  readonly #acceptMs: number;
  readonly #resultMs: number;
  /** When a worker last answered. */
  #heardAt = -Infinity;

  constructor(temporal: TemporalClient, options: IssueClientOptions = {}) {
    this.temporal = temporal;
    this.taskQueue = options.taskQueue ?? MAIN_TASK_QUEUE;
    this.#acceptMs = options.acceptMs ?? 10_000;
    this.#resultMs = options.resultMs ?? 180_000;
  }

  /**
   * Sends a command and returns what the issue has become. Where no worker answers, a command that exists as a signal is
   * left as one, under the same request id, so that it is applied once whichever arrives.
   */
  async send<Name extends CommandName>(name: Name, issue: IssueIdentity, input: CommandInput<Name>): Promise<Sent> {
    const requestId = input.requestId ?? randomUUID();
    return this.#deliver(issue, {
      update: commandUpdate(name),
      signal: signalNames.includes(name) ? commandSignal(name) : undefined,
      args: [{ ...input, requestId, door: DOOR }],
      requestId,
      starts: starting.has(name),
    });
  }

  /** Reads the issue from GitHub now; begins its life if it is new. */
  async sync(issue: IssueIdentity): Promise<Sent> {
    return this.#deliver(issue, {
      update: syncUpdate,
      signal: syncSignal,
      args: [],
      requestId: randomUUID(),
      starts: true,
    });
  }

  async state(issue: IssueIdentity): Promise<IssueSummary> {
    return this.#ask(issue, (handle) => handle.query(stateQuery));
  }

  /** The newest plan, or the one of that version; null if there is none or its text is no longer kept. */
  async plan(issue: IssueIdentity, version?: number): Promise<PlanVersion | null> {
    return this.#ask(issue, (handle) =>
      version === undefined ? handle.query(planQuery) : handle.query(planQuery, version),
    );
  }

  async audit(issue: IssueIdentity): Promise<readonly AuditEntry[]> {
    return this.#ask(issue, (handle) => handle.query(auditQuery));
  }

  /** The workflow of an issue; for what has no method here. */
  handle(issue: IssueIdentity): WorkflowHandle {
    return this.temporal.client.workflow.getHandle(issueWorkflowId(issue.repository, issue.number));
  }

  async #deliver(issue: IssueIdentity, message: Message): Promise<Sent> {
    try {
      if (!(await this.#findsWorker())) return await this.#leave(issue, message);
      const accepted = await this.#accept(issue, message);
      if (accepted === undefined) return await this.#leave(issue, message);
      return { via: 'update', summary: await this.#result(issue, accepted) };
    } catch (error) {
      throw clientError(error, issue);
    }
  }

  /** Undefined if nobody took it up in time. */
  async #accept(issue: IssueIdentity, message: Message): Promise<WorkflowUpdateHandle<IssueSummary> | undefined> {
    const { workflow } = this.temporal.client;
    const options = { updateId: message.requestId, waitForStage: 'ACCEPTED' } as const;
    try {
      return await this.temporal.connection.withDeadline(Date.now() + this.#acceptMs, () =>
        message.starts
          ? workflow.startUpdateWithStart(message.update, {
              ...options,
              args: message.args,
              startWorkflowOperation: new WithStartWorkflowOperation<IssueWorkflow>(ISSUE_WORKFLOW, {
                ...this.#start(issue),
                workflowIdConflictPolicy: 'USE_EXISTING',
              }),
            })
          : this.handle(issue).startUpdate<IssueSummary, [unknown]>(message.update.name, {
              ...options,
              // Only what begins an issue's life may come without an argument.
              args: message.args as [unknown],
            }),
      );
    } catch (error) {
      if (isUnanswered(error)) return undefined;
      throw error;
    }
  }

  async #result(issue: IssueIdentity, update: WorkflowUpdateHandle<IssueSummary>): Promise<IssueSummary> {
    try {
      return await this.temporal.connection.withDeadline(Date.now() + this.#resultMs, () => update.result());
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      throw new GhwError('NoWorker', `${formatIssue(issue)}: accepted, but not answered in time; it goes on.`, {
        hint: `ghw issues follow ${formatIssue(issue)}`,
        cause: error,
      });
    }
  }

  async #leave(issue: IssueIdentity, message: Message): Promise<Sent> {
    const { signal, args, requestId } = message;
    if (signal === undefined) throw noWorker(issue);
    if (message.starts) {
      await this.temporal.client.workflow.signalWithStart<IssueWorkflow, unknown[]>(ISSUE_WORKFLOW, {
        ...this.#start(issue),
        signal,
        signalArgs: args,
      });
    } else {
      await this.handle(issue).signal(signal, ...args);
    }
    return { via: 'signal', requestId };
  }

  #start(issue: IssueIdentity): {
    workflowId: string;
    taskQueue: string;
    staticSummary: string;
    args: [IssueWorkflowInput];
  } {
    return {
      workflowId: issueWorkflowId(issue.repository, issue.number),
      taskQueue: this.taskQueue,
      staticSummary: formatIssue(issue),
      args: [{ issue }],
    };
  }

  async #ask<T>(issue: IssueIdentity, query: (handle: WorkflowHandle) => Promise<T>): Promise<T> {
    try {
      const deadline = Date.now() + this.#acceptMs;
      const ask = (): Promise<T> => this.temporal.connection.withDeadline(deadline, () => query(this.handle(issue)));
      const asked = ask();
      asked.catch(() => undefined);
      // Meanwhile, whether anybody is there: without a worker a query may only run into its deadline.
      if (!(await this.#findsWorker())) throw noWorker(issue);
      const answer = await asked.catch((error: unknown) => {
        // The worker came a moment after the question.
        if (isUnanswered(error) && Date.now() < deadline) return ask();
        throw error;
      });
      this.#heardAt = Date.now();
      return answer;
    } catch (error) {
      throw clientError(error, issue);
    }
  }

  /** Asks nobody where one has just answered. */
  async #findsWorker(): Promise<boolean> {
    if (Date.now() - this.#heardAt < HEARD_MS) return true;
    return findsWorker(this.temporal, this.taskQueue);
  }
}
