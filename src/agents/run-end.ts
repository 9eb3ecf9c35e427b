import { GhwError } from '../domain/errors.ts';
import type { AgentAdapter } from './adapter.ts';
import type { AgentEnd, AgentFinal, AgentTask } from './agent.ts';
import type { ModelTrouble } from './model-trouble.ts';
import type { ProcessOutcome, StopReason } from './run-process.ts';

/** What a run came to, as the host saw it. */
export interface Ending {
  readonly outcome: ProcessOutcome;
  readonly final: AgentFinal | null;
  readonly trouble: ModelTrouble;
  /** True if a call of the model was refused because of what the run had cost. */
  readonly overBudget: boolean;
  /** A limit of the cage that something inside ran into. */
  readonly exceeded: 'memory' | 'processes' | 'disk' | null;
}

/**
 * Success needs exit code 0 *and* the agent's word; then it does not matter that we were about to end it. Only a call that
 * was refused for its cost comes before: what the agent makes of that is not known.
 */
export function endOf(adapter: AgentAdapter, task: AgentTask, ending: Ending): AgentEnd {
  const { outcome, final, overBudget, exceeded, trouble } = ending;
  const { stopped } = outcome;
  if (overBudget) return endByUs(adapter.name, task, 'budget');
  if (outcome.exitCode === 0 && final?.ok === true) return { kind: 'ok', message: '' };
  if (outcome.startError !== null) {
    return { kind: 'fatal', message: `${adapter.name} could not be started: ${outcome.startError}.` };
  }
  // Who falls silent while it waits for another try at its model does not hang.
  const byModel = stopped === 'trouble' || stopped === 'idle' ? trouble.end(adapter.name) : null;
  if (byModel !== null) return byModel;
  if (stopped !== null) return endByUs(adapter.name, task, stopped);
  const end = adapter.classify(outcome, final);
  // A tool that ran into a limit is the agent's matter; an agent that did not survive it is ours.
  const died = end.kind === 'crashed' || outcome.exitCode === null || outcome.exitCode > 128;
  if (exceeded !== null && died) return endByLimit(adapter.name, task, exceeded);
  const retryAfterMs = end.retryAfterMs ?? trouble.retryAfterMs();
  return end.kind === 'retryable' && retryAfterMs !== null ? { ...end, retryAfterMs } : end;
}

function endByUs(name: string, task: AgentTask, reason: StopReason): AgentEnd {
  const { idleMs, wallClockMs, outputBytes } = task.limits;
  switch (reason) {
    case 'abort':
      return { kind: 'cancelled', message: `${name} was asked to stop.` };
    case 'idle':
      return { kind: 'hung', message: `${name} said nothing for ${seconds(idleMs)} and was ended.` };
    case 'budget':
      return {
        kind: 'limit_reached',
        limit: reason,
        message: `${name} has spent its budget of ${usd(task.meter?.limitUsd ?? task.limits.budgetUsd)} and was ended.`,
      };
    case 'disk':
      return endByLimit(name, task, reason);
    case 'wall_clock':
      return {
        kind: 'limit_reached',
        limit: reason,
        message: `${name} ran for ${seconds(wallClockMs)}, its longest time, and was ended.`,
      };
    case 'turns':
      return {
        kind: 'limit_reached',
        limit: reason,
        message: `${name} took more than ${task.limits.maxTurns.toString()} turns and was ended.`,
      };
    case 'trouble':
      return { kind: 'retryable', message: `${name} got no answer from its model and was ended.` };
    case 'output':
      return {
        kind: 'limit_reached',
        limit: reason,
        message: `${name} wrote more than ${outputBytes.toString()} bytes and was ended.`,
      };
  }
}

function endByLimit(name: string, { cage }: AgentTask, limit: 'memory' | 'processes' | 'disk'): AgentEnd {
  const { memoryBytes = null, processes = null, diskBytes = null } = cage.limits ?? {};
  const what = {
    memory: `took more than ${mebibytes(memoryBytes)} of memory`,
    processes: `started more than ${String(processes)} processes`,
    disk: `wrote more than ${mebibytes(diskBytes)} to the disk`,
  }[limit];
  return { kind: 'limit_reached', limit, message: `${name} ${what} and was ended.` };
}

function mebibytes(bytes: number | null): string {
  return `${Math.round((bytes ?? 0) / 1_048_576).toString()} MiB`;
}

function usd(amount: number | null): string {
  return `${(amount ?? 0).toString()} US dollars`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toString()} s`;
}

/** The end of a run that could not begin. */
export function endOfStart(error: unknown): AgentEnd {
  const hint = error instanceof GhwError && error.hint !== undefined ? ` ${error.hint}` : '';
  const message = `${error instanceof Error ? error.message : String(error)}${hint}`;
  if (!(error instanceof GhwError)) return { kind: 'fatal', message };
  if (error.name === 'AgentAuthentication') return { kind: 'authentication', message };
  return { kind: error.retryable ? 'retryable' : 'fatal', message };
}
