import { rm } from 'node:fs/promises';
import { noUsage, subtractUsage } from '../domain/agent-run.ts';
import type { AgentAdapter, SessionStart } from './adapter.ts';
import type { AgentResult, AgentTask } from './agent.ts';
import { attemptRun, notStarted, type Attempt, type RunContext } from './attempt.ts';
import { findInHome } from './home-files.ts';
import { noDoor, openModelDoor } from './open-model-door.ts';
import { costOfRun, usageOfRun } from './run-figures.ts';
import { createSpendMeter, type SpendMeter } from './spend-meter.ts';

/**
 * Runs an agent in its cage to whatever end. Never throws for how the run went. Whether the session is begun or
 * continued is decided by its file in the home; where the CLI sees that otherwise, it is tried once the other way.
 */
export async function runAgent(adapter: AgentAdapter, given: AgentTask): Promise<AgentResult> {
  const meter = given.meter ?? createSpendMeter({ limitUsd: given.limits.budgetUsd });
  const task = { ...given, meter };
  const { home } = task.cage;
  const found = await findSession(adapter, home, task.sessionId);
  const costBefore = found === null ? 0 : await adapter.sessionCost(found);
  const usageBefore = found === null ? noUsage : ((await adapter.sessionUsage?.(found)) ?? noUsage);
  const metered = { spentUsd: meter.spentUsd, usage: meter.usage };
  const { attempt, session } = await runBySession(adapter, task, found);
  task.sandbox.tidy(task.cage);
  const sessionFile = await findSession(adapter, home, attempt.sessionId);
  const resumed = session === 'resume';
  const figures =
    adapter.provider === undefined
      ? {
          usage: await usageOfRun(adapter, attempt, resumed ? usageBefore : noUsage, sessionFile),
          costUsd: await costOfRun(adapter, attempt.final, resumed ? costBefore : 0, sessionFile),
        }
      : { usage: subtractUsage(meter.usage, metered.usage), costUsd: meter.spentUsd - metered.spentUsd };
  return {
    end: attempt.end,
    sessionId: attempt.sessionId,
    resumed,
    text: attempt.final?.text ?? attempt.text,
    structured: attempt.final?.structured,
    ...figures,
    turns: attempt.final?.turns ?? 0,
    sessionFile,
  };
}

interface Ended {
  readonly attempt: Attempt;
  readonly session: SessionStart;
}

async function runBySession(
  adapter: AgentAdapter,
  task: AgentTask & { readonly meter: SpendMeter },
  found: string | null,
): Promise<Ended> {
  const session: SessionStart = found === null ? 'new' : 'resume';
  let run: RunContext;
  try {
    run = await openRun(adapter, task);
  } catch (error) {
    return { attempt: notStarted(task, error), session };
  }
  try {
    const attempt = await attemptRun(run, session);
    const conflict = adapter.sessionConflict(attempt.outcome, attempt.final);
    if (session === 'resume' && conflict === 'not_found') {
      // A file that was cut short by a crash holds no conversation, and is in the way of a new one.
      if (found !== null) await rm(found, { force: true });
      return { attempt: await attemptRun(run, 'new'), session: 'new' };
    }
    if (session === 'new' && conflict === 'already_exists') {
      return { attempt: await attemptRun(run, 'resume'), session: 'resume' };
    }
    return { attempt, session };
  } finally {
    await run.door.close();
  }
}

/** @throws GhwError `AgentAuthentication` if the agent has no key */
async function openRun(adapter: AgentAdapter, task: AgentTask & { readonly meter: SpendMeter }): Promise<RunContext> {
  const provider = adapter.provider?.();
  const run = { adapter, task, stop: () => undefined, overBudget: false, secrets: [] };
  if (provider === undefined) return { ...run, door: noDoor };
  const { sandbox, meter } = task;
  const context: RunContext = {
    ...run,
    secrets: [provider.apiKey],
    door: await openModelDoor(provider, {
      sandbox,
      meter,
      onCall: ({ usage, costUsd }) => task.onEvent({ type: 'usage', usage, costUsd }),
      onLimit: () => {
        context.overBudget = true;
        context.stop('budget');
      },
    }),
  };
  return context;
}

/** Host path of a session's file in the home; null if there is none that is safe to read. */
export async function findSession(adapter: AgentAdapter, home: string, sessionId: string): Promise<string | null> {
  await adapter.settleSession?.(home);
  for (const path of await adapter.sessionPaths(home, sessionId)) {
    const found = await findInHome(home, path);
    if (found !== null) return found;
  }
  return null;
}
