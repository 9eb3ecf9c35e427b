import type { AgentAdapter } from './adapter.ts';
import type { AgentTask, CodingAgent } from './agent.ts';
import { copyIntoHome } from './home-files.ts';
import { findSession, runAgent } from './runner.ts';

/** An agent from what is special about its CLI. */
export function createAgent(adapter: AgentAdapter): CodingAgent {
  async function restoreSession(home: string, sessionId: string, file: string): Promise<void> {
    const [path] = await adapter.sessionPaths(home, sessionId);
    if (path !== undefined) await copyIntoHome(home, path, file);
  }

  return {
    name: adapter.name,
    description: adapter.description,
    plan: async (task: AgentTask) => await runAgent(adapter, { ...task, phase: 'plan' }),
    implement: async (task: AgentTask) => await runAgent(adapter, { ...task, phase: 'implement' }),
    review: async (task: AgentTask) => await runAgent(adapter, { ...task, phase: 'review' }),
    resume: async (task: AgentTask) => await runAgent(adapter, task),
    check: adapter.check,
    sessionFile: async (home, sessionId) => await findSession(adapter, home, sessionId),
    restoreSession,
  };
}
