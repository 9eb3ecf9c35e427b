import { subtractUsage, type TokenUsage } from '../domain/agent-run.ts';
import type { AgentAdapter } from './adapter.ts';
import type { AgentFinal } from './agent.ts';
import type { Attempt } from './attempt.ts';

/** For agents without a gateway: what a session used before and after tells the run's part, also of a run that was ended before it could say. */
export async function usageOfRun(
  adapter: AgentAdapter,
  { final, usage }: Pick<Attempt, 'final' | 'usage'>,
  before: TokenUsage,
  sessionFile: string | null,
): Promise<TokenUsage> {
  if (final?.usageIsCumulative === true && final.ok) return subtractUsage(final.usage, before);
  if (adapter.sessionUsage === undefined || sessionFile === null) return usage;
  return subtractUsage(await adapter.sessionUsage(sessionFile), before);
}

/** A run that was ended said nothing at its end; what it cost may still be in its session. */
export async function costOfRun(
  adapter: AgentAdapter,
  final: AgentFinal | null,
  before: number,
  sessionFile: string | null,
): Promise<number> {
  if (final?.costUsd != null) return final.costIsCumulative ? Math.max(0, final.costUsd - before) : final.costUsd;
  return sessionFile === null ? 0 : Math.max(0, (await adapter.sessionCost(sessionFile)) - before);
}
