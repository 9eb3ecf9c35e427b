import type { Context } from '@temporalio/activity';
import type { AgentPhase } from '../../../domain/agent-run.ts';
import { runName } from '../../../domain/stream/run-event.ts';
import type { AgentDependencies } from '../dependencies.ts';
import type { RunProgress } from '../progress.ts';
import type { AgentRunInput } from '../types.ts';
import { RunLog } from './run-log.ts';

/** The stream of this attempt, which goes on where the one before ended. */
export function createRunLog(
  run: {
    readonly deps: Pick<AgentDependencies, 'streams'>;
    readonly input: Pick<AgentRunInput, 'choice' | 'key'>;
    readonly context: Context;
    readonly phase: AgentPhase;
  },
  before: RunProgress | null,
): RunLog {
  const { choice, key } = run.input;
  const { attempt, workflowExecution } = run.context.info;
  const { workflowId, runId } = workflowExecution ?? { workflowId: '', runId: '' };
  const stream = {
    run: runName({ workflowId, runId, key }),
    workflowId,
    phase: run.phase,
    agent: choice.agent,
    model: choice.model,
    startedAt: new Date().toISOString(),
  };
  return new RunLog(run.deps.streams, stream, { number: attempt, earlier: before?.stream ?? null });
}
