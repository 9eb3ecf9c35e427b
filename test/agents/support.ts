import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { AgentEvent, AgentTask } from '../../src/agents/agent.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Scratch } from '../sandbox/support.ts';

/** A task with generous limits, and the events that the agent told. */
export function makeTask(
  scratch: Scratch,
  sandbox: Sandbox,
  overrides: Partial<AgentTask> = {},
): AgentTask & { readonly events: AgentEvent[] } {
  const events: AgentEvent[] = [];
  return {
    phase: 'implement',
    prompt: 'Do it.',
    sessionId: randomUUID(),
    model: null,
    sandbox,
    cage: scratch.cage,
    limits: { wallClockMs: 200_000, idleMs: 200_000, maxTurns: 20, budgetUsd: null, outputBytes: 10_000_000 },
    transcriptPath: join(scratch.root, 'transcript.jsonl'),
    onEvent: (event) => events.push(event),
    signal: new AbortController().signal,
    events,
    ...overrides,
  };
}
