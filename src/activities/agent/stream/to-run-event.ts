import type { AgentEvent } from '../../../agents/agent.ts';
import type { RunEvent } from '../../../domain/stream/run-event.ts';

/** What a running agent tells, as a run's stream has it. */
export function toRunEvent(event: AgentEvent): RunEvent {
  if (event.type === 'question') {
    const { options, text } = event.question;
    return { type: 'question', text, options };
  }
  if (event.type === 'usage') return { type: 'usage', usage: event.usage };
  if (event.type !== 'final') return event;
  const { ok, usage, costUsd, turns, error } = event;
  return { type: 'final', ok, usage, costUsd, turns, message: error?.message ?? '' };
}
