import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LineParser } from '../../src/agents/adapter.ts';
import type { AgentEvent, AgentFinal } from '../../src/agents/agent.ts';
import type { ProcessOutcome } from '../../src/agents/run-process.ts';

/** The events of lines that a real CLI printed. */
export function eventsOf(parse: LineParser, fixture: string): AgentEvent[] {
  const text = readFileSync(join(import.meta.dirname, fixture), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line) => [...parse(line)]);
}

export function finalOf(events: readonly AgentEvent[]): AgentFinal | undefined {
  return events.findLast((event): event is AgentFinal => event.type === 'final');
}

export function exited(exitCode: number | null, stderrTail = ''): ProcessOutcome {
  return { exitCode, signal: exitCode === null ? 'SIGKILL' : null, stopped: null, startError: null, stderrTail };
}
