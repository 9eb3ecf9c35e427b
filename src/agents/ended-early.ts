import type { AgentEnd } from './agent.ts';
import type { ProcessOutcome } from './run-process.ts';

/** How a CLI ended that had not said that it was done, and that we did not end. */
export function endedEarly(title: string, outcome: ProcessOutcome, kind: AgentEnd['kind']): AgentEnd {
  const how = outcome.signal ?? `exit code ${String(outcome.exitCode)}`;
  const said = outcome.stderrTail.trim();
  return { kind, message: `${title} ended with ${how} before it was done.${said === '' ? '' : ` ${said}`}` };
}
