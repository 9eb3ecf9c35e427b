import { Context } from '@temporalio/activity';
import { digestText } from '../../domain/digest.ts';
import { GhwError } from '../../domain/errors.ts';
import type { PullRequestEvent } from '../../domain/pull-request/event.ts';
import { runHook } from '../hook.ts';
import type { PullRequestDependencies } from './dependencies.ts';

/**
 * Hands an event to every hook of its kind. The event's id is the same however often it is handed over: commands find it
 * in `GHW_EVENT_ID`, addresses in the header `Idempotency-Key`. A hook that took it is not asked again by the next
 * attempt, unless the worker died before it could say so.
 *
 * @throws GhwError `HookFailed` while one of them did not take it
 */
export function createDeliverEvent({
  eventHooks,
  hookEnvironment,
}: PullRequestDependencies): (event: PullRequestEvent) => Promise<void> {
  return async (event) => {
    const context = Context.current();
    const { cancellationSignal: signal } = context;
    const taken = new Set((context.info.heartbeatDetails as readonly string[] | undefined) ?? []);
    const body = JSON.stringify({ event });
    const env = { ...hookEnvironment, GHW_EVENT_ID: event.id, GHW_EVENT_KIND: event.kind };
    const headers = { 'idempotency-key': event.id, 'x-ghw-event': event.kind };
    const problems: string[] = [];
    const beats = setInterval(() => context.heartbeat([...taken]), 1_000);
    try {
      for (const hook of (await eventHooks())[event.kind]) {
        signal.throwIfAborted();
        // An address may hold a secret, and what is kept here everybody sees.
        const name = digestText(hook);
        if (taken.has(name)) continue;
        const problem = await runHook(hook, { body, env, headers, signal });
        if (problem === null) taken.add(name);
        else problems.push(problem);
        context.heartbeat([...taken]);
      }
    } finally {
      clearInterval(beats);
    }
    if (problems.length > 0) throw new GhwError('HookFailed', problems.join('; '), { retryable: true });
  };
}
