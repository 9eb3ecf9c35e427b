import type { AgentPhase, TokenUsage } from '../../domain/agent-run.ts';
import { addUsage, noUsage } from '../../domain/agent-run.ts';
import type { RunRecord } from '../../domain/stream/run-event.ts';
import type { PendingStep } from '../pending-step.ts';

/** What a run's heartbeat says, as far as somebody who watches wants to know it. */
export interface RunBeat {
  readonly run: string;
  readonly host: string;
  readonly phase: AgentPhase;
  readonly agent: string;
  readonly doing: string;
  readonly tools: number;
  /** Of all attempts so far. */
  readonly usage: TokenUsage;
  readonly costUsd: number;
  readonly ring: readonly RunRecord[];
}

/** The heartbeat of an agent's run; null of another step, and of a worker of another version. */
export function runBeatOf(step: PendingStep | undefined): RunBeat | null {
  const told = step?.details as Partial<Told> | undefined;
  const stream = told?.stream;
  if (told === undefined || typeof stream?.run !== 'string' || !Array.isArray(stream.ring)) return null;
  const { earlier, usage = noUsage, costUsd = 0 } = told;
  return {
    run: stream.run,
    host: told.host ?? '',
    phase: told.phase ?? 'implement',
    agent: told.agent ?? '',
    doing: told.doing ?? '',
    tools: told.tools ?? 0,
    usage: addUsage(earlier?.usage ?? noUsage, usage),
    costUsd: (earlier?.costUsd ?? 0) + costUsd,
    ring: stream.ring,
  };
}

/** The part of the activity's heartbeat that is read here; `activities/agent/progress.ts` writes it. */
interface Told extends Omit<RunBeat, 'run' | 'ring'> {
  readonly earlier: { readonly costUsd: number; readonly usage: TokenUsage };
  readonly stream: { readonly run: string; readonly ring: readonly RunRecord[] };
}
