import { join } from 'node:path';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RunParts } from './run-parts.ts';

/**
 * Brings the conversation to where it was left, on whatever host that was.
 *
 * @param found - true if an agent was started here by the attempt before
 * @returns true if an agent has been given this very piece of work in it
 */
export async function restoreSession(parts: RunParts, workspace: Workspace, found: boolean): Promise<boolean> {
  const { agent, deps, input, notes, report, sessionId, scratch, spec } = parts;
  const { begun, session } = report.current;
  const home = workspace.homes[spec.home];
  const present = (await agent.sessionFile(home, sessionId)) !== null;
  // Tree and session of one attempt belong together. Of another piece of work, this host may know only the beginning.
  if (present && workspace.warm) return begun || found;
  const saved = session ?? (input.session?.id === sessionId ? input.session.file : null);
  const file = join(scratch, 'session');
  if (saved && (await deps.artifacts.getFile(saved, file))) {
    await agent.restoreSession(home, sessionId, file);
    return begun && session !== null;
  }
  if (!present && (saved ?? input.session)) {
    const why = saved ? 'is not in the artifact store' : 'was not kept';
    notes.push(`The earlier session ${why}; a new one began, from plan and work so far.`);
  }
  return false;
}
