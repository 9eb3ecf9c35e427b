import { writeFile } from 'node:fs/promises';
import type { AgentAdapter } from './adapter.ts';
import type { AgentTask, CodingAgent } from './agent.ts';
import { copyIntoHome, readInHome } from './home-files.ts';
import { findSession, runAgent } from './runner.ts';

/** An agent from what is special about its CLI. */
export function createAgent(adapter: AgentAdapter): CodingAgent {
  async function restoreSession(home: string, sessionId: string, file: string): Promise<void> {
    const [path] = await adapter.sessionPaths(home, sessionId);
    if (path !== undefined) await copyIntoHome(home, path, file);
  }

  async function copySession(home: string, sessionId: string, to: string): Promise<boolean> {
    const bytes = await (adapter.readSession?.(home, sessionId) ?? readSessionLines(adapter, home, sessionId));
    if (bytes === null) return false;
    await writeFile(to, bytes, { mode: 0o600 });
    return true;
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
    copySession,
    restoreSession,
  };
}

/** The whole lines of a session's file: the last one may be under way. */
async function readSessionLines(adapter: AgentAdapter, home: string, sessionId: string): Promise<Buffer | null> {
  for (const path of await adapter.sessionPaths(home, sessionId)) {
    const bytes = await readInHome(home, path);
    const end = bytes?.lastIndexOf(0x0a) ?? -1;
    if (bytes && end >= 0) return bytes.subarray(0, end + 1);
  }
  return null;
}
